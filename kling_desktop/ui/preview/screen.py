"""Where the frames are shown, with the words on them that nobody may miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.canvas.picture_view import fitted
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "Preview, not the model"
MARGIN = 8
_PLATE, _INK = QColor(16, 18, 24, 205), QColor(255, 255, 255)


class Screen(QWidget):
    """One frame, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(MARK)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._image = QImage()
        self._ghosts = QImage()
        self.over: Callable[[QPainter, QRect], None] | None = None
        """Draws over the frame, below the words."""

    @property
    def image(self) -> QImage:
        return self._image

    @property
    def ghosts(self) -> QImage:
        """The layer over every frame."""
        return self._ghosts

    @property
    def room(self) -> QRect:
        """Where a frame may be."""
        return self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def show_image(self, image: QImage) -> None:
        """Show a frame; a null one shows nothing."""
        self._image = image
        self.update()

    def show_ghosts(self, layer: QImage) -> None:
        """Lay this over every frame; a null one is none."""
        self._ghosts = layer
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().stage))
        if not self._image.isNull():
            frame = fitted(self._image.size(), self.room)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(frame, self._image)
            if not self._ghosts.isNull():
                painter.drawImage(frame, self._ghosts)
            if self.over is not None:
                self.over(painter, frame)
            self._mark(painter, frame)
        painter.end()

    def _mark(self, painter: QPainter, frame: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        plate = QRect(0, 0, metrics.horizontalAdvance(MARK) + 20, metrics.height() + 10)
        plate.moveTopLeft(frame.topLeft() + QPoint(10, 10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(_INK)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, MARK)
