"""What of the canvas is to be painted anew.

A plain object, as is all that a movement of the brush goes through: to set an attribute of one of
Qt's objects, or to call its methods, takes ten times as long.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from kling_desktop.domain.motion.geometry import NOTHING, Rect

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.canvas.surface import Surface


class Marks:
    """Gathers what one movement changes: it lies together, and one box is painted soonest."""

    __slots__ = ("_bottom", "_gathers", "_left", "_right", "_surface", "_top", "_update")

    def __init__(self, widget: QWidget, surface: Surface) -> None:
        self._update = widget.update
        self._surface = surface
        self._gathers = False
        self._left, self._top, self._right, self._bottom = NOTHING

    def gather(self) -> None:
        """Wait until ``flush``."""
        self._gathers = True
        self._left, self._top, self._right, self._bottom = NOTHING

    def flush(self) -> None:
        self._gathers = False
        left, top = self._left, self._top
        if self._right > left:
            self._update(QRect(left, top, self._right - left, self._bottom - top))

    def add(self, rect: Rect) -> None:
        """Show logical pixels anew."""
        left, top, right, bottom = rect
        if right <= left or bottom <= top:
            return
        if not self._gathers:
            self._update(QRect(left, top, right - left, bottom - top))
        elif self._right <= self._left:
            self._left, self._top, self._right, self._bottom = rect
        else:
            self._widen(left, top, right, bottom)

    def _widen(self, left: int, top: int, right: int, bottom: int) -> None:
        self._left = left if left < self._left else self._left
        self._top = top if top < self._top else self._top
        self._right = right if right > self._right else self._right
        self._bottom = bottom if bottom > self._bottom else self._bottom

    def add_device(self, rect: Rect) -> None:
        """Show device pixels anew."""
        ratio = self._surface.view.ratio
        self.add(rect if ratio == 1 else around(rect, ratio))

    def grown(self, rect: Rect) -> None:
        """The stroke in progress took pixels of a rectangle of the picture."""
        self.add_device(self._surface.change(rect, grows=True))


def around(rect: Rect, ratio: float) -> Rect:
    """The logical pixels that hold device pixels."""
    left, top, right, bottom = rect
    return Rect(
        math.floor(left / ratio), math.floor(top / ratio),
        math.ceil(right / ratio), math.ceil(bottom / ratio),
    )  # fmt: skip
