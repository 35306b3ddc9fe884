"""Runs operations away from the window's thread, one after the other; their edits come back."""

from __future__ import annotations

import contextlib
import logging
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.ui.brush.operations import Operation
    from kling_desktop.ui.canvas.session import Session

log = logging.getLogger(__name__)
NOTHING = "{}: there is nothing to change."
FAILED = "That did not work, and nothing was changed; the log has more."


class Runner(QObject):
    """Applies what an operation makes of the document, if that is still the one at work."""

    busy_changed = Signal(bool)
    failed = Signal(str)
    told = Signal(str)
    """An operation had nothing to do: silence would look as if it were broken."""
    _made = Signal(object, object)
    _broke = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: list[tuple[Operation, RegionId]] = []
        self._is_busy = False
        queued = Qt.ConnectionType.QueuedConnection
        self._made.connect(self._take, queued)
        self._broke.connect(self._give_up, queued)
        session.opened.connect(self._waiting.clear)

    @property
    def is_busy(self) -> bool:
        return self._is_busy

    def run(self, operation: Operation, region: RegionId) -> None:
        """Do an operation as soon as those before it are done."""
        self._waiting.append((operation, region))
        if not self._is_busy:
            self._next()

    def _next(self) -> None:
        busy = bool(self._waiting)
        if busy is not self._is_busy:
            self._is_busy = busy
            self.busy_changed.emit(busy)
        if busy:
            work = (*self._waiting[0], self._session.document)
            Thread(target=self._work, args=work, name="mask-operation", daemon=True).start()

    def _work(self, operation: Operation, region: RegionId, document: MotionDocument) -> None:
        with contextlib.suppress(RuntimeError):  # the window may be gone by now
            try:
                edit = operation(document, region)
            except Exception:
                log.exception("operation failed")
                self._broke.emit()
            else:
                self._made.emit(document, edit)

    def _take(self, document: MotionDocument, edit: Edit) -> None:
        """What was painted meanwhile is not lost: the operation is done once more, on top of it."""
        if document is self._session.document:
            self._waiting[:1] = []
            self._session.apply(edit)
            if edit.document is document and not edit.note:
                self.told.emit(NOTHING.format(edit.label))
        self._next()

    def _give_up(self) -> None:
        self._waiting[:1] = []
        self.failed.emit(FAILED)
        self._next()
