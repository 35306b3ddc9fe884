"""New points of a path, one click or drag each, until Enter; nothing is kept before."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import curve, nodes
from kling_desktop.domain.motion.path_edits import Target, set_path, trajectory_of
from kling_desktop.domain.motion.tools import path_hits
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.tool import Guide, Reaction
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Join, Node, Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.pen import Pen
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene


@dataclass(frozen=True, slots=True)
class _Placing:
    """Points are being placed."""

    idle: Pen
    region: RegionId
    before: Trajectory
    """What is there and goes on; empty for a new path."""
    path: Trajectory
    """That, and what was placed since."""
    pointer: Point
    is_pressed: bool = True
    """Whether the last point's handles are being pulled out."""

    @property
    def is_idle(self) -> bool:
        return False

    @property
    def selected(self) -> int | None:
        return None

    @property
    def guide(self) -> Guide:
        dots = tuple(each.point for each in self.path.nodes)
        ahead = self.path
        if not self.is_pressed:
            ahead = nodes.appended(self.path, Node(self.pointer))
        lines = [curve.flattened(ahead)] if len(ahead.nodes) > 1 else []
        last = self.path.nodes[-1]
        if self.is_pressed and last.after != NO_HANDLE:
            lines.append((last.point + last.before, last.point + last.after))
        return Guide(lines=tuple(lines), dots=dots, words=self._words(ahead))

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        if not path_hits.is_sane(at) or self.is_pressed:
            return Reaction(self, guide=self.guide)
        last = self.path.nodes[-1].point
        if last.distance(at.point) <= path_hits.POINT_REACH * at.scale:
            return self.accept(scene)
        path = nodes.appended(self.path, Node(self._aimed(at)))
        return self._next(replace(self, path=path, pointer=at.point, is_pressed=True))

    def move(self, at: Pointer, _scene: Scene) -> Reaction:
        if not path_hits.is_sane(at):
            return Reaction(self, guide=self.guide)
        if not self.is_pressed:
            return self._next(replace(self, pointer=self._aimed(at)))
        return self._next(replace(self, path=self._pulled(at), pointer=at.point))

    def release(self, at: Pointer, scene: Scene) -> Reaction:
        if not self.is_pressed:
            return self.move(at, scene)
        path = self._pulled(at) if path_hits.is_sane(at) else self.path
        return self._next(replace(self, path=path, is_pressed=False))

    def accept(self, scene: Scene) -> Reaction:
        is_still_there = trajectory_of(scene.document, self.region) == self.before
        if self.path.is_empty or not is_still_there:
            return Reaction(self.idle)
        label = "Draw path" if self.before.is_empty else "Continue path"
        edit = set_path(Target(scene.document, self.region), self.path, label)
        return Reaction(self.idle.with_selected(len(self.path.nodes) - 1), edit=edit)

    def step_back(self, _scene: Scene) -> Reaction:
        path = nodes.deleted(self.path, len(self.path.nodes) - 1)
        if len(path.nodes) <= len(self.before.nodes):
            return Reaction(self.idle)
        return self._next(replace(self, path=path, is_pressed=False))

    def cancel(self) -> Pen:
        return self.idle

    def _next(self, state: _Placing) -> Reaction:
        return Reaction(state, guide=state.guide)

    def _aimed(self, at: Pointer) -> Point:
        return _aimed(self.idle, self.path, at)

    def _pulled(self, at: Pointer) -> Trajectory:
        """The path with the last point's handles drawn out to the pointer.

        With Alt only the one ahead is, and the point becomes a corner.
        """
        index = len(self.path.nodes) - 1
        node = self.path.nodes[index]
        if node.point.distance(at.point) <= path_hits.DRAG * at.scale:
            return nodes.replaced(self.path, index, Node(node.point))
        snaps = at.has(Modifiers.SHIFT) != self.idle.snaps_angle
        to = nodes.snapped(node.point, at.point) if snaps else at.point
        handle = to - node.point
        if at.has(Modifiers.ALT):
            node = replace(node, after=handle, join=Join.CORNER)
        else:
            node = Node(node.point, handle.scaled(-1), handle, Join.SYMMETRIC)
        return nodes.replaced(self.path, index, node)

    def _words(self, ahead: Trajectory) -> str:
        """How far and in which direction the next point is, counted as on paper."""
        if self.is_pressed or len(ahead.nodes) < 2:
            return ""
        way = ahead.nodes[-1].point - ahead.nodes[-2].point
        angle = round(math.degrees(math.atan2(-way.y, way.x))) % 360
        return f"{math.hypot(*way):.0f} px, {angle}\N{DEGREE SIGN}"


def placing(idle: Pen, at: Pointer, scene: Scene) -> Reaction:
    """Place the first point, or one more of the path that is there."""
    before = trajectory_of(scene.document, scene.active)
    if before.nodes:
        point = _aimed(idle, before, at)
    else:
        point = path_hits.start_of(scene, at, snaps=idle.snaps_start)
    path = nodes.appended(before, Node(point))
    state = _Placing(idle.with_selected(None), scene.active, before, path, at.point)
    return Reaction(state, guide=state.guide)


def _aimed(idle: Pen, path: Trajectory, at: Pointer) -> Point:
    """Where a point goes that is placed here: at steps of 15 degrees, if so wished."""
    if at.has(Modifiers.SHIFT) != idle.snaps_angle:
        return nodes.snapped(path.nodes[-1].point, at.point)
    return at.point
