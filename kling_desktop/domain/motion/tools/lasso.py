"""The lasso: what a free line goes around."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.symmetry import with_copies
from kling_desktop.domain.motion.tools.combining import combined, how_pressed
from kling_desktop.domain.motion.tools.directions import extent
from kling_desktop.domain.motion.tools.states import Busy, Idle
from kling_desktop.domain.motion.tools.tool import Guide, Reaction

if TYPE_CHECKING:
    from kling_desktop.domain.motion.tools.options import Combine, ToolOptions
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene

_STEP = 0.5
"""Logical pixels that the pointer has to go for another point."""


@dataclass(frozen=True, slots=True)
class Lasso(Idle):
    """Shift held at the press adds, Alt takes away."""

    options: ToolOptions

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        how = how_pressed(self.options, at)
        return _Lassoing(self, self.options, (at.point,), how).stay(scene)


@dataclass(frozen=True, slots=True)
class _Lassoing(Busy):
    options: ToolOptions
    points: tuple[Point, ...]
    how: Combine

    def guide(self, _scene: Scene) -> Guide:
        left, top = (min(each) for each in zip(*self.points, strict=True))
        right, bottom = (max(each) for each in zip(*self.points, strict=True))
        words = extent(Point(left, top), Point(right, bottom))
        return Guide(lines=((*self.points, self.points[0]),), words=words)

    def move(self, at: Pointer, scene: Scene) -> Reaction:
        return self._on(at).stay(scene)

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        return self._on(at).accept(scene)

    def accept(self, scene: Scene) -> Reaction:
        mask = raster.polygon(scene.document.size, self.points)
        if mask.is_empty:
            return Reaction(self.idle)
        mask = with_copies(mask, self.options.symmetry)
        return Reaction(self.idle, edit=combined(scene, "Lasso", mask, self.how))

    def _on(self, at: Pointer) -> _Lassoing:
        if self.points[-1].distance(at.point) < _STEP * at.scale:
            return self
        return replace(self, points=(*self.points, at.point))
