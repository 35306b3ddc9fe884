"""The shape of a trajectory: cubic Bezier spans, flattened to measure and to find places on them.

A span whose handles both have no length is straight, and is passed at an even pace.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Join, Node, Trajectory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

FINE = 0.05
"""Pixels by which a flattened curve may miss the true one where lengths are measured."""
REACH = 1e6
"""Coordinates beyond it, either way, are a mistake and nobody's path."""
_MOST = 4096
"""Straight pieces of one span, however large it is."""
Span: TypeAlias = tuple[Point, Point, Point, Point]
"""A cubic Bezier: where it starts, its two handles as places, where it ends."""


class Place(NamedTuple):
    """A place on a curve, whatever its shape is just now."""

    span: int
    """Between which nodes: this one and the next."""
    t: float
    """The Bezier's parameter there, 0 to 1."""


class Near(NamedTuple):
    """The place on a curve that is nearest to some point."""

    place: Place
    point: Point
    distance: float


@dataclass(frozen=True, slots=True, eq=False)
class Polyline:
    """A curve as many straight pieces; each point knows its place and the way up to it."""

    points: Floats
    """One row a point: x, y."""
    spans: NDArray[np.intp]
    """Of the piece that ends there; 0 at the start."""
    parameters: Floats
    """Within that span."""
    ways: Floats
    """Length of the curve from its start."""

    @property
    def length(self) -> float:
        return float(self.ways[-1]) if len(self.ways) else 0.0

    def at(self, way: float) -> Point:
        """The point after so much of the way."""
        x = np.interp(way, self.ways, self.points[:, 0])
        y = np.interp(way, self.ways, self.points[:, 1])
        return Point(float(x), float(y))


def is_sane(point: Point) -> bool:
    """Whether it is a place that a path may have: a number, and not absurdly far away."""
    return abs(point.x) <= REACH and abs(point.y) <= REACH  # false for NaN, too


def is_sound(trajectory: Trajectory) -> bool:
    """Whether all of its points and handles are."""
    return all(
        is_sane(each.point) and is_sane(each.before) and is_sane(each.after)
        for each in trajectory.nodes
    )


def spans(trajectory: Trajectory) -> list[Span]:
    """The curve piece by piece, one fewer than there are nodes."""
    return [_span(a, b) for a, b in zip(trajectory.nodes, trajectory.nodes[1:], strict=False)]


def is_straight(a: Node, b: Node) -> bool:
    """Whether nothing bends the curve between two nodes."""
    return a.after == NO_HANDLE and b.before == NO_HANDLE


@lru_cache(maxsize=64)
def polyline(trajectory: Trajectory, tolerance: float = FINE) -> Polyline:
    """The curve in straight pieces that miss it by no more than the tolerance, in its pixels."""
    if not trajectory.nodes:
        nothing = np.zeros(0)
        return Polyline(np.zeros((0, 2)), np.zeros(0, np.intp), nothing, nothing)
    points, places = [np.array([trajectory.nodes[0].point], float)], [np.zeros(1)]
    owners = [np.zeros(1, np.intp)]
    for index, (a, b) in enumerate(zip(trajectory.nodes, trajectory.nodes[1:], strict=False)):
        span = _span(a, b)
        count = 1 if is_straight(a, b) else _pieces(span, tolerance)
        t = np.arange(1, count + 1) / count
        points.append(_evaluated(span, t))
        places.append(t)
        owners.append(np.full(count, index, np.intp))
    joined = np.concatenate(points)
    steps = np.hypot(*np.diff(joined, axis=0).T)
    ways = np.concatenate([np.zeros(1), np.cumsum(steps)])
    found = Polyline(joined, np.concatenate(owners), np.concatenate(places), ways)
    for each in (found.points, found.spans, found.parameters, found.ways):
        each.flags.writeable = False  # many share it
    return found


def flattened(trajectory: Trajectory, tolerance: float = 0.25) -> tuple[Point, ...]:
    """The points to draw a curve through."""
    return tuple(Point(x, y) for x, y in polyline(trajectory, tolerance).points.tolist())


def length(trajectory: Trajectory) -> float:
    """Pixels from its start to its end along the curve.

    Small bends add up, so it is measured more finely than it is drawn.
    """
    return polyline(trajectory, FINE / 16).length


