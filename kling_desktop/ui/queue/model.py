"""The jobs as Qt sees them: one row a job; what waits here in the order of its line."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kling_desktop.domain.events import BytesMoved, Event, JobAdded, JobChanged, Searched
from kling_desktop.domain.holders import Holder, belongs
from kling_desktop.domain.jobs import WAITING, Job, JobId
from kling_desktop.domain.line import Steering
from kling_desktop.domain.motion.verdict_json import brush_words
from kling_desktop.domain.outlook import Outlook
from kling_desktop.ui.incoming import OURS
from kling_desktop.ui.queue import parcel, waiting, words
from kling_desktop.ui.queue.facts import facts_line
from kling_desktop.ui.queue.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


Index = QModelIndex | QPersistentModelIndex
JobRole = Qt.ItemDataRole.UserRole
MovedRole = Qt.ItemDataRole.UserRole + 1
StateRole = Qt.ItemDataRole.UserRole + 2
"""Where the job is, in words."""
SearchedRole = Qt.ItemDataRole.UserRole + 3
"""Whether its request is being looked for."""
OutlookRole = Qt.ItemDataRole.UserRole + 4
"""What to expect of it."""
MOVES = "Drag it, or press Alt+Up and Alt+Down, to change the order of the line."


def _now() -> datetime:
    return datetime.now(UTC)


class QueueModel(QAbstractTableModel):
    """Keeps the rows in step with the engine's events."""

    more_wanted = Signal()
    """Somebody has scrolled to the end of what is known here."""
    moved = Signal(object, object)
    """Ids of waiting jobs that were dropped, and the id of the one in front of which, or None."""

    def __init__(self, parent: QObject | None = None, now: Callable[[], datetime] = _now) -> None:
        super().__init__(parent)
        self._now = now
        self._name = uuid4().hex
        """By which it knows its own jobs when they are dropped."""
        self._known: dict[JobId, Job] = {}
        """All that have come, in no order."""
        self._jobs: list[Job] = []
        """Those in sight."""
        self._sieve = Sieve()
        self._has_more = False
        self._moved: dict[JobId, BytesMoved] = {}
        self._outlooks: Mapping[JobId, Outlook] = {}
        self._steering = Steering()
        self.holder = Holder()
        """The account in use; jobs of others say whose they are."""
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
            case _:
                return self._fact(job, role)

    def _fact(self, job: Job, role: int) -> Any:
        """What only this program asks for."""
        match role:
            case _ if role == JobRole:
                return job
            case _ if role == StateRole:
                return self._state(job)
            case _ if role == MovedRole:
                return self._moved.get(job.id)
            case _ if role == OutlookRole:
                return self.outlook_of(job)
            case _ if role == SearchedRole:
                return self.is_searched(job.id)
            case _:
                return None

    # Dragging

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Waiting jobs can be moved, finished clips taken elsewhere; drops fall between rows."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren
        job = self._jobs[index.row()]
        return flags | Qt.ItemFlag.ItemIsDragEnabled if parcel.can_travel(job) else flags

    def mimeTypes(self) -> list[str]:
        return [OURS, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted({index.row() for index in indexes})
        return parcel.pack([self._jobs[row] for row in rows], self._name)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, _column: int, parent: Index
    ) -> bool:
        """Whether all that is dragged waits here still, and so do the rows at the gap."""
        ids = parcel.unpack(data, self._name)
        line = [job.id for job in waiting.line_of(self._jobs)]
        if action != Qt.DropAction.MoveAction or parent.isValid() or not ids:
            return False
        first = next((at for at, job in enumerate(self._jobs) if job.state in WAITING), 0)
        return set(ids) <= set(line) and first <= row <= first + len(line)

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Ask for the move; the rows follow once the ledger has it."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        dragged, line = (
            parcel.unpack(data, self._name),
            [job.id for job in waiting.line_of(self._jobs)],
        )
        ids = [each for each in line if each in dragged]
        behind = (job.id for job in self._jobs[row:] if job.state in WAITING)
        before = next((each for each in behind if each not in ids), None)
        if waiting.is_change(line, ids, before):
            self.moved.emit(ids, before)
        return True

    # Jobs

    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._has_more = False  # Until they have come.
            self.more_wanted.emit()

    def extend(self, jobs: Iterable[Job], *, has_more: bool) -> None:
        """Show older jobs below, those that are not shown already."""
        new = [job for job in jobs if job.id not in self._known]
        self._known |= {job.id: job for job in new}
        found = new if self._sieve.is_plain else []
        if found:
            first = len(self._jobs)
            self.beginInsertRows(QModelIndex(), first, first + len(found) - 1)
            self._jobs += found
            self.endInsertRows()
        for job in new[len(found) :]:
            self._put(job)
        self._has_more = has_more
        self._want_all()

    def reset(self, jobs: Iterable[Job], *, has_more: bool = False) -> None:
        """Show these jobs, newest first; there may be older ones."""
        self._moved.clear()
        self._known, self._has_more = {job.id: job for job in jobs}, has_more
        self.sift(self._sieve)

    @property
    def sieve(self) -> Sieve:
        """Which jobs are in sight."""
        return self._sieve

    @property
    def known(self) -> int:
        """How many jobs there are, in sight or not."""
        return len(self._known)

    def sift(self, sieve: Sieve) -> None:
        """Show these jobs in this order from now on."""
        self.beginResetModel()
        self._sieve = sieve
        found = filter(sieve.shows, self._known.values())
        self._jobs = sorted(found, key=sieve.rank)
        self.endResetModel()
        self._want_all()

    def _want_all(self) -> None:
        """A choice is made among all jobs, not among those that somebody has scrolled to."""
        if self._has_more and not self._sieve.is_plain:
            self.fetchMore(QModelIndex())

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
        return self._known.get(JobId(job_id))

    def active(self) -> int:
        """How many jobs are under way."""
        foreign = self.holder.is_foreign
        return sum(job.goes_on and not foreign(job) for job in self._known.values())

    def show_steering(self, steering: Steering) -> None:
        """What is paused or limited from now on; rows that wait show it."""
        self._steering = steering
        self.tick()

    def show_outlooks(self, outlooks: Mapping[JobId, Outlook]) -> None:
        """What to expect of requests under way; their rows and tips say it."""
        self._outlooks = outlooks
        self.tick()

    def outlook_of(self, job: Job) -> Outlook:
        """What is known to be expected of a job."""
        return self._outlooks.get(job.id, Outlook()) if job.goes_on else Outlook()

    def ways_of(self, *jobs: Job) -> dict[waiting.Where, JobId | None]:
        """Where waiting jobs can go in the line, together."""
        return waiting.ways_of(self._jobs, {job.id for job in jobs})

    def in_line(self, ids: Collection[JobId]) -> list[JobId]:
        """Those of these that wait here, in the order of the line."""
        return [job.id for job in waiting.line_of(self._jobs) if job.id in ids]

    def line(self) -> list[JobId]:
        """All that wait here, in sight or not, in the order of the line."""
        return [job.id for job in waiting.line_of(self._known.values())]

    def tick(self) -> None:
        """Time has passed: rows under way show it."""
        for row, job in enumerate(self._jobs):
            if job.goes_on:
                self._touch(row)

    def _put(self, job: Job) -> None:
        self._known[job.id] = job
        row, rank = self._row(job.id), self._sieve.rank(job)
        if not self._sieve.shows(job):
            self._drop(row)
            return
        if row is None:
            at = bisect_left(self._jobs, rank, key=self._sieve.rank)
            self.beginInsertRows(QModelIndex(), at, at)
            self._jobs.insert(at, job)
            self.endInsertRows()
            return
        if self._sieve.rank(self._jobs[row]) != rank:
            row = self._shift(row, rank)
        self._jobs[row] = job
        self._touch(row)

    def _drop(self, row: int | None) -> None:
        """It is in sight no more."""
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._jobs.pop(row)
            self.endRemoveRows()

    def _shift(self, row: int, rank: tuple[float, ...]) -> int:
        """Bring a row to where it belongs now."""
        above = bisect_left(self._jobs, rank, hi=row, key=self._sieve.rank)
        to = above
        if above == row:
            to = bisect_left(self._jobs, rank, lo=row + 1, key=self._sieve.rank) - 1
        if to != row:
            nowhere = QModelIndex()
            self.beginMoveRows(nowhere, row, row, nowhere, to + 1 if to > row else to)
            self._jobs.insert(to, self._jobs.pop(row))
            self.endMoveRows()
        return to

    def _row(self, job_id: JobId) -> int | None:
        return next((row for row, job in enumerate(self._jobs) if job.id == job_id), None)

    def _touch(self, row: int | None) -> None:
        if row is not None:
            index = self.index(row, 0)
            self.dataChanged.emit(index, index)

    def _state(self, job: Job) -> str:
        if text := self.whose(job):
            return text.partition(": ")[0]  # The tip says what to do; a row has little room.
        waits = "" if job.trouble or job.cancel_asked else self._waits(job)
        moved, searching = self._moved.get(job.id), self.is_searched(job.id)
        return waits or words.state_line(job, moved, searching=searching)

    def whose(self, job: Job) -> str:
        """What is said of an open job of another account; empty for all others."""
        text = "" if job.is_over else belongs(self.holder, job)
        return text[:1].upper() + text[1:]

    def show_holder(self, holder: Holder) -> None:
        """Whose key is in use from now on; rows of other accounts' jobs say whose they are."""
        self.holder = holder
        for row in range(len(self._jobs)):
            self._touch(row)

    def _waits(self, job: Job) -> str:
        return waiting.waits(self._known.values(), job, self._steering, self._now())

    def _tip(self, job: Job) -> str:
        lines = [job.prompt, words.kind(job), job.endpoint, facts_line(job, self._now())]
        if job.request_id:
            lines.append(f"Request {job.request_id}")
        lines += brush_words(job.brush)
        lines += [clip.path for clip in job.clips]
        lines += [self.whose(job) or words.explanation(job), self.outlook_of(job).text]
        if job.state in WAITING:
            lines += [waiting.puts_off(job, self._now()), MOVES]
        return "\n".join(line for line in dict.fromkeys(lines) if line)
