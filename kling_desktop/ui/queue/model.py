"""The jobs as Qt sees them: one row a job, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kling_desktop.domain.events import BytesMoved, Event, JobAdded, JobChanged, Searched
from kling_desktop.domain.line import Steering
from kling_desktop.domain.outlook import Outlook
from kling_desktop.ui.queue import waiting, words
from kling_desktop.ui.queue.facts import facts_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kling_desktop.domain.jobs import Job, JobId

Index = QModelIndex | QPersistentModelIndex
JobRole = Qt.ItemDataRole.UserRole
MovedRole = Qt.ItemDataRole.UserRole + 1
StateRole = Qt.ItemDataRole.UserRole + 2
"""Where the job is, in words."""
SearchedRole = Qt.ItemDataRole.UserRole + 3
"""Whether its request is being looked for."""


def _now() -> datetime:
    return datetime.now(UTC)


class QueueModel(QAbstractTableModel):
    """Keeps the rows in step with the engine's events."""

    more_wanted = Signal()
    """Somebody has scrolled to the end of what is known here."""

    def __init__(self, parent: QObject | None = None, now: Callable[[], datetime] = _now) -> None:
        super().__init__(parent)
        self._now = now
        self._jobs: list[Job] = []
        self._has_more = False
        self._moved: dict[JobId, BytesMoved] = {}
        self._outlooks: Mapping[JobId, Outlook] = {}
        self._steering = Steering()
        self._searched: set[JobId] = set()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        job = self._jobs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{words.title(job)}: {self._state(job)}"
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(job)
            case _ if role == JobRole:
                return job
            case _ if role == StateRole:
                return self._state(job)
            case _ if role == MovedRole:
                return self._moved.get(job.id)
            case _ if role == SearchedRole:
                return self.is_searched(job.id)
            case _:
                return None

    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._has_more = False  # Until they have come.
            self.more_wanted.emit()

    def extend(self, jobs: Iterable[Job], *, has_more: bool) -> None:
        """Show older jobs below, those that are not shown already."""
        known = {job.id for job in self._jobs}
        found = [job for job in jobs if job.id not in known]
        if found:
            first = len(self._jobs)
            self.beginInsertRows(QModelIndex(), first, first + len(found) - 1)
            self._jobs += found
            self.endInsertRows()
        self._has_more = has_more

    def reset(self, jobs: Iterable[Job], *, has_more: bool = False) -> None:
        """Show these jobs, newest first; there may be older ones."""
        self.beginResetModel()
        self._jobs, self._has_more = list(jobs), has_more
        self._moved.clear()
        self.endResetModel()

    def take(self, event: Event) -> None:
        """Follow one event of the engine."""
        match event:
            case JobAdded(job=job):
                self._put(job)
            case JobChanged(job=job):
                self._moved.pop(job.id, None)
                self._put(job)
            case BytesMoved(job_id=job_id):
                self._moved[job_id] = event
                self._touch(self._row(job_id))
            case Searched(job_id=job_id, under_way=under_way):
                (self._searched.add if under_way else self._searched.discard)(job_id)
                self._touch(self._row(job_id))
            case _:
                pass

    def job_at(self, row: int) -> Job | None:
        """The job in a row, if there is such a row."""
        return self._jobs[row] if 0 <= row < len(self._jobs) else None

    def index_of(self, job_id: JobId) -> QModelIndex:
        """Where a job is shown."""
        row = self._row(job_id)
        return QModelIndex() if row is None else self.index(row, 0)

    def is_searched(self, job_id: JobId) -> bool:
        """Whether the request of an uncertain job is being looked for."""
        return job_id in self._searched

    def job(self, job_id: str) -> Job | None:
        """The job of that id, if it is shown."""
        return next((job for job in self._jobs if job.id == job_id), None)

    def active(self) -> int:
        """How many jobs are under way."""
        return sum(job.goes_on for job in self._jobs)

    def show_steering(self, steering: Steering) -> None:
        """What is paused or limited from now on; rows that wait show it."""
        self._steering = steering
        self.tick()

    def show_outlooks(self, outlooks: Mapping[JobId, Outlook]) -> None:
        """What to expect of requests under way; their tips say it."""
        self._outlooks = outlooks

    def outlook_of(self, job: Job) -> Outlook:
        """What is known to be expected of a job."""
        return self._outlooks.get(job.id, Outlook()) if job.goes_on else Outlook()

    def ways_of(self, job: Job) -> dict[waiting.Where, JobId | None]:
        """Where a waiting job can go in the line."""
        return waiting.ways_of(self._jobs, job)

    def tick(self) -> None:
        """Time has passed: rows under way show it."""
        for row, job in enumerate(self._jobs):
            if job.goes_on:
                self._touch(row)

    def _put(self, job: Job) -> None:
        row = self._row(job.id)
        if row is None:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._jobs.insert(0, job)
            self.endInsertRows()
        else:
            self._jobs[row] = job
            self._touch(row)

    def _row(self, job_id: JobId) -> int | None:
        return next((row for row, job in enumerate(self._jobs) if job.id == job_id), None)

    def _touch(self, row: int | None) -> None:
        if row is not None:
            index = self.index(row, 0)
            self.dataChanged.emit(index, index)

    def _state(self, job: Job) -> str:
        waits = "" if job.trouble or job.cancel_asked else self._waits(job)
        moved, searching = self._moved.get(job.id), self.is_searched(job.id)
        return waits or words.state_line(job, moved, searching=searching)

    def _waits(self, job: Job) -> str:
        return waiting.waits(self._jobs, job, self._steering, self._now())

    def _tip(self, job: Job) -> str:
        lines = [job.prompt, words.kind(job), job.endpoint, facts_line(job, self._now())]
        if job.request_id:
            lines.append(f"Request {job.request_id}")
        lines += [words.explanation(job), self.outlook_of(job).text]
        return "\n".join(line for line in dict.fromkeys(lines) if line)
