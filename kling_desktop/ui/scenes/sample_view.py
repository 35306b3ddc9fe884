"""Where a hint at an effect is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QImage, QPaintEvent, QShowEvent

PACE: Final = 90
"""Milliseconds between frames: enough to see what moves, and no load."""
SIZE: Final = QSize(224, 168)


class SampleView(QWidget):
    """Plays a loop while it is in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIZE)
        self.setAccessibleName("Sample")
        self._frames: list[QImage] = []
        self._number = 0
        self._timer = QTimer(self, interval=PACE)
        self._timer.timeout.connect(self._next)

    @property
    def frames(self) -> list[QImage]:
        return self._frames

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def play(self, frames: list[QImage]) -> None:
        """Show a loop, from its start; nothing stops it."""
        self._frames, self._number = frames, 0
        self._follow()
        self.update()

    def _next(self) -> None:
        self._number = (self._number + 1) % len(self._frames)
        self.update()

    def _follow(self) -> None:
        if self._frames and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), QColor(tokens().hover))
        if self._frames:
            painter.drawImage(self.rect(), self._frames[self._number])
        else:
            painter.setPen(QColor(tokens().muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Sample")
        painter.end()
