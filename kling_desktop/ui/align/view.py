"""Two pictures in one frame: the end over the start, or where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.canvas.picture_view import fitted
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPaintEvent


class AlignView(QWidget):
    """Paints both as the clip would show them: the end filling the frame of the start."""

    def __init__(self, start: QImage, end: QImage) -> None:
        super().__init__()
        self.setAccessibleName("Start and end picture over one another")
        self.setMinimumSize(360, 240)
        self._start, self._end = start, end
        self._opacity, self._differs = 0.5, False

    def show_mix(self, opacity: float, *, differs: bool) -> None:
        """How much of the end is seen, from 0 to 1; or where both differ."""
        self._opacity, self._differs = opacity, differs
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(720, 440)

    @property
    def frame(self) -> QRect:
        """Where the start picture is."""
        return fitted(self._start.size(), self.rect().adjusted(4, 4, -4, -4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, frame = QPainter(self), self.frame
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(frame, self._start)
        # Only what lies in the frame of the start counts, whatever shape the end has.
        painter.setClipRect(frame)
        if self._differs:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        else:
            painter.setOpacity(self._opacity)
        painter.drawImage(frame, self._end, source_in(self._end.size(), frame.size()))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setClipping(False)
        painter.setOpacity(1)
        painter.setPen(QPen(QColor(tokens().line), 1))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        painter.end()


def source_in(size: QSize, shape: QSize) -> QRect:
    """The largest part in the middle of a picture that has a shape: what fills it, uncropped."""
    width = min(size.width(), round(size.height() * shape.width() / max(1, shape.height())))
    height = min(size.height(), round(size.width() * shape.height() / max(1, shape.width())))
    return QRect((size.width() - width) // 2, (size.height() - height) // 2, width, height)
