"""What a tool gets to know of the mouse, the pen or the finger."""

from __future__ import annotations

from enum import Flag, auto
from typing import NamedTuple

from kling_desktop.domain.motion.geometry import Point


class Modifiers(Flag):
    """Keys that are held; ``CTRL`` is Command on macOS."""

    NONE = 0
    SHIFT = auto()
    CTRL = auto()
    ALT = auto()


class Pointer(NamedTuple):
    """One event, in pixels of the picture; places outside it are as good as any."""

    x: float
    y: float
    pressure: float = 1.0
    """0 to 1; a mouse always presses with 1."""
    modifiers: Modifiers = Modifiers.NONE
    is_eraser: bool = False
    """The other end of the pen."""
    time: float = 0.0
    """Seconds, from any start."""
    scale: float = 1.0
    """Pixels of the picture in one logical pixel of the screen: 0.25 at a zoom of 400 %."""

    @property
    def point(self) -> Point:
        return Point(self.x, self.y)

    def has(self, modifier: Modifiers) -> bool:
        return modifier in self.modifiers
