"""Changes of single nodes of a trajectory: one version makes the next, and a bad wish none."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import curve
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Join, Node, Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Size

SNAP = 15
"""Degrees."""
FIRST_STEP = 0.1
"""Part of the picture's width that a path is long at first."""


class Side(Enum):
    """Which handle of a node."""

    BEFORE = "before"
    AFTER = "after"


def has_node(trajectory: Trajectory, index: int) -> bool:
    return 0 <= index < len(trajectory.nodes)


def replaced(trajectory: Trajectory, index: int, node: Node) -> Trajectory:
    """With another node at an index; as it is if there is none, or the new one is nowhere."""
    changed = Trajectory((node,), trajectory.ease)
    if not has_node(trajectory, index) or not curve.is_sound(changed):
        return trajectory
    nodes = (*trajectory.nodes[:index], node, *trajectory.nodes[index + 1 :])
    return replace(trajectory, nodes=nodes)


def appended(trajectory: Trajectory, node: Node) -> Trajectory:
    """With one more node at the end."""
    if not curve.is_sound(Trajectory((node,))):
        return trajectory
    return replace(trajectory, nodes=(*trajectory.nodes, node))


def inserted(trajectory: Trajectory, place: curve.Place) -> Trajectory:
    """With a node at a place of the curve, which keeps its shape."""
    if not (0 <= place.span < len(trajectory.nodes) - 1 and 0 <= place.t <= 1):
        return trajectory
    return curve.split(trajectory, place)


def halved(trajectory: Trajectory, index: int) -> Trajectory:
    """With a node in the middle of the span that begins at a node."""
    return inserted(trajectory, curve.Place(index, 0.5))


def extended(trajectory: Trajectory, size: Size) -> Trajectory:
    """With one node more at the end, as far on as the last two are apart, within the picture.

    At the picture's edge it goes back by half; a first node alone goes on to the right.
    """
    path = trajectory.nodes
    end = path[-1].point
    step = end - path[-2].point if len(path) > 1 else Point(size.width * FIRST_STEP, 0.0)
    for part in (1.0, -0.5):
        onward = end + step.scaled(part)
        to = Point(min(max(onward.x, 0.0), size.width), min(max(onward.y, 0.0), size.height))
        if to != end:
            return appended(trajectory, Node(to))
    return trajectory


def deleted(trajectory: Trajectory, index: int) -> Trajectory:
    """Without a node; what it joined is joined directly."""
    if not has_node(trajectory, index):
        return trajectory
    return replace(trajectory, nodes=trajectory.nodes[:index] + trajectory.nodes[index + 1 :])


def moved(trajectory: Trajectory, index: int, to: Point) -> Trajectory:
    """With a node somewhere else; its handles come along."""
    if not has_node(trajectory, index):
        return trajectory
    return replaced(trajectory, index, replace(trajectory.nodes[index], point=to))


def with_handle(
    trajectory: Trajectory, index: int, side: Side, handle: Point, *, breaks: bool = False
) -> Trajectory:
    """With another handle, counted from its node; the other side follows as the join wants it.

    If it breaks the join, the node becomes a corner, and the other side stays.
    """
    if not has_node(trajectory, index):
        return trajectory
    node = trajectory.nodes[index]
    if breaks:
        node = replace(node, join=Join.CORNER)
    if side is Side.AFTER:
        node = replace(node, after=handle, before=_opposite(node.join, handle, node.before))
    else:
        node = replace(node, before=handle, after=_opposite(node.join, handle, node.after))
    return replaced(trajectory, index, node)


def joined(trajectory: Trajectory, index: int, join: Join) -> Trajectory:
    """With a node of another kind; a corner is sharp, and a round one gets handles if need be."""
    if not has_node(trajectory, index):
        return trajectory
    node = replace(trajectory.nodes[index], join=join)
    if join is Join.CORNER:
        node = replace(node, before=NO_HANDLE, after=NO_HANDLE)
    else:
        node = _rounded(trajectory, index, node)
    return replaced(trajectory, index, node)


def snapped(origin: Point, point: Point) -> Point:
    """The point turned about an origin to a multiple of 15 degrees, as far away as before."""
    distance = origin.distance(point)
    step = math.radians(SNAP)
    angle = round(math.atan2(point.y - origin.y, point.x - origin.x) / step) * step
    turned = Point(math.cos(angle) * distance, math.sin(angle) * distance)
    # Along the axes a coordinate must stay exactly what it was.
    x = origin.x if abs(turned.x) < 1e-9 * distance else origin.x + turned.x
    y = origin.y if abs(turned.y) < 1e-9 * distance else origin.y + turned.y
    return Point(x, y)


def _opposite(join: Join, handle: Point, other: Point) -> Point:
    """The handle of the other side, after one has been moved."""
    if join is Join.CORNER:
        return other
    if join is Join.SYMMETRIC:
        return handle.scaled(-1)
    size, long = math.hypot(*handle), math.hypot(*other)
    return handle.scaled(-long / size) if size > 0 else other


def _rounded(trajectory: Trajectory, index: int, node: Node) -> Node:
    """With handles along the way from the node before to the one after."""
    before, after = math.hypot(*node.before), math.hypot(*node.after)
    way = node.after - node.before
    if before == after == 0:
        left = trajectory.nodes[max(index - 1, 0)].point
        right = trajectory.nodes[min(index + 1, len(trajectory.nodes) - 1)].point
        way = right - left
        before, after = left.distance(node.point) / 3, right.distance(node.point) / 3
    size = math.hypot(*way)
    if size == 0:
        return node
    if node.join is Join.SYMMETRIC:
        sides = [each for each in (before, after) if each > 0]
        before = after = sum(sides) / len(sides)
    return replace(node, before=way.scaled(-before / size), after=way.scaled(after / size))
