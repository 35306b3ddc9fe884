"""A path as lines of the screen: where its line, chevrons, arrow head and time dots lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from kling_desktop.domain.motion.curve import polyline
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.sampling import eased

if TYPE_CHECKING:
    from kling_desktop.domain.motion.curve import Floats
    from kling_desktop.domain.motion.trajectory import Trajectory

CHEVRON_EVERY, CHEVRON_NEAREST = 56.0, 34.0
"""Logical pixels from one to the next: about, and at least."""
CHEVRON_FREE = 22.0
"""Logical pixels that they keep from the end, where the arrow head is."""
HEAD = 13.0
"""Logical pixels of the arrow head along the path."""
BEHIND = 19.0
"""Logical pixels from the start to its number, so that the first point stays free."""
TIMES = 10
"""Parts of equal time that dots divide the clip into: half seconds of five."""
_FLAT = 0.2
"""Logical pixels by which the line drawn may miss the curve."""
Frame: TypeAlias = tuple[float, float, float, float, float, float]
"""Where the origin, one pixel to the right and one pixel down are on the screen."""


class Ground(Protocol):
    """What knows where places of the picture are on the screen: the canvas's view."""

    def to_view(self, point: Point, /) -> tuple[float, float]:
        """In logical pixels."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class PathShape:
    """Everything about a path that stays while neither it nor the view changes."""

    line: QPolygonF
    chevrons: QPainterPath
    head: QPolygonF
    """A triangle whose tip is the end; empty where the path leads nowhere."""
    ticks: tuple[QPointF, ...]
    """At equal times between both ends."""
    start: QPointF
    end: QPointF
    badge: QPointF
    """The middle of the region's number: behind the start, or beside it if the end is there."""


def frame_of(ground: Ground) -> Frame:
    """The view as numbers: rotation, mirror, zoom and place."""
    origin, right, down = (ground.to_view(Point(x, y)) for x, y in ((0, 0), (1, 0), (0, 1)))
    return (
        right[0] - origin[0], right[1] - origin[1],
        down[0] - origin[0], down[1] - origin[1],
        origin[0], origin[1],
    )  # fmt: skip


def turn_of(frame: Frame) -> Frame:
    """The view without its place; rounded, as places far away leave noise in the last digits."""
    a, b, c, d = (round(each, 9) for each in frame[:4])
    return a, b, c, d, 0.0, 0.0


def placed(point: Point, frame: Frame) -> QPointF:
    """A place of the picture on the screen."""
    a, b, c, d, dx, dy = frame
    return QPointF(a * point.x + c * point.y + dx, b * point.x + d * point.y + dy)


def shape_of(path: Trajectory, frame: Frame) -> PathShape:
    """The path as it is drawn in that view. It has a node at least."""
    line = _on_screen(polyline(path, _tolerance(frame)).points, frame)
    ways = np.concatenate([np.zeros(1), np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    times = eased(np.linspace(0.0, 1.0, TIMES + 1), path.ease) * ways[-1]
    return PathShape(
        QPolygonF([QPointF(x, y) for x, y in line.tolist()]),
        _chevrons(line, ways, times),
        _head(line, ways) if ways[-1] >= 1 else QPolygonF(),
        tuple(_at(line, ways, way) for way in times[1:-1].tolist()) if ways[-1] >= 1 else (),
        QPointF(*line[0].tolist()),
        QPointF(*line[-1].tolist()),
        _badge(line, ways),
    )


def _tolerance(frame: Frame) -> float:
    """Pixels of the picture; by powers of two, so that small zooms use what is there."""
    scale = max(math.hypot(frame[0], frame[1]), 1e-6)
    return float(2.0 ** math.floor(math.log2(_FLAT / scale)))


def _on_screen(points: Floats, frame: Frame) -> Floats:
    a, b, c, d, dx, dy = frame
    found: Floats = points @ np.array([[a, b], [c, d]]) + np.array([dx, dy])
    return found


def _at(line: Floats, ways: Floats, way: float) -> QPointF:
    x, y = (float(np.interp(way, ways, line[:, axis])) for axis in (0, 1))
    return QPointF(x, y)


def _direction(start: QPointF, end: QPointF) -> QPointF:
    way = end - start
    long = math.hypot(way.x(), way.y())
    return way / long if long > 1e-9 else QPointF(1.0, 0.0)


def _chevrons(line: Floats, ways: Floats, ticks: Floats) -> QPainterPath:
    """Small arrows along the path, between the dots of time and never upon them."""
    drawn, last = QPainterPath(), 0.0
    for start, end in zip(ticks.tolist(), ticks[1:].tolist(), strict=False):
        count = min(max(1, round((end - start) / CHEVRON_EVERY)), 20)
        for index in range(count):
            way = start + (end - start) * (index + 0.5) / count
            if way - last >= CHEVRON_NEAREST * (0.5 if last == 0 else 1) and (
                ways[-1] - way >= CHEVRON_FREE
            ):
                _add_chevron(drawn, _at(line, ways, way - 3), _at(line, ways, way + 3))
                last = way
    return drawn


def _add_chevron(drawn: QPainterPath, before: QPointF, after: QPointF) -> None:
    along = _direction(before, after)
    across, tip = QPointF(-along.y(), along.x()), (before + after) / 2 + along * 3.5
    drawn.moveTo(tip - along * 6 + across * 5)
    drawn.lineTo(tip)
    drawn.lineTo(tip - along * 6 - across * 5)


def _badge(line: Floats, ways: Floats) -> QPointF:
    start, end = _at(line, ways, 0.0), _at(line, ways, float(ways[-1]))
    leads = _direction(start, _at(line, ways, min(HEAD, float(ways[-1]))))
    places = [start - leads * BEHIND]
    if ways[-1] > 4 * BEHIND:
        sides = [start + QPointF(-leads.y(), leads.x()) * (BEHIND * side) for side in (1, -1)]
        places += sorted(sides, key=lambda each: each.y())  # the ruler lies below
    head = (end + _at(line, ways, max(float(ways[-1]) - HEAD, 0.0))) / 2
    free = (each for each in places if _distance(each, head) >= BEHIND - 2)
    return next(free, places[0])


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())


def _head(line: Floats, ways: Floats) -> QPolygonF:
    tip, end = _at(line, ways, float(ways[-1])), float(ways[-1])
    along = _direction(_at(line, ways, max(end - HEAD, 0.0)), tip)
    across = QPointF(-along.y(), along.x()) * (HEAD * 0.45)
    back = tip - along * HEAD
    return QPolygonF([tip, back + across, back + along * (HEAD * 0.22), back - across])
