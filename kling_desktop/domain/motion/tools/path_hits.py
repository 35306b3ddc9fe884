"""What of a path is under the pointer: as near as a hand can aim, at any zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from kling_desktop.domain.motion import curve
from kling_desktop.domain.motion.centroid import centroid
from kling_desktop.domain.motion.edits import region_or_new
from kling_desktop.domain.motion.nodes import Side
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Trajectory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.motion.document import Region
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene

POINT_REACH, CURVE_REACH = 12.0, 15.0
"""Logical pixels."""
DRAG = 3.0
"""Logical pixels that a press may wander and still is a click."""


@dataclass(frozen=True, slots=True)
class HandleHit:
    """The end of a handle."""

    index: int
    side: Side


@dataclass(frozen=True, slots=True)
class NodeHit:
    """A node."""

    index: int


@dataclass(frozen=True, slots=True)
class CurveHit:
    """The curve between two nodes."""

    place: curve.Place


Hit: TypeAlias = HandleHit | NodeHit | CurveHit


def handles(trajectory: Trajectory, index: int) -> Iterator[tuple[Side, Point]]:
    """The handles of a node that bend something, as places."""
    if not 0 <= index < len(trajectory.nodes):
        return
    node = trajectory.nodes[index]
    if index > 0 and node.before != NO_HANDLE:
        yield Side.BEFORE, node.point + node.before
    if index < len(trajectory.nodes) - 1 and node.after != NO_HANDLE:
        yield Side.AFTER, node.point + node.after


def hit(trajectory: Trajectory, at: Pointer, selected: int | None) -> Hit | None:
    """The smallest thing in reach: a handle of the chosen node, a node, then the curve.

    Of a handle and a node the nearer one is meant.
    """
    reach = POINT_REACH * at.scale
    found: list[tuple[float, HandleHit | NodeHit]] = [
        (each.point.distance(at.point), NodeHit(index))
        for index, each in enumerate(trajectory.nodes)
    ]
    if selected is not None:
        found += [
            (place.distance(at.point), HandleHit(selected, side))
            for side, place in handles(trajectory, selected)
        ]
    near = [each for each in found if each[0] <= reach]
    if near:
        return min(near, key=lambda each: each[0])[1]
    place = curve.nearest(trajectory, at.point)
    if place is not None and place.distance <= CURVE_REACH * at.scale:
        return CurveHit(place.place)
    return None


def region_in(scene: Scene) -> Region:
    """The active region, which may not exist yet."""
    return region_or_new(scene.document, scene.active)


def refusal(region: Region) -> str:
    """Why a region takes no path now; empty if it does."""
    if region.is_static:
        return "What is static has no path"
    return f"{region.title} is locked" if region.is_locked else ""


def start_of(scene: Scene, at: Pointer, *, snaps: bool) -> Point:
    """Where a path begins that is begun here: in the middle of its region, if that is near."""
    middle = centroid(region_in(scene).mask) if snaps else None
    if middle is not None and middle.distance(at.point) <= POINT_REACH * at.scale:
        return middle
    return at.point


def is_sane(at: Pointer) -> bool:
    """Whether an event says a place at all; some drivers send nonsense."""
    return curve.is_sane(at.point) and 0 < at.scale <= curve.REACH
