"""The points of a path that are sent: equally spaced in time, at whole pixels, 2 to 77 of them.

Kling reads whole pixels, so that points must not lie too close: at six pixels the rounding of a
step stays below a fifth of a pixel, and no two points fall together. More are taken only where
the line between the points would leave a tight curve.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.curve import Polyline, polyline
from kling_desktop.domain.motion.smoothing import segment_distances
from kling_desktop.domain.motion.trajectory import Ease, Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.curve import Floats

FEWEST, MOST = 2, 77
"""Points that Kling takes for five seconds (kling-facts.md §1.6)."""
SPACING = 6.0
"""Pixels between two points."""
WITHIN = 0.75
"""Pixels by which the line between the points may leave the curve."""


def eased(times: Floats, ease: Ease) -> Floats:
    """The share of the way that is done after a share of the time."""
    match ease:
        case Ease.EVEN:
            return times
        case Ease.IN:
            return times**2
        case Ease.OUT:
            return 1 - (1 - times) ** 2
        case Ease.IN_OUT:
            return times**2 * (3 - 2 * times)


PEAK = {Ease.EVEN: 1.0, Ease.IN: 2.0, Ease.OUT: 2.0, Ease.IN_OUT: 1.5}
"""The highest speed on the way, as a multiple of the mean."""
_SLOWEST = {Ease.IN: 1.0, Ease.OUT: 1.0, Ease.IN_OUT: 2.5}
"""The slowest step of a pace of n steps is at least this much of the way, divided by n squared."""


def points_at_equal_times(trajectory: Trajectory, count: int) -> Floats:
    """So many points of a path, one row each; the first and the last are its ends exactly."""
    line = polyline(trajectory)
    return _at_ways(line, _ways(line, trajectory.ease, count))


def sampled(trajectory: Trajectory) -> Floats:
    """The points that are sent of a path in sent pixels, before they are rounded.

    Raises:
        ValueError: the path leads nowhere.
    """
    if trajectory.is_empty:
        raise ValueError("a path needs two points at least")
    line = polyline(trajectory)
    count = min(max(_wanted(line.length, trajectory.ease), FEWEST), MOST)
    while count < MOST and _deviation(line, trajectory.ease, count) > WITHIN:
        count = min(count + max(1, count // 8), MOST)
    return points_at_equal_times(trajectory, count)


def deviation(trajectory: Trajectory, count: int) -> float:
    """Pixels by which the line between so many points leaves the curve at most."""
    return _deviation(polyline(trajectory), trajectory.ease, count)


def percent_of_width(length: float, width: int) -> float:
    """A length as people speak of it, and as Kling seems to weigh it."""
    return 100 * length / width if width > 0 else 0.0


def _wanted(length: float, ease: Ease) -> int:
    """Enough for the length, and so few that the slowest step of a pace is still a pixel."""
    by_length = math.ceil(length / SPACING) + 1
    slow = _SLOWEST.get(ease)
    return by_length if slow is None else min(by_length, math.floor(math.sqrt(slow * length)) + 1)


def _ways(line: Polyline, ease: Ease, count: int) -> Floats:
    return line.length * eased(np.linspace(0.0, 1.0, count), ease)


def _at_ways(line: Polyline, ways: Floats) -> Floats:
    points = np.stack([np.interp(ways, line.ways, line.points[:, i]) for i in (0, 1)], axis=1)
    points[0], points[-1] = line.points[0], line.points[-1]
    return points


def _deviation(line: Polyline, ease: Ease, count: int) -> float:
    ways = _ways(line, ease, count)
    sent = _at_ways(line, ways)
    piece = np.clip(np.searchsorted(ways, line.ways, side="right") - 1, 0, count - 2)
    return float(segment_distances(line.points, sent[piece], sent[piece + 1]).max())
