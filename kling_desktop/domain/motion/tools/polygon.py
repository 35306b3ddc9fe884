"""The polygon, corner by corner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.symmetry import with_copies
from kling_desktop.domain.motion.tools.combining import combined, how_pressed
from kling_desktop.domain.motion.tools.directions import aimed, length_and_angle
from kling_desktop.domain.motion.tools.states import Busy, Idle
from kling_desktop.domain.motion.tools.tool import Guide, Reaction

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.options import Combine, ToolOptions
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene

_CLOSES = 8.0
"""Logical pixels from the first corner within which a click closes."""
_SAME = 4.0
"""Logical pixels from the last corner within which a click is the second of a double click."""


@dataclass(frozen=True, slots=True)
class PolygonTool(Idle):
    """Shift held at the first click adds, Alt takes away; later Shift snaps the direction."""

    options: ToolOptions

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        how = how_pressed(self.options, at)
        return _Placing(self, self.options, (at.point,), at.point, how).stay(scene)


@dataclass(frozen=True, slots=True)
class _Placing(Busy):
    """Enter, a double click and a click on the first corner close it."""

    options: ToolOptions
    corners: tuple[Point, ...]
    hand: Point
    how: Combine

    def guide(self, _scene: Scene) -> Guide:
        words = length_and_angle(self.corners[-1], self.hand)
        return Guide(lines=((*self.corners, self.hand),), dots=self.corners, words=words)

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        if at.point.distance(self.corners[-1]) <= _SAME * at.scale:
            return self.accept(scene) if len(self.corners) > 2 else self.stay(scene)
        is_at_first = at.point.distance(self.corners[0]) <= _CLOSES * at.scale
        if is_at_first and len(self.corners) > 2:
            return self.accept(scene)
        corner = aimed(self.corners[-1], at, self.options)
        return replace(self, corners=(*self.corners, corner), hand=corner).stay(scene)

    def move(self, at: Pointer, scene: Scene) -> Reaction:
        return replace(self, hand=aimed(self.corners[-1], at, self.options)).stay(scene)

    def release(self, _at: Pointer, scene: Scene) -> Reaction:
        return self.stay(scene)

    def accept(self, scene: Scene) -> Reaction:
        mask = raster.polygon(scene.document.size, self.corners)
        if mask.is_empty:
            return Reaction(self.idle)
        mask = with_copies(mask, self.options.symmetry)
        return Reaction(self.idle, edit=combined(scene, "Polygon", mask, self.how))

    def step_back(self, scene: Scene) -> Reaction:
        if len(self.corners) == 1:
            return Reaction(self.idle)
        return replace(self, corners=self.corners[:-1]).stay(scene)
