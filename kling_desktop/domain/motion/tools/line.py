"""The straight line: a brush stroke from where the pointer is pressed to where it is let go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.tools.directions import aimed, length_and_angle
from kling_desktop.domain.motion.tools.options import Combine, ToolOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.states import Busy, Idle
from kling_desktop.domain.motion.tools.tool import Guide, Reaction, Segment

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene


@dataclass(frozen=True, slots=True)
class LineTool(Idle):
    """Shift snaps the direction; Alt and the pen's other end erase.

    A line is a stroke, to which "replace" is no answer: it adds then.
    """

    options: ToolOptions

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        takes = self.options.combine is Combine.SUBTRACT or self.options.brush.erases
        erases = takes or at.is_eraser or at.has(Modifiers.ALT)
        radius = self.options.brush.radius(at.pressure)
        return _Drawing(self, self.options, at.point, at.point, radius, erases).stay(scene)


@dataclass(frozen=True, slots=True)
class _Drawing(Busy):
    options: ToolOptions
    start: Point
    end: Point
    radius: float
    """At the highest pressure so far: a pen is nearly off when it is lifted."""
    erases: bool

    def guide(self, _scene: Scene) -> Guide:
        words = length_and_angle(self.start, self.end)
        return Guide(lines=((self.start, self.end),), words=words)

    def move(self, at: Pointer, scene: Scene) -> Reaction:
        return self._at(at).stay(scene)

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        return self._at(at).accept(scene)

    def accept(self, _scene: Scene) -> Reaction:
        segment = Segment(self.start, self.end, self.radius, self.radius)
        name = "Erase line" if self.erases else "Line"
        return Reaction(self.idle, (segment,), is_erasing=self.erases, commits_stroke=name)

    def stay(self, scene: Scene) -> Reaction:
        return Reaction(self, is_erasing=self.erases, guide=self.guide(scene))

    def _at(self, at: Pointer) -> _Drawing:
        radius = max(self.radius, self.options.brush.radius(at.pressure))
        return replace(self, end=aimed(self.start, at, self.options), radius=radius)
