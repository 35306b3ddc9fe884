"""What is drawn over the picture anew each time: its edge, the pixel grid, guides, a busy sign."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from kling_desktop.domain.motion.geometry import Point

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.tools.tool import Guide, Scene
    from kling_desktop.domain.motion.view import View

GRID_FROM = 8.0
"""Device pixels of a pixel of the picture from which on the grid is drawn."""
_EDGE = QColor(128, 128, 128, 160)
_GRID = QColor(128, 128, 128, 90)
_DARK, _LIGHT = QColor(0, 0, 0, 200), QColor(255, 255, 255, 240)
_DASH = (4.0, 4.0)


class Overlay(Protocol):
    """Something that another part of the program draws over the picture, such as paths."""

    def paint(self, painter: QPainter, view: View, scene: Scene) -> None:
        """Draw in logical pixels; ``view.to_view`` says where a place of the picture is."""
        ...


def paint_edge(painter: QPainter, view: View, size: Size) -> None:
    """A thin line around the picture."""
    width, height = size
    corners = [
        _at(view, Point(x, y)) for x, y in ((0, 0), (width, 0), (width, height), (0, height))
    ]
    if view.is_upright:  # four boxes are filled much sooner than an outline is stroked
        box = QRectF(corners[0], corners[2]).normalized().adjusted(-1, -1, 1, 1).toAlignedRect()
        for part in _sides(box):
            painter.fillRect(part, _EDGE)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_EDGE, 0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF(corners))


def _sides(box: QRect) -> tuple[QRect, ...]:
    across, down = box.width(), box.height()
    return (
        QRect(box.left(), box.top(), across, 1),
        QRect(box.left(), box.bottom(), across, 1),
        QRect(box.left(), box.top() + 1, 1, down - 2),
        QRect(box.right(), box.top() + 1, 1, down - 2),
    )


def paint_grid(painter: QPainter, view: View, size: Size, part: QRect) -> None:
    """Lines between the pixels of the picture, once these are large."""
    if view.scale < GRID_FROM:
        return
    a, b, c, d, dx, dy = (each / view.ratio for each in view.matrix)
    corners = [
        view.to_picture(Point(x, y))
        for x in (part.left(), part.right() + 1)
        for y in (part.top(), part.bottom() + 1)
    ]
    left = max(0, math.floor(min(each.x for each in corners)))
    right = min(size.width, math.ceil(max(each.x for each in corners)))
    top = max(0, math.floor(min(each.y for each in corners)))
    bottom = min(size.height, math.ceil(max(each.y for each in corners)))
    lines = [QLineF(x, top, x, bottom) for x in range(left, right + 1)]
    lines += [QLineF(left, y, right, y) for y in range(top, bottom + 1)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not view.is_upright)
    pen = QPen(_GRID, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setTransform(QTransform(a, b, c, d, dx, dy), combine=True)
    painter.drawLines(lines)
    painter.restore()


def paint_guide(painter: QPainter, view: View, guide: Guide) -> None:
    """Dashed, light on dark; ends of lines are dots if the tool says so."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in guide.lines:
        polygon = QPolygonF([_at(view, each) for each in line])
        for pen in _dashes():
            painter.setPen(pen)
            painter.drawPolyline(polygon)
    if guide.ellipse is not None:
        _paint_ellipse(painter, view, QRectF(*guide.ellipse[:2], guide.ellipse.width,
                                             guide.ellipse.height))  # fmt: skip
    painter.setPen(QPen(_DARK, 1))
    painter.setBrush(_LIGHT)
    for dot in guide.dots:
        painter.drawEllipse(_at(view, dot), 3.5, 3.5)


def paint_words(painter: QPainter, words: str, at: QPointF, within: QRect) -> None:
    """A short fact on a dark plate, beside a place and never beyond the edge."""
    if not words:
        return
    space = painter.fontMetrics().boundingRect(words).adjusted(-7, -4, 7, 4)
    left = min(at.x() + 16, within.right() - space.width() - 4)
    top = min(at.y() + 16, within.bottom() - space.height() - 4)
    plate = QRectF(max(left, 4), max(top, 4), space.width(), space.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 215))
    painter.drawRoundedRect(plate, 5, 5)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)


def _paint_ellipse(painter: QPainter, view: View, rect: QRectF) -> None:
    a, b, c, d, dx, dy = (each / view.ratio for each in view.matrix)
    painter.save()
    painter.setTransform(QTransform(a, b, c, d, dx, dy), combine=True)
    for pen in _dashes():
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawEllipse(rect)
    painter.restore()


def _dashes() -> tuple[QPen, QPen]:
    dashed = QPen(_LIGHT, 1.4)
    dashed.setDashPattern(_DASH)
    return QPen(_DARK, 1.4), dashed


def _at(view: View, point: Point) -> QPointF:
    place = view.to_view(point)
    return QPointF(place.x, place.y)
