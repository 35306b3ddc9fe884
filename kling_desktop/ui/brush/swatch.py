"""A region's number on its colour and pattern."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.canvas.palette import look_of

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.ui.canvas.palette import Hatch

SIDE = 30
GAP = 6.0


class Swatch(QWidget):
    """Painted by hand: no style sheet can draw a pattern."""

    def __init__(self, region: RegionId) -> None:
        super().__init__()
        self._region = region
        self.setFixedSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = look_of(self._region)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 6, 6)
        painter.setClipPath(shape)
        painter.fillPath(shape, QColor(look.colour))
        ink = QColor(look.ink)
        ink.setAlphaF(0.55)
        hatch(painter, frame, look.hatch, ink)
        painter.setClipping(False)
        middle = QRectF(frame.center() - QPointF(7, 8), frame.center() + QPointF(7, 8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.colour))
        painter.drawRoundedRect(middle, 4, 4)
        painter.setPen(QColor(look.ink))
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, str(self._region))
        painter.end()


def hatch(painter: QPainter, frame: QRectF, pattern: Hatch, ink: QColor) -> None:
    """Draw a pattern over a rectangle; dots where it has no lines."""
    painter.setPen(QPen(ink, pattern.width))
    reach = frame.width() + frame.height()
    for angle in pattern.angles:
        along = QPointF(math.cos(math.radians(angle)), -math.sin(math.radians(angle)))
        across = QPointF(-along.y(), along.x())
        for step in range(-int(reach / GAP), int(reach / GAP) + 1):
            start = frame.center() + across * (step * GAP)
            painter.drawLine(QLineF(start - along * reach, start + along * reach))
    if not pattern.angles:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for x in range(int(frame.left()) + 3, int(frame.right()), int(GAP)):
            for y in range(int(frame.top()) + 3, int(frame.bottom()), int(GAP)):
                painter.drawEllipse(QPointF(x, y), 1.2, 1.2)
