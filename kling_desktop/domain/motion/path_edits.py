"""Every change of a region's path, as a step that can be undone.

What cannot be done changes nothing: the edit then has the same document, and is no step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from kling_desktop.domain.motion import curve, nodes, path_changes
from kling_desktop.domain.motion.centroid import centroid
from kling_desktop.domain.motion.edits import Edit, give_trajectory, region_or_new
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Ease, Join, Node, Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.document import MotionDocument, RegionId


class Part(Enum):
    """What is left of a path that is cut."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Target:
    """A region's path in a version of a document, and perhaps one node of it."""

    document: MotionDocument
    region: RegionId
    index: int | None = None
    """Of the node; None is the path as a whole."""

    @property
    def trajectory(self) -> Trajectory:
        return trajectory_of(self.document, self.region)


def trajectory_of(document: MotionDocument, wanted: RegionId) -> Trajectory:
    """A region's path; an empty one where there is no such region."""
    return region_or_new(document, wanted).trajectory


def set_path(target: Target, trajectory: Trajectory, label: str, merges_with: str = "") -> Edit:
    """Give the region another path."""
    document = target.document
    if trajectory != target.trajectory and curve.is_sound(trajectory):
        document = give_trajectory(document, target.region, trajectory)
    return Edit(label, document, merges_with)


def clear(target: Target) -> Edit:
    return set_path(target, Trajectory(ease=target.trajectory.ease), "Delete path")


def paste(target: Target, trajectory: Trajectory, start: Point | None = None) -> Edit:
    """Give the region a copy of another's path, from another start if one is given."""
    if start is not None and trajectory.nodes:
        trajectory = path_changes.moved_by(trajectory, start - trajectory.nodes[0].point)
    return set_path(target, trajectory, "Paste path")


def insert_node(target: Target, place: curve.Place) -> Edit:
    return set_path(target, nodes.inserted(target.trajectory, place), "Add point")


def delete_node(target: Target) -> Edit:
    return _at_node(target, nodes.deleted, "Delete point")


def add_after(target: Target) -> Edit:
    """A point behind the chosen one, for those without a mouse.

    Between two points it is in the middle; behind the last one, or with none chosen, the path goes
    on. The first one is in the middle of what the region has, or of the picture.
    """
    path, size = target.trajectory, target.document.size
    last = len(path.nodes) - 1
    if last < 0:
        middle = centroid(region_or_new(target.document, target.region).mask)
        start = middle or Point(size.width / 2, size.height / 2)
        return set_path(target, nodes.appended(path, Node(start)), "Add point")
    index = last if target.index is None else target.index
    grown = nodes.halved(path, index) if index < last else nodes.extended(path, size)
    return set_path(target, grown, "Add point")


def cut_here(target: Target, keeps: Part = Part.START) -> Edit:
    """End the path at a node, or begin it there. The other part is ``cut``'s, for the clipboard."""
    which = 0 if keeps is Part.START else 1
    return _at_node(target, lambda path, index: path_changes.cut(path, index)[which], "Cut path")


def set_join(target: Target, join: Join) -> Edit:
    labels = {Join.CORNER: "Make corner", Join.SMOOTH: "Make smooth", Join.SYMMETRIC: "Make even"}
    return _at_node(target, lambda path, index: nodes.joined(path, index, join), labels[join])


def nudge(target: Target, by: Point) -> Edit:
    """Move a node, or the path, by arrow keys: such steps in a row are one."""
    path, index = target.trajectory, target.index
    if index is None:
        return set_path(
            target, path_changes.moved_by(path, by), "Nudge path", _merging("nudge", target)
        )
    if not nodes.has_node(path, index):
        return set_path(target, path, "Nudge point")
    changed = nodes.moved(path, index, path.nodes[index].point + by)
    return set_path(target, changed, "Nudge point", _merging("nudge", target))


def set_place(target: Target, to: Point) -> Edit:
    """Put a node at a place by number; the path as a whole is put there by its start."""
    path, index = target.trajectory, target.index
    if index is None:
        changed = path_changes.moved_by(path, to - path.nodes[0].point) if path.nodes else path
        return set_path(target, changed, "Move path", _merging("place", target))
    changed = nodes.moved(path, index, to)
    return set_path(target, changed, "Move point", _merging("place", target))


def set_handle(target: Target, side: nodes.Side, handle: Point) -> Edit:
    """Set a handle by number: where it is, counted from its node."""
    words = _merging(f"handle {side.value}", target)
    path, index = target.trajectory, target.index
    changed = path if index is None else nodes.with_handle(path, index, side, handle)
    return set_path(target, changed, "Move handle", words)


def set_ease(target: Target, ease: Ease) -> Edit:
    return set_path(target, replace(target.trajectory, ease=ease), "Change pace")


def set_length(target: Target, length: float) -> Edit:
    words = _merging("length", target)
    return set_path(target, path_changes.resized(target.trajectory, length), "Change length", words)


def reverse(target: Target) -> Edit:
    return set_path(target, path_changes.reversed_path(target.trajectory), "Reverse path")


def mirror(target: Target, axis: path_changes.Axis) -> Edit:
    return set_path(target, path_changes.mirrored(target.trajectory, axis), "Mirror path")


def snap_direction(target: Target) -> Edit:
    return set_path(target, path_changes.snapped_direction(target.trajectory), "Snap direction")


_Change: TypeAlias = "Callable[[Trajectory, int], Trajectory]"


def _at_node(target: Target, change: _Change, label: str) -> Edit:
    path, index = target.trajectory, target.index
    if index is None or not nodes.has_node(path, index):
        return set_path(target, path, label)
    return set_path(target, change(path, index), label)


def _merging(what: str, target: Target) -> str:
    return f"{what} {target.region} {target.index}"
