"""Arrows over the preview: the path of each region, and where its parts go just now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from kling_desktop.domain.motion.curve import polyline
from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.sampling import eased
from kling_desktop.ui.canvas.palette import look_of
from kling_desktop.ui.canvas.path_layer import Sight
from kling_desktop.ui.canvas.path_marks import paint_region
from kling_desktop.ui.canvas.path_shapes import placed, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.ui.canvas.path_shapes import Frame, PathShape

AHEAD = 0.1
"""Share of the clip that an arrow looks ahead."""
NEAREST, MOST = 30.0, 40
"""Logical pixels between arrows at least, and arrows of a region at most."""
SHORTEST = 3.0
_DARK = QColor(16, 18, 22)


@dataclass(frozen=True, slots=True, eq=False)
class _Going:
    """A region that moves, as it is drawn."""

    region: Region
    shape: PathShape
    line: NDArray[np.float64]
    """Pixels of the picture."""
    ways: NDArray[np.float64]
    spots: tuple[Point, ...]
    """Where its arrows begin at first."""

    def at(self, share: float) -> Point:
        """Where the region's path is after a share of the clip."""
        times = eased(np.array([min(max(share, 0.0), 1.0)]), self.region.trajectory.ease)
        way = float(times[0]) * float(self.ways[-1])
        x, y = (float(np.interp(way, self.ways, self.line[:, axis])) for axis in (0, 1))
        return Point(x, y)


class Arrows:
    """Draws a document's motion over its frames; what does not change is kept."""

    def __init__(self) -> None:
        self._known: tuple[MotionDocument, QRect] | None = None
        self._going: tuple[_Going, ...] = ()

    def paint(
        self, painter: QPainter, document: MotionDocument, frame: QRect, share: float
    ) -> None:
        """Draw the arrows of one moment over a frame that fills ``frame``."""
        scale = frame.width() / document.size.width
        ground: Frame = (scale, 0.0, 0.0, scale, float(frame.x()), float(frame.y()))
        known = self._known
        if known is None or known[0] is not document or known[1] != frame:
            self._known = document, QRect(frame)
            self._going = tuple(_all_going(document, ground))
        painter.save()
        painter.setClipRect(frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # No region is active: none shows its nodes, as nothing can be edited here.
        sight = Sight((), STATIC, None, ground, 1.0)
        for each in self._going:
            colour = QColor(look_of(each.region.id).colour)
            _paint_flow(painter, each, colour, ground, share)
            number = RegionId(each.region.id)
            paint_region(painter, sight, number, each.region.trajectory, colour, each.shape)
        painter.restore()


def _all_going(document: MotionDocument, ground: Frame) -> Iterator[_Going]:
    for region in document.dynamic:
        if not region.mask.is_empty and not region.trajectory.is_empty:
            line = np.asarray(polyline(region.trajectory, 0.5).points, float)
            ways = np.concatenate([np.zeros(1), np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
            spots = tuple(_spots(region.mask, ground[0]))
            yield _Going(region, shape_of(region.trajectory, ground), line, ways, spots)


def _spots(mask: Mask, scale: float) -> Iterator[Point]:
    """Places in a region, evenly spread; one in its middle where it is small."""
    bounds = mask.bounds
    wide, tall = bounds.right - bounds.left, bounds.bottom - bounds.top
    step = max(NEAREST / scale, math.sqrt(wide * tall / MOST))
    columns, rows = max(1, int(wide / step)), max(1, int(tall / step))
    for row in range(rows):
        for column in range(columns):
            x = bounds.left + wide * (column + 0.5) / columns
            y = bounds.top + tall * (row + 0.5) / rows
            if mask.holds(Point(x, y)):
                yield Point(x, y)


def _paint_flow(
    painter: QPainter, going: _Going, colour: QColor, ground: Frame, share: float
) -> None:
    """Short arrows that go along with the region, as long as it is fast."""
    now, start = going.at(share), going.at(0.0)
    soon = going.at(share + AHEAD)
    way = placed(soon, ground) - placed(now, ground)
    long = math.hypot(way.x(), way.y())
    if long < SHORTEST:
        return
    path = QPainterPath()
    along = way / long
    across = QPointF(-along.y(), along.x())
    for spot in going.spots:
        tail = placed(spot + now - start, ground)
        tip = tail + way
        path.moveTo(tail)
        path.lineTo(tip)
        path.moveTo(tip - along * 6 + across * 4)
        path.lineTo(tip)
        path.lineTo(tip - along * 6 - across * 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tint, width in ((_DARK, 4.0), (colour.lighter(130), 1.8)):
        pen = QPen(tint, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
