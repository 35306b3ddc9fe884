"""Paints the frames of a clip; keeps the last one, so that nothing flashes black."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtMultimedia import QVideoFrame, QVideoSink
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.ui.canvas.picture_view import fitted

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

    from kling_desktop.ui.player.marks import Marks


class VideoView(QWidget):
    """A surface for QMediaPlayer that can be grabbed, drawn over and resized at will.

    Of the frames that come while a paint is outstanding only the newest is kept, and a frame
    becomes an image only when it is painted: a window that lags shows fewer, and piles none up.
    """

    dragged = Signal()
    """The frame in sight is dragged out; a press and a move is what it takes."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed: QPointF | None = None
        self.seconds = 0.0
        """When the frame is shown that was painted last."""
        self.setAccessibleName("Clip")
        self.setMinimumSize(240, 160)
        self.sink = QVideoSink(self)
        self.frames_shown = 0
        """Frames that were painted."""
        self.frames_dropped = 0
        """Frames that a newer one replaced before it was painted."""
        self.duration = 0
        """Milliseconds of the clip."""
        self._waiting: QVideoFrame | None = None
        """The newest frame, until it is painted."""
        self._share = 0.0
        self._image = QImage()
        self._marks: Marks | None = None
        self.sink.videoFrameChanged.connect(self.take_frame)

    @property
    def marks(self) -> Marks | None:
        """What is drawn over the clip."""
        return self._marks

    def clear(self) -> None:
        """Forget the last clip's last frame."""
        self._image, self._waiting, self._share = QImage(), None, 0.0
        self.update()

    def show_marks(self, marks: Marks | None) -> None:
        """Draw these over every frame; none draws nothing."""
        if marks != self._marks:
            self._marks = marks
            self.setAccessibleDescription("" if marks is None else marks.text)
            self.update()

    def take_frame(self, frame: QVideoFrame) -> None:
        """Paint this frame next."""
        if not frame.isValid():
            return
        self.frames_dropped += self._waiting is not None
        self._waiting = frame
        self.update()

    @property
    def image(self) -> QImage:
        """The frame that was painted last."""
        return self._image

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)  # the stage takes the keys
        is_on = self.frame_rect.contains(event.position().toPoint())
        self._pressed = event.position() if is_on else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position() - self._pressed).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pressed = None
            self.dragged.emit()

    @property
    def frame_rect(self) -> QRect:
        """Where the frame is."""
        return fitted(self._image.size(), self.rect().adjusted(8, 8, -8, -8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._convert()
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.frame_rect, self._image)
        if self._marks is not None:
            # Palette and paths are not loaded before there is something to draw.
            from kling_desktop.ui.player.marks_paint import paint_marks

            paint_marks(painter, self.frame_rect, self._marks, self._share, self.rect())
        painter.end()

    def _convert(self) -> None:
        """Make the newest frame an image, and let the frame go."""
        frame, self._waiting = self._waiting, None
        if frame is None:
            return
        self._image = frame.toImage()
        self.frames_shown += 1
        self.seconds = max(0.0, frame.startTime() / 1_000_000)
        if self.duration > 0 and frame.startTime() >= 0:
            self._share = frame.startTime() / 1000 / self.duration
