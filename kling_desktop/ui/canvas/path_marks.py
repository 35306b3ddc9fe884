"""What is drawn of a path: its line, points and handles, dots of time, and its number.

Light lies on dark throughout, so that paths stand out from whatever picture is below.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from kling_desktop.domain.motion.tools.path_hits import handles
from kling_desktop.domain.motion.trajectory import Join
from kling_desktop.ui.canvas.path_shapes import placed

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.trajectory import Trajectory
    from kling_desktop.ui.canvas.path_layer import Sight
    from kling_desktop.ui.canvas.path_shapes import Frame, PathShape

_DARK, _LIGHT, _PALE = QColor(16, 18, 22), QColor(255, 255, 255), QColor(214, 218, 224)
_BADGE = 9.0
"""Logical pixels, radius."""


def paint_region(
    painter: QPainter,
    sight: Sight,
    number: RegionId,
    path: Trajectory,
    colour: QColor,
    shape: PathShape,
) -> None:
    is_active = number == sight.active
    _paint_path(painter, shape, colour, is_active=is_active)
    if is_active:
        _paint_ticks(painter, shape)
        _paint_nodes(painter, path, sight.turn, sight.selected)
    _paint_badge(painter, shape.badge, number, colour)


def _paint_path(painter: QPainter, shape: PathShape, colour: QColor, *, is_active: bool) -> None:
    wide = 3.0 if is_active else 2.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen_colour, width in ((_DARK, wide + 2.6), (colour, wide)):
        painter.setPen(_pen(pen_colour, width))
        painter.drawPolyline(shape.line)
    for pen_colour, width in ((_DARK, 4.5), (_LIGHT if is_active else _PALE, 2.0)):
        painter.setPen(_pen(pen_colour, width))
        painter.drawPath(shape.chevrons)
    if not shape.head.isEmpty():
        painter.setPen(_pen(_DARK, 3.0))
        painter.setBrush(colour)
        painter.drawPolygon(shape.head)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(shape.head)


def _paint_ticks(painter: QPainter, shape: PathShape) -> None:
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(_LIGHT)
    for each in shape.ticks:
        painter.drawEllipse(each, 2.8, 2.8)


def _paint_nodes(painter: QPainter, path: Trajectory, frame: Frame, selected: int | None) -> None:
    if selected is not None:
        for _, place in handles(path, selected):
            start, end = placed(path.nodes[selected].point, frame), placed(place, frame)
            for colour, width in ((_DARK, 3.0), (_LIGHT, 1.2)):
                painter.setPen(_pen(colour, width))
                painter.drawLine(start, end)
            painter.setPen(QPen(_DARK, 1.2))
            painter.setBrush(_LIGHT)
            painter.drawEllipse(end, 4.0, 4.0)
    for index, node in enumerate(path.nodes):
        is_selected = index == selected
        painter.setPen(QPen(_LIGHT if is_selected else _DARK, 1.6))
        painter.setBrush(_DARK if is_selected else _LIGHT)
        _paint_node(painter, placed(node.point, frame), node.join, 5.0 if is_selected else 4.0)


def _paint_node(painter: QPainter, at: QPointF, join: Join, reach: float) -> None:
    """A square is a corner, a circle is smooth, and a diamond has handles of one length."""
    match join:
        case Join.CORNER:
            painter.drawRect(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
        case Join.SMOOTH:
            painter.drawEllipse(at, reach, reach)
        case Join.SYMMETRIC:
            far = reach * 1.3
            sides = (QPointF(0, -far), QPointF(far, 0), QPointF(0, far), QPointF(-far, 0))
            painter.drawPolygon(QPolygonF([at + each for each in sides]))


def _paint_badge(painter: QPainter, at: QPointF, number: int, colour: QColor) -> None:
    painter.setPen(QPen(_DARK, 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(at, _BADGE, _BADGE)
    painter.setPen(_ink(colour))
    painter.setFont(small_font(painter.font(), bold=True))
    place = QRectF(at.x() - _BADGE, at.y() - _BADGE, 2 * _BADGE, 2 * _BADGE)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number))


def _pen(colour: QColor, width: float) -> QPen:
    round_cap, round_join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(colour, width, Qt.PenStyle.SolidLine, round_cap, round_join)


def small_font(font: QFont, *, bold: bool) -> QFont:
    font = QFont(font)
    font.setPixelSize(12)
    font.setBold(bold)
    return font


def _ink(colour: QColor) -> QColor:
    """Black or white, whichever has more contrast (WCAG's luminance)."""

    def linear(level: float) -> float:
        return level / 12.92 if level <= 0.03928 else math.pow((level + 0.055) / 1.055, 2.4)

    red, green, blue = map(linear, (colour.redF(), colour.greenF(), colour.blueF()))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor(0, 0, 0) if light > 0.179 else QColor(255, 255, 255)
