"""A path point by point, and the tool that edits one that is there.

A click makes a corner, a drag a smooth point. What is in reach of the pointer is edited instead:
a node or a handle is dragged, the curve carries the whole path along. Points go on at the path's
end; nothing is lost by a click, since a path is only begun anew after it was deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.path_edits import (
    Target,
    delete_node,
    insert_node,
    set_join,
    trajectory_of,
)
from kling_desktop.domain.motion.tools import path_hits
from kling_desktop.domain.motion.tools.path_hits import CurveHit, HandleHit, NodeHit
from kling_desktop.domain.motion.tools.pen_drags import (
    HandleGrip,
    NodeGrip,
    PathGrip,
    dragging,
)
from kling_desktop.domain.motion.tools.pen_placing import placing
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.tool import Guide, Reaction
from kling_desktop.domain.motion.trajectory import Join

if TYPE_CHECKING:
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene


@dataclass(frozen=True, slots=True)
class Pen:
    """Waits; remembers which node is chosen."""

    snaps_angle: bool = False
    snaps_start: bool = True
    selected: int | None = None
    """A node of the active region's path; what handles are shown of, and arrow keys move."""

    @property
    def is_idle(self) -> bool:
        return True

    def with_selected(self, index: int | None) -> Pen:
        return replace(self, selected=index)

    def stepped(self, scene: Scene, by: int) -> Pen:
        """With the next node chosen, or the one before, round and round; for the keyboard."""
        count = len(trajectory_of(scene.document, scene.active).nodes)
        if not count:
            return self.with_selected(None)
        before = (-1 if by > 0 else 0) if self.selected is None else self.selected
        return self.with_selected((before + by) % count)

    def press(self, at: Pointer, scene: Scene) -> Reaction:
        words = path_hits.refusal(path_hits.region_in(scene))
        if words or not path_hits.is_sane(at):
            return Reaction(self, guide=Guide(words=words))
        path = trajectory_of(scene.document, scene.active)
        match path_hits.hit(path, at, self.selected):
            case NodeHit(index):
                return self._press_node(index, at, scene)
            case HandleHit() as found:
                return dragging(self, HandleGrip(found.index, found.side), at, scene)
            case CurveHit(place) if at.has(Modifiers.CTRL):
                edit = insert_node(Target(scene.document, scene.active), place)
                return Reaction(self.with_selected(place.span + 1), edit=edit)
            case CurveHit():
                return dragging(self.with_selected(None), PathGrip(), at, scene)
            case None:
                return placing(self, at, scene)

    def move(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self)

    def release(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self)

    def accept(self, _scene: Scene) -> Reaction:
        return Reaction(self)

    def step_back(self, scene: Scene) -> Reaction:
        """Delete the chosen point, or the last one."""
        path = trajectory_of(scene.document, scene.active)
        index = len(path.nodes) - 1 if self.selected is None else self.selected
        edit = delete_node(Target(scene.document, scene.active, index))
        return Reaction(self.with_selected(None), edit=edit)

    def cancel(self) -> Pen:
        return self.with_selected(None)

    def _press_node(self, index: int, at: Pointer, scene: Scene) -> Reaction:
        """Choose it and drag it; with Alt it changes between a corner and a smooth point."""
        chosen = self.with_selected(index)
        if at.has(Modifiers.ALT):
            path = trajectory_of(scene.document, scene.active)
            is_corner = path.nodes[index].join is Join.CORNER
            join = Join.SMOOTH if is_corner else Join.CORNER
            edit = set_join(Target(scene.document, scene.active, index), join)
            return Reaction(chosen, edit=edit)
        return dragging(chosen, NodeGrip(index), at, scene)
