"""Moves of the line as steps that can be taken back, for as long as the jobs wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kling_desktop.domain.jobs import JobId

    Move = tuple[tuple[JobId, ...], JobId | None]
    """Jobs in their order, and the one in front of which they go, or None."""

MOST = 50
"""Moves that are remembered."""


class LineMoves(QObject):
    """What was moved here last; the line is the ledger's, so each step only asks for moves."""

    asked = Signal(object)
    """Moves to be made one after the other."""
    in_vain = Signal()
    """None of the jobs waits here any more."""

    def __init__(self, line: Callable[[], Sequence[JobId]], parent: QObject) -> None:
        """``line`` are the jobs that wait here now, in their order."""
        super().__init__(parent)
        self._line = line
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)

    def move(self, job_ids: Sequence[JobId], before: JobId | None) -> None:
        """Put jobs in front of another one, or behind all."""
        self.stack.push(_Step(self, tuple(job_ids), before, tuple(self._line())))

    def ask(self, moves: Sequence[Move]) -> None:
        """Want moves of the jobs that still wait."""
        line = set(self._line())
        wanted = [(tuple(e for e in ids if e in line), before) for ids, before in moves]
        found = [(ids, before) for ids, before in wanted if ids]
        if found:
            self.asked.emit(found)
        else:
            self.in_vain.emit()

    def behind(self, job_id: JobId, order: Sequence[JobId]) -> JobId | None:
        """Who came after a job in an order of the line, of those that still wait."""
        line = set(self._line())
        rest = order[order.index(job_id) + 1 :] if job_id in order else ()
        return next((each for each in rest if each in line), None)


class _Step(QUndoCommand):
    """One move; its first time is when it is pushed."""

    def __init__(
        self,
        moves: LineMoves,
        job_ids: tuple[JobId, ...],
        before: JobId | None,
        order: tuple[JobId, ...],
    ) -> None:
        super().__init__("move of a job" if len(job_ids) == 1 else f"move of {len(job_ids)} jobs")
        self._moves, self._ids, self._before, self._order = moves, job_ids, before, order

    def redo(self) -> None:
        self._moves.ask([(self._ids, self._before)])

    def undo(self) -> None:
        """From the last of them: who came after it stands where it stood by then."""
        last_first = sorted(self._ids, key=self._order.index, reverse=True)
        self._moves.ask([((each,), self._moves.behind(each, self._order)) for each in last_first])
