"""The one adapter from the engine's thread to the window: at most one delivery a frame."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kling_desktop.domain.events import BytesMoved

if TYPE_CHECKING:
    from kling_desktop.domain.events import Event

FRAME = 16
"""Milliseconds."""


class Bridge(QObject):
    """Collects events on any thread and hands them to the window in batches."""

    events = Signal(tuple)
    """A batch of events, oldest first, on the window's thread."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._timer = QTimer(self, singleShot=True, interval=FRAME)
        self._timer.timeout.connect(self._deliver)
        self._arrived.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)

    def push(self, event: Event) -> None:
        """Take an event; called on the engine's thread."""
        with self._lock:
            first = not self._waiting
            if isinstance(event, BytesMoved) and not first:
                self._drop_older(event)
            self._waiting.append(event)
        if first:
            self._arrived.emit()

    def _drop_older(self, event: BytesMoved) -> None:
        """Of several reports about one transfer only the newest matters."""
        last = self._waiting[-1]
        if isinstance(last, BytesMoved) and last.job_id == event.job_id:
            self._waiting.pop()

    def _deliver(self) -> None:
        with self._lock:
            batch, self._waiting = tuple(self._waiting), []
        self.events.emit(batch)
