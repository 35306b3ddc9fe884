"""A path by free hand: raw while it is drawn, since nothing may lag, and calm once it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.path_edits import Target, set_path
from kling_desktop.domain.motion.smoothing import smoothed
from kling_desktop.domain.motion.tools import path_hits
from kling_desktop.domain.motion.tools.states import Idle
from kling_desktop.domain.motion.tools.tool import Guide, Reaction
from kling_desktop.domain.motion.trajectory import Join, Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene


_MANY = 1000
"""Samples of a stroke, eight seconds, from which on smoothing may take longer than a frame."""


@dataclass(frozen=True, slots=True)
class Draw(Idle):
    """Waits for a stroke. One from the end of the region's path goes on; any other replaces it."""

    smoothing: float = 12.0
    """Sigma in logical pixels."""
    snaps_start: bool = True

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        region = path_hits.region_in(scene)
        words = path_hits.refusal(region)
        if words or not path_hits.is_sane(at):
            return Reaction(self, guide=Guide(words=words))
        before = _continued(region.trajectory, at)
        if before.nodes:
            start = before.nodes[-1].point
        else:
            start = path_hits.start_of(scene, at, snaps=self.snaps_start)
        state = _Drawing(self, scene.active, before, (start,), at.scale)
        return Reaction(state, guide=state.guide)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A stroke in progress."""

    idle: Draw
    region: RegionId
    before: Trajectory
    """What the stroke goes on from; empty for a new path."""
    points: tuple[Point, ...]
    scale: float

    @property
    def is_idle(self) -> bool:
        return False

    @property
    def guide(self) -> Guide:
        return Guide(lines=(self.points,) if len(self.points) > 1 else (), dots=self.points[:1])

    def press(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self, guide=self.guide)

    def move(self, at: Pointer, _scene: Scene) -> Reaction:
        after = self
        if path_hits.is_sane(at) and at.point != self.points[-1]:
            after = replace(self, points=(*self.points, at.point), scale=at.scale)
        return Reaction(after, guide=after.guide)

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        return self.move(at, scene).tool.accept(scene)

    def accept(self, scene: Scene) -> Reaction:
        target = Target(scene.document, self.region)
        if not self._is_stroke:
            return Reaction(self.idle)
        if len(self.points) > _MANY:
            return Reaction(self.idle, task=lambda: self._edit(target))
        return Reaction(self.idle, edit=self._edit(target))

    def step_back(self, _scene: Scene) -> Reaction:
        return Reaction(self, guide=self.guide)

    def cancel(self) -> Draw:
        return self.idle

    @property
    def _is_stroke(self) -> bool:
        """Whether the hand went anywhere; a click draws nothing."""
        start, reach = self.points[0], path_hits.DRAG * self.scale
        return any(each.distance(start) > reach for each in self.points)

    def _edit(self, target: Target) -> Edit:
        new = smoothed(self.points, self.idle.smoothing, self.scale)
        if not self.before.nodes:
            return set_path(target, replace(new, ease=target.trajectory.ease), "Draw path")
        return set_path(target, _joined(self.before, new), "Continue path")


def _continued(path: Trajectory, at: Pointer) -> Trajectory:
    """The path, if its end is under the pointer; else an empty one."""
    reach = path_hits.POINT_REACH * at.scale
    if path.nodes and path.nodes[-1].point.distance(at.point) <= reach:
        return path
    return Trajectory()


def _joined(before: Trajectory, new: Trajectory) -> Trajectory:
    """One path of two, the second of which begins where the first ends."""
    end, start = before.nodes[-1], new.nodes[0]
    middle = replace(end, after=start.after, join=Join.CORNER)
    return replace(before, nodes=(*before.nodes[:-1], middle, *new.nodes[1:]))
