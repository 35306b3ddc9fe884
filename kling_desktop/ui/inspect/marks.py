"""How the points of a path are drawn: numbered, the first a circle, the last a diamond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen, QPolygonF

from kling_desktop.domain.motion.document import RegionId
from kling_desktop.ui.canvas.palette import LOOKS, look_of
from kling_desktop.ui.inspect.loading import colour_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from kling_desktop.domain.parcel import SentMask

_DARK, _LIGHT = QColor(16, 18, 22), QColor(255, 255, 255)
APART = 26.0
"""Logical pixels from one number to the next; closer ones could not be read."""
BETWEEN = 9.0
"""Logical pixels from one dot to the next, so that the line between them has its colour."""
_DOT, _END, _MARKED = 2.6, 8.5, 5.0
_TEXT = 11
"""Pixels."""


def paint_path(
    painter: QPainter, mask: SentMask, spots: Sequence[QPointF], marked: set[int]
) -> None:
    """Draw a path through ``spots``; the marked points stand out."""
    colour = colour_of(mask)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen, width in ((_DARK, 4.2), (colour, 2.0)):
        painter.setPen(QPen(pen, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(list(spots)))
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(_LIGHT)
    for index in spaced(spots, BETWEEN):
        painter.drawEllipse(spots[index], _DOT, _DOT)
    font = QFont(painter.font())
    font.setPixelSize(_TEXT)
    font.setBold(True)
    painter.setFont(font)
    for index in spaced(spots, APART):
        _paint_number(painter, spots[index] + QPointF(0, -11), str(index + 1))
    ink = QColor(look_of(RegionId(mask.number % len(LOOKS))).ink)
    _paint_end(painter, spots[-1], colour, ink, str(len(spots)), is_last=True)
    _paint_end(painter, spots[0], colour, ink, "1", is_last=False)
    for index in marked:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        reach = _END + 4 if index in {0, len(spots) - 1} else _MARKED + 3
        for pen, width in ((_DARK, 4.0), (_LIGHT, 2.0)):
            painter.setPen(QPen(pen, width))
            painter.drawEllipse(spots[index], reach, reach)


def spaced(spots: Sequence[QPointF], apart: float) -> list[int]:
    """The points between both ends that have room around them."""
    found, last = [], spots[0]
    for index, spot in enumerate(spots[1:-1], start=1):
        far = (spot - last).manhattanLength() >= apart
        if far and (spot - spots[-1]).manhattanLength() >= apart:
            found.append(index)
            last = spot
    return found


def _paint_end(
    painter: QPainter, spot: QPointF, colour: QColor, ink: QColor, text: str, *, is_last: bool
) -> None:
    painter.setPen(QPen(_DARK, 1.5))
    painter.setBrush(colour)
    if is_last:
        far = _END * 1.5
        sides = (QPointF(0, -far), QPointF(far, 0), QPointF(0, far), QPointF(-far, 0))
        painter.drawPolygon(QPolygonF([spot + each for each in sides]))
    else:
        painter.drawEllipse(spot, _END, _END)
    painter.setPen(ink)
    frame = QRectF(spot.x() - 14, spot.y() - 9, 28, 18)
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)


def _paint_number(painter: QPainter, spot: QPointF, text: str) -> None:
    frame = QRectF(spot.x() - 14, spot.y() - 8, 28, 16)
    painter.setPen(_DARK)
    for by in (QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1)):
        painter.drawText(frame.translated(by), Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(_LIGHT)
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