def point_at(trajectory: Trajectory, share: float) -> Point:
    """Where one is after a share of the length, 0 to 1.

    Raises:
        ValueError: there is no point at all.
    """
    if not trajectory.nodes:
        raise ValueError("a path without a point leads nowhere")
    line = polyline(trajectory)
    return line.at(min(max(share, 0.0), 1.0) * line.length)


def direction_at(line: Polyline, way: float) -> float:
    """Which way it leads after so much of it: radians, 0 to the right, clockwise on the screen."""
    reach = min(1.0, line.length / 4)
    ahead = line.at(way + reach) - line.at(way - reach)
    return math.atan2(ahead.y, ahead.x)


def nearest(trajectory: Trajectory, point: Point) -> Near | None:
    """The place on the curve that is nearest to a point; None where there is no curve."""
    if trajectory.is_empty or not is_sane(point):
        return None
    line = polyline(trajectory)
    starts, ends = line.points[:-1], line.points[1:]
    way = ends - starts
    squares = np.maximum((way**2).sum(axis=1), 1e-18)
    place = np.array(point)
    shares = np.clip(((place - starts) * way).sum(axis=1) / squares, 0.0, 1.0)
    misses = np.hypot(*(starts + way * shares[:, None] - place).T)
    piece = int(np.argmin(misses))
    span = int(line.spans[piece + 1])
    end = float(line.parameters[piece + 1])
    start = float(line.parameters[piece]) if line.spans[piece] == span else 0.0
    t = start + (end - start) * float(shares[piece])
    found = place_point(trajectory, Place(span, t))
    return Near(Place(span, t), found, found.distance(point))


def place_point(trajectory: Trajectory, place: Place) -> Point:
    """The point at a place on the curve."""
    span = _span(*trajectory.nodes[place.span : place.span + 2])
    x, y = _evaluated(span, np.array([place.t]))[0].tolist()
    return Point(x, y)


def split(trajectory: Trajectory, place: Place) -> Trajectory:
    """With one more node at a place on the curve, whose shape stays as it is."""
    nodes = list(trajectory.nodes)
    a, b = nodes[place.span : place.span + 2]
    if is_straight(a, b):
        nodes.insert(place.span + 1, Node(place_point(trajectory, place)))
        return replace(trajectory, nodes=tuple(nodes))
    p0, p1, p2, p3 = _span(a, b)
    t = min(max(place.t, 0.0), 1.0)
    left, middle, right = _mixed(p0, p1, t), _mixed(p1, p2, t), _mixed(p2, p3, t)
    before, after = _mixed(left, middle, t), _mixed(middle, right, t)
    new = _mixed(before, after, t)
    node = Node(new, before - new, after - new, Join.SMOOTH)
    nodes[place.span : place.span + 2] = [
        replace(a, after=left - p0, join=_loosened(a)),
        node,
        replace(b, before=right - p3, join=_loosened(b)),
    ]
    return replace(trajectory, nodes=tuple(nodes))


def _loosened(node: Node) -> Join:
    """One of its handles becomes shorter: they still lie on a line but no longer mirror."""
    return Join.SMOOTH if node.join is Join.SYMMETRIC else node.join


def _span(a: Node, b: Node) -> Span:
    if is_straight(a, b):
        third = (b.point - a.point).scaled(1 / 3)
        return a.point, a.point + third, b.point - third, b.point
    return a.point, a.point + a.after, b.point + b.before, b.point


def _mixed(a: Point, b: Point, t: float) -> Point:
    return Point(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t)


def _pieces(span: Span, tolerance: float) -> int:
    """How many straight pieces of equal parameter keep within the tolerance.

    A chord misses a curve by at most an eighth of the parameter's step squared times the second
    derivative, which for a cubic is at most six times the larger second difference.
    """
    p0, p1, p2, p3 = span
    bends = (p0 - p1.scaled(2) + p2, p1 - p2.scaled(2) + p3)
    worst = max(math.hypot(bend.x, bend.y) for bend in bends)
    return min(max(1, math.ceil(math.sqrt(0.75 * worst / tolerance))), _MOST)


def _evaluated(span: Span, t: Floats) -> Floats:
    corners = np.array(span, float)
    rest = 1 - t
    weights = np.stack([rest**3, 3 * rest**2 * t, 3 * rest * t**2, t**3], axis=1)
    points: Floats = weights @ corners
    points[t == 1.0] = corners[3]  # nodes are met exactly
    return points
