"""Dragging what is there of a path: a node, a handle, or all of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from kling_desktop.domain.motion import curve, nodes
from kling_desktop.domain.motion.path_changes import moved_by
from kling_desktop.domain.motion.path_edits import Target, set_path, trajectory_of
from kling_desktop.domain.motion.tools import path_hits
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.tool import Guide, Reaction

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.pen import Pen
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene
    from kling_desktop.domain.motion.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class NodeGrip:
    """A node; Shift leads it at multiples of 15 degrees from where it was."""

    index: int
    label = "Move point"

    def held(self, path: Trajectory) -> tuple[Point, ...]:
        return (path.nodes[self.index].point,)

    def dragged(self, path: Trajectory, start: Point, at: Pointer, *, snaps: bool) -> Trajectory:
        origin = path.nodes[self.index].point
        to = origin + (at.point - start)
        to = nodes.snapped(origin, to) if snaps else to
        return nodes.moved(path, self.index, to)


@dataclass(frozen=True, slots=True)
class HandleGrip:
    """The end of a handle; Alt makes its node a corner, Shift leads it at steps of 15 degrees."""

    index: int
    side: nodes.Side
    label = "Move handle"

    def held(self, path: Trajectory) -> tuple[Point, ...]:
        node = path.nodes[self.index]
        return (node.point + (node.before if self.side is nodes.Side.BEFORE else node.after),)

    def dragged(self, path: Trajectory, start: Point, at: Pointer, *, snaps: bool) -> Trajectory:
        node = path.nodes[self.index]
        handle = node.before if self.side is nodes.Side.BEFORE else node.after
        to = node.point + handle + (at.point - start)
        to = nodes.snapped(node.point, to) if snaps else to
        breaks = at.has(Modifiers.ALT)
        return nodes.with_handle(path, self.index, self.side, to - node.point, breaks=breaks)


@dataclass(frozen=True, slots=True)
class PathGrip:
    """The whole path."""

    label = "Move path"

    def held(self, path: Trajectory) -> tuple[Point, ...]:
        return tuple(each.point for each in path.nodes)

    def dragged(self, path: Trajectory, start: Point, at: Pointer, *, snaps: bool) -> Trajectory:
        to = nodes.snapped(start, at.point) if snaps else at.point
        return moved_by(path, to - start)


Grip: TypeAlias = NodeGrip | HandleGrip | PathGrip


@dataclass(frozen=True, slots=True)
class _Dragging:
    """Something is held; the document has it where it was until it is let go."""

    idle: Pen
    grip: Grip
    region: RegionId
    start: Point
    before: Trajectory
    after: Trajectory
    is_moved: bool = False
    """Whether it was dragged farther than a click wanders."""

    @property
    def is_idle(self) -> bool:
        return False

    @property
    def selected(self) -> int | None:
        return self.idle.selected

    @property
    def guide(self) -> Guide:
        if not self.is_moved:
            return Guide(dots=self.grip.held(self.before))
        dots = tuple(each.point for each in self.after.nodes)
        return Guide(lines=(curve.flattened(self.after),), dots=dots)

    def press(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self, guide=self.guide)

    def move(self, at: Pointer, _scene: Scene) -> Reaction:
        state = self._dragged(at)
        return Reaction(state, guide=state.guide)

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        return self._dragged(at).accept(scene)

    def accept(self, scene: Scene) -> Reaction:
        if not self.is_moved or trajectory_of(scene.document, self.region) != self.before:
            return Reaction(self.idle)
        edit = set_path(Target(scene.document, self.region), self.after, self.grip.label)
        return Reaction(self.idle, edit=edit)

    def step_back(self, _scene: Scene) -> Reaction:
        return Reaction(self, guide=self.guide)

    def cancel(self) -> Pen:
        return self.idle

    def _dragged(self, at: Pointer) -> _Dragging:
        if not path_hits.is_sane(at):
            return self
        is_moved = self.is_moved or at.point.distance(self.start) > path_hits.DRAG * at.scale
        if not is_moved:
            return self
        snaps = at.has(Modifiers.SHIFT) != (self.idle.snaps_angle and self._may_snap)
        after = self.grip.dragged(self.before, self.start, at, snaps=snaps)
        return replace(self, after=after, is_moved=True)

    @property
    def _may_snap(self) -> bool:
        """The option is about directions; a node that is moved goes where it is put."""
        return isinstance(self.grip, HandleGrip)


def dragging(idle: Pen, grip: Grip, at: Pointer, scene: Scene) -> Reaction:
    """Take hold of a part of the active region's path."""
    path = trajectory_of(scene.document, scene.active)
    state = _Dragging(idle, grip, scene.active, at.point, path, path)
    return Reaction(state, guide=state.guide)
