"""Slow work off the window's thread, of which only the newest counts."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class Errand(QObject):
    """Runs pure functions elsewhere; one that is overtaken or cancelled is never heard of again."""

    done = Signal(object)
    """What the function gave."""
    failed = Signal(object)
    """The exception that it raised."""
    busy_changed = Signal(bool)
    _came = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="canvas")
        self._newest = 0
        self._is_busy = False
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        return self._is_busy

    def start(self, work: Callable[[], Any]) -> None:
        """Do this instead of anything before it."""
        self._newest += 1
        self._threads.submit(self._run, self._newest, work)
        self._tell_busy(busy=True)

    def cancel(self) -> None:
        """Want no result any more."""
        self._newest += 1
        self._tell_busy(busy=False)

    def close(self) -> None:
        """Cancel, and wait for the thread to end."""
        self.cancel()
        self._threads.shutdown(cancel_futures=True)

    def _run(self, number: int, work: Callable[[], Any]) -> None:
        if number != self._newest:
            return
        result, error = None, None
        try:
            result = work()
        except Exception as caught:
            log.exception("work for the canvas failed")
            error = caught
        if number == self._newest:
            self._came.emit(number, result, error)

    def _take(self, number: int, result: object, error: Exception | None) -> None:
        if number != self._newest:
            return
        self._tell_busy(busy=False)
        if error is not None:
            self.failed.emit(error)
        else:
            self.done.emit(result)

    def _tell_busy(self, *, busy: bool) -> None:
        if busy != self._is_busy:
            self._is_busy = busy
            self.busy_changed.emit(busy)
