"""The picture with its regions laid over it, for looking at: where no canvas is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.canvas.palette import look_of
from kling_desktop.ui.canvas.picture_view import fitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.document import Region
    from kling_desktop.ui.canvas.session import Session

OPACITY = 0.45


class Still(QWidget):
    """Fits the picture, tints what is painted, and draws the ways as lines from node to node."""

    def __init__(self, session: Session, image: Callable[[], QImage]) -> None:
        super().__init__()
        self.setAccessibleName("Picture with its regions")
        self.setMinimumSize(160, 120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session, self._image = session, image
        session.opened.connect(self._refresh)
        session.document_changed.connect(self._refresh)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing
        )
        image = self._image()
        if not image.isNull():
            frame = fitted(image.size(), self.rect())
            painter.drawImage(frame, image)
            painter.setOpacity(OPACITY)
            for region in self._session.document.shown():
                self._tint(painter, frame, region)
            painter.setOpacity(1.0)
            for region in self._session.document.shown():
                self._way(painter, frame, region)
        painter.end()

    def _tint(self, painter: QPainter, frame: QRect, region: Region) -> None:
        rect = region.mask.bounds
        if rect.is_empty:
            return
        pixels = region.mask.read(rect)
        level = QImage(
            pixels.data, rect.width, rect.height, rect.width, QImage.Format.Format_Alpha8
        )
        tint = QImage(level.size(), QImage.Format.Format_ARGB32_Premultiplied)
        tint.fill(QColor(look_of(region.id).colour))
        inner = QPainter(tint)
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        inner.drawImage(0, 0, level)
        inner.end()
        scale = frame.width() / self._session.document.size.width
        place = QRectF(rect.left * scale, rect.top * scale, rect.width * scale, rect.height * scale)
        painter.drawImage(place.translated(frame.topLeft()), tint)

    def _way(self, painter: QPainter, frame: QRect, region: Region) -> None:
        scale = frame.width() / max(1, self._session.document.size.width)
        corner = QPointF(frame.topLeft())
        points = [corner + QPointF(*each.point) * scale for each in region.trajectory.nodes]
        painter.setPen(QPen(QColor(look_of(region.id).colour), 3))
        painter.drawPolyline(QPolygonF(points))

    def _refresh(self) -> None:
        self.update()
