"""A hand's line made calm: a Gaussian along it, then few nodes that are easy to edit.

Measured on simulated strokes, smoothing before reducing halves the turning of the hand's noise;
reducing noise alone is worse than doing nothing. All lengths are of the screen, since that is
where the hand is: a line drawn at a zoom of 400 % is as calm as one drawn at 100 %.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.curve import is_sane, spans
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Join, Node, Trajectory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.curve import Floats

REDUCTION = 1.0
"""Logical pixels by which the curve through the nodes may miss the smoothed line."""
_COARSE = 6.0
"""Straight pieces between the first nodes may miss by so many times that much."""
_ROUNDS = 8
"""How often nodes are added before every corner is taken."""
_LOOKED_AT = 48
"""Places of a span where it is held against the line."""
_MOST = 20_000
"""Samples of a line, however long it is."""
_SHORTEST = 1e-6
"""Pixels; what is nearer than that is the same place."""


def _bernstein(count: int) -> Floats:
    t = np.linspace(0.0, 1.0, count)
    weights = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3]
    return np.stack(weights, axis=1)


_BERNSTEIN = _bernstein(17)
"""Weights of a span's corners for places along it."""


def smoothed(points: Sequence[Point], sigma: float, scale: float = 1.0) -> Trajectory:
    """A path through what a hand drew, with both of its ends where they were.

    Args:
        points: Pixels of the picture.
        sigma: Of the Gaussian along the line, in logical pixels; 0 only reduces.
        scale: Pixels of the picture in one logical pixel.
    """
    line = _distinct([each for each in points if is_sane(each)])
    if len(line) < 2:
        return Trajectory.through([Point(*each) for each in line.tolist()])
    return fitted(calmed(line, sigma * scale, scale), REDUCTION * scale)


def calmed(line: Floats, sigma: float, step: float) -> Floats:
    """Even steps along a line, each the mean of its neighbourhood; the ends stay."""
    even = _even(line, step)
    spacing = float(np.hypot(*(even[1] - even[0])))
    if sigma < spacing / 10 or spacing == 0:
        return even
    reach = math.ceil(3 * min(sigma / spacing, len(even)))  # beyond that all is one straight line
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * (spacing / sigma)) ** 2)
    weights /= weights.sum()
    # Mirrored through its end, a line goes on as it came and is not pulled inwards.
    padded = np.pad(even, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    calm = np.stack([np.convolve(padded[:, i], weights, mode="valid") for i in (0, 1)], axis=1)
    calm[0], calm[-1] = line[0], line[-1]
    return calm


def fitted(line: Floats, tolerance: float) -> Trajectory:
    """A curve through as few points of a line as keep it within the tolerance.

    Straight pieces between the same nodes would miss the line by much more than the curve does:
    so it begins with few nodes, and gets more where the curve is too far off.
    """
    kept = np.flatnonzero(_corners(line, tolerance * _COARSE))
    for _ in range(_ROUNDS):
        path = joined_softly(line[kept])
        if len(path.nodes) != len(kept):
            break  # a loop that closes in one point
        more = _too_far(line, kept, path, tolerance)
        if not more:
            return path
        kept = np.unique(np.concatenate([kept, np.array(more, np.intp)]))
    return joined_softly(reduced(line, tolerance))


def _too_far(line: Floats, kept: NDArray[np.intp], path: Trajectory, tolerance: float) -> list[int]:
    """Of each span that misses the line by too much, the place where it does so most."""
    found = []
    for first, last, span in zip(kept.tolist(), kept[1:].tolist(), spans(path), strict=False):
        inner = np.arange(first + 1, last, max(1, (last - first) // _LOOKED_AT))
        if not inner.size:
            continue
        drawn = _BERNSTEIN @ np.array(span)
        offs = segment_distances(line[inner][:, None, :], drawn[:-1], drawn[1:]).min(axis=1)
        if offs.max() > tolerance:
            found.append(int(inner[np.argmax(offs)]))
    return found


def reduced(line: Floats, tolerance: float) -> Floats:
    """As few of its points as keep within the tolerance (Ramer, Douglas, Peucker)."""
    return line[_corners(line, tolerance)]


def _corners(line: Floats, tolerance: float) -> NDArray[np.bool_]:
    keeps = np.zeros(len(line), bool)
    keeps[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        misses = segment_distances(line[first + 1 : last], line[first], line[last])
        worst = int(np.argmax(misses))
        if misses[worst] > tolerance:
            middle = first + 1 + worst
            keeps[middle] = True
            waiting += [(first, middle), (middle, last)]
    return keeps


def segment_distances(points: Floats, start: Floats, end: Floats) -> Floats:
    """How far each point is from a straight piece, or from the piece in its row."""
    # Each coordinate by itself: sums along an axis of two take twice as long.
    left, top = start[..., 0], start[..., 1]
    x, y = points[..., 0], points[..., 1]
    across, down = end[..., 0] - left, end[..., 1] - top
    square = np.maximum(across * across + down * down, 1e-18)
    share = np.clip(((x - left) * across + (y - top) * down) / square, 0.0, 1.0)
    misses: Floats = np.hypot(left + across * share - x, top + down * share - y)
    return misses


def joined_softly(knots: Floats) -> Trajectory:
    """Nodes joined by centripetal Catmull-Rom splines, which neither loop nor overshoot."""
    knots = _distinct([Point(*each) for each in knots.tolist()])
    points = [Point(x, y) for x, y in knots.tolist()]
    if len(points) < 3:
        return Trajectory.through(points)
    nodes = [Node(points[0], join=Join.SMOOTH)]
    for left, point, right in zip(points, points[1:], points[2:], strict=False):
        nodes.append(Node(point, *_handles(left, point, right), Join.SMOOTH))
    nodes.append(Node(points[-1], join=Join.SMOOTH))
    nodes[0] = replace(
        nodes[0], after=_end_handle(points[0], points[1] + nodes[1].before, points[1])
    )
    nodes[-1] = replace(
        nodes[-1], before=_end_handle(points[-1], points[-2] + nodes[-2].after, points[-2])
    )
    return Trajectory(tuple(nodes))


def _end_handle(end: Point, handle: Point, inner: Point) -> Point:
    """That of the parabola which leaves the node beside the end along its handle."""
    corner = inner + (handle - inner).scaled(1.5)
    return (corner - end).scaled(2 / 3)


def _handles(left: Point, point: Point, right: Point) -> tuple[Point, Point]:
    """The handles of a node between two others: one tangent, a third of each side's time long."""
    came, goes = math.sqrt(point.distance(left)), math.sqrt(right.distance(point))
    tangent = (
        (point - left).scaled(1 / came)
        - (right - left).scaled(1 / (came + goes))
        + (right - point).scaled(1 / goes)
    )
    return tangent.scaled(-came / 3), tangent.scaled(goes / 3)


def _distinct(points: Sequence[Point]) -> Floats:
    """Without points that are where the one before is; the very last place is kept."""
    kept: list[Point] = []
    for each in points:
        if not kept or each.distance(kept[-1]) > _SHORTEST:
            kept.append(each)
    if len(kept) > 1:
        kept[-1] = points[-1]
    return np.array(kept, float).reshape(-1, 2)


def _even(line: Floats, step: float) -> Floats:
    ways = np.concatenate([np.zeros(1), np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    count = min(max(2, math.ceil(ways[-1] / step) + 1), _MOST)
    at = np.linspace(0.0, ways[-1], count)
    return np.stack([np.interp(at, ways, line[:, i]) for i in (0, 1)], axis=1)
