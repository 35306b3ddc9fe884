"""Points at a region on the canvas for a moment, so that nobody has to look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from kling_desktop.domain.motion.curve import polyline
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.ui.canvas.palette import look_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.motion.document import Region, RegionId
    from kling_desktop.domain.motion.tools.tool import Scene
    from kling_desktop.domain.motion.view import View

LASTS = 1200
"""Milliseconds."""
_TICK = 33
_DARK = QColor(20, 22, 26)
_GAP = 5.0
"""Logical pixels between a region and the frame around it."""


class Flash(QObject):
    """An overlay: a frame in the region's colour around it, which fades."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._region: RegionId | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._tick)

    @property
    def region(self) -> RegionId | None:
        """Which one is pointed at now."""
        return self._region

    def begin(self, region: RegionId) -> None:
        self._region = region
        self._clock.start()
        self._timer.start()
        self._canvas.update()

    def paint(self, painter: QPainter, view: View, scene: Scene) -> None:
        """Draw in logical pixels, as any overlay."""
        found = None if self._region is None else scene.document.region(self._region)
        corners = _corners(found) if found is not None else ()
        if found is None or not corners:
            return
        frame = _frame([view.to_view(each) for each in corners], view.is_upright)
        left = max(0.0, 1 - self._clock.elapsed() / LASTS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(min(1.0, 2 * left))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((_DARK, 6.0), (QColor(look_of(found.id).colour), 3.5)):
            pen = QPen(colour, width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(frame)
        painter.restore()

    def _tick(self) -> None:
        if self._clock.elapsed() >= LASTS:
            self._timer.stop()
            self._region = None
        self._canvas.update()


def _corners(region: Region) -> tuple[Point, ...]:
    """Of what it has: its pixels, or its path where there are none."""
    if not region.mask.is_empty:
        left, top, right, bottom = region.mask.bounds
    elif region.trajectory.nodes:
        points = polyline(region.trajectory).points
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    else:
        return ()
    return Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)


def _frame(corners: list[Point], is_upright: bool) -> QPolygonF:  # noqa: FBT001 - of one view
    places = [QPointF(each.x, each.y) for each in corners]
    if not is_upright:
        return QPolygonF(places)
    box = QPolygonF(places).boundingRect().adjusted(-_GAP, -_GAP, _GAP, _GAP)
    return QPolygonF([box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()])
