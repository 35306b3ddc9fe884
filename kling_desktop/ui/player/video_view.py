"""Paints the frames of a clip; keeps the last one, so that nothing flashes black."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtMultimedia import QVideoSink
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.canvas.picture_view import fitted

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame


class VideoView(QWidget):
    """A surface for QMediaPlayer that can be grabbed, drawn over and resized at will."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Clip")
        self.setMinimumSize(240, 160)
        self.sink = QVideoSink(self)
        self.frames_shown = 0
        self._image = QImage()
        self.sink.videoFrameChanged.connect(self._show_frame)

    def clear(self) -> None:
        """Forget the last clip's last frame."""
        self._image = QImage()
        self.update()

    def _show_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._image = frame.toImage()
            self.frames_shown += 1
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(
            fitted(self._image.size(), self.rect().adjusted(8, 8, -8, -8)), self._image
        )
        painter.end()
