"""Rectangle and ellipse, dragged from corner to corner or from the middle."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.symmetry import with_copies
from kling_desktop.domain.motion.tools.combining import combined, how_turned
from kling_desktop.domain.motion.tools.directions import extent
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.states import Busy, Idle
from kling_desktop.domain.motion.tools.tool import Guide, Reaction

if TYPE_CHECKING:
    from kling_desktop.domain.motion.tools.options import Combine, ToolOptions
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene


@dataclass(frozen=True, slots=True)
class Box(Idle):
    """Shift makes it as wide as high, Alt drags it from its middle, at any time in the drag.

    So they cannot add or take away as well: the options do, and the pen's other end.
    """

    options: ToolOptions
    is_round: bool = False

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        how = how_turned(self.options, at)
        return _Boxing(self, self.options, self.is_round, at, at, how).stay(scene)


@dataclass(frozen=True, slots=True)
class _Boxing(Busy):
    options: ToolOptions
    is_round: bool
    start: Pointer
    end: Pointer
    how: Combine

    @property
    def corners(self) -> tuple[Point, Point]:
        return corners_of(self.start.point, self.end)

    def guide(self, _scene: Scene) -> Guide:
        one, other = self.corners
        words = extent(one, other)
        if self.is_round and words:
            return Guide(ellipse=Rect.around((one, other)), words=words)
        return Guide(lines=(outline(one, other),), words=words)

    def move(self, at: Pointer, scene: Scene) -> Reaction:
        return replace(self, end=at).stay(scene)

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        return replace(self, end=at).accept(scene)

    def accept(self, scene: Scene) -> Reaction:
        shape = raster.ellipse if self.is_round else raster.rectangle
        mask = shape(scene.document.size, *self.corners)
        if mask.is_empty:
            return Reaction(self.idle)
        mask = with_copies(mask, self.options.symmetry)
        label = "Ellipse" if self.is_round else "Rectangle"
        return Reaction(self.idle, edit=combined(scene, label, mask, self.how))


def corners_of(start: Point, end: Pointer) -> tuple[Point, Point]:
    """Opposite corners, as the modifiers of the end have it."""
    way = end.point - start
    if end.has(Modifiers.SHIFT):
        side = max(abs(way.x), abs(way.y))
        way = Point(math.copysign(side, way.x), math.copysign(side, way.y))
    return (start - way if end.has(Modifiers.ALT) else start), start + way


def outline(one: Point, other: Point) -> tuple[Point, ...]:
    """Around a rectangle, back to its first corner."""
    return one, Point(other.x, one.y), other, Point(one.x, other.y), one
