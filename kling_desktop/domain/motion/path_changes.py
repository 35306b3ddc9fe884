"""Changes of a trajectory as a whole: one version makes the next, and a bad wish none."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum

from kling_desktop.domain.motion import curve, nodes
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Ease, Node, Trajectory


class Axis(Enum):
    """About what a path is mirrored; its start stays where it is."""

    HORIZONTAL = "horizontal"
    """Left and right change sides."""
    VERTICAL = "vertical"
    """Top and bottom change sides."""


def reversed_path(trajectory: Trajectory) -> Trajectory:
    """From its end to its start; what went in slowly comes out slowly."""
    turned = {Ease.IN: Ease.OUT, Ease.OUT: Ease.IN}
    return Trajectory(
        tuple(
            replace(each, before=each.after, after=each.before) for each in trajectory.nodes[::-1]
        ),
        turned.get(trajectory.ease, trajectory.ease),
    )


def moved_by(trajectory: Trajectory, by: Point) -> Trajectory:
    return _sound(
        trajectory, replace(trajectory, nodes=tuple(each.moved(by) for each in trajectory.nodes))
    )


def scaled(trajectory: Trajectory, factor_x: float, factor_y: float, about: Point) -> Trajectory:
    """Stretched about a place."""

    def stretched(node: Node) -> Node:
        x = about.x + (node.point.x - about.x) * factor_x
        y = about.y + (node.point.y - about.y) * factor_y
        before = Point(node.before.x * factor_x, node.before.y * factor_y)
        after = Point(node.after.x * factor_x, node.after.y * factor_y)
        return replace(node, point=Point(x, y), before=before, after=after)

    return _sound(trajectory, replace(trajectory, nodes=tuple(map(stretched, trajectory.nodes))))


def mirrored(trajectory: Trajectory, axis: Axis) -> Trajectory:
    """As in a mirror that stands at its start."""
    if not trajectory.nodes:
        return trajectory
    x, y = (-1, 1) if axis is Axis.HORIZONTAL else (1, -1)
    return scaled(trajectory, x, y, trajectory.nodes[0].point)


def turned(trajectory: Trajectory, degrees: float) -> Trajectory:
    """Turned about its start, clockwise on the screen."""
    if not trajectory.nodes or not math.isfinite(degrees):
        return trajectory
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    start = trajectory.nodes[0].point

    def turn(vector: Point) -> Point:
        return Point(vector.x * cos - vector.y * sin, vector.x * sin + vector.y * cos)

    changed = tuple(
        replace(
            each,
            point=start + turn(each.point - start),
            before=turn(each.before),
            after=turn(each.after),
        )
        for each in trajectory.nodes
    )
    return _sound(trajectory, replace(trajectory, nodes=changed))


def snapped_direction(trajectory: Trajectory) -> Trajectory:
    """Turned until its end lies at a multiple of 15 degrees from its start."""
    if trajectory.is_empty:
        return trajectory
    start, end = trajectory.nodes[0].point, trajectory.nodes[-1].point
    wanted = nodes.snapped(start, end)
    now = math.atan2(end.y - start.y, end.x - start.x)
    then = math.atan2(wanted.y - start.y, wanted.x - start.x)
    return turned(trajectory, math.degrees(then - now))


def resized(trajectory: Trajectory, length: float) -> Trajectory:
    """As long as that, about its start."""
    now = curve.length(trajectory)
    if not (now > 0 and length > 0):
        return trajectory
    return scaled(trajectory, length / now, length / now, trajectory.nodes[0].point)


def cut(trajectory: Trajectory, index: int) -> tuple[Trajectory, Trajectory]:
    """The ways up to a node and on from it; both have the node."""
    return (
        replace(trajectory, nodes=trajectory.nodes[: index + 1]),
        replace(trajectory, nodes=trajectory.nodes[index:]),
    )


def _sound(before: Trajectory, after: Trajectory) -> Trajectory:
    return after if curve.is_sound(after) else before
