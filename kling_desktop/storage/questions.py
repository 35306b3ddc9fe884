"""Everything that is asked of the ledger, and changes nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.outlook import timings_of
from kling_desktop.storage import queries as q
from kling_desktop.storage.rows import event_from_row, job_of, time_to_text
from kling_desktop.storage.sums import spending_of, spent_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator

    from kling_desktop.domain.history import JobEvent
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.outlook import Timing
    from kling_desktop.domain.spending import Spending

T = TypeVar("T")

_EVERYTHING = -1
"""What SQLite takes for no limit."""
_LAST_LETTER = "\U0010ffff"
_END = ("~", 0)
"""An age after that of every job."""


class Questions(ABC):
    """The half of the ledger that reads."""

    @abstractmethod
    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the database that leaves it as it is."""

    @abstractmethod
    def _is_alive(self, owner: str | None) -> bool:
        """Whether the program of that name runs."""

    def get(self, job_id: JobId) -> Job:
        """The job.

        Raises:
            UnknownJob: there is none.
        """
        return self._read(lambda db: job_of(one(db, q.JOB, job_id)))

    def beginning_with(self, start: str, limit: int) -> list[Job]:
        """Jobs whose id begins so."""
        return self._jobs(q.BEGINNING_WITH, start, start + _LAST_LETTER, limit)

    def newest(self, limit: int | None = None) -> list[Job]:
        """Jobs of all backends, newest first."""
        return self._jobs(q.NEWEST, _EVERYTHING if limit is None else limit)

    def number_of_jobs(self) -> int:
        """How many there are, of all backends."""
        return int(self._read(lambda db: db.execute(q.NUMBER).fetchone())[0])

    def page(self, before: JobId | None, limit: int, backend: str | None = None) -> list[Job]:
        """The jobs that were made before one, or the newest, of a backend or of all.

        Raises:
            UnknownJob: there is no such job to begin at.
        """
        age = _END if before is None else self._read(lambda db: tuple(one(db, q.AGE, before)))
        if backend is None:
            return self._jobs(q.OLDER, *age, limit)
        return self._jobs(q.OLDER_AT_BACKEND, backend, *age, limit)

    def under_way(self, backend: str) -> list[Job]:
        """Jobs of a backend in a state that a program takes up by itself, oldest first."""
        return self._jobs(q.JOBS_UNDER_WAY, backend, *q.UNDER_WAY)

    def waiting(self, backend: str) -> list[Job]:
        """Jobs of a backend that wait here for their turn, in their order."""
        return self._jobs(q.IN_ORDER, backend)

    def in_flight(self, backend: str, marks: Collection[str] = ()) -> Counter[JobState]:
        """How many jobs of a backend, of all programs, are in each state that takes room.

        Only those of the account with these marks, if there are any, and those of which nobody
        knows whose they are.
        An upload that a dead program has left does not count: nothing of it is at the service.
        """
        values = (backend, *q.IN_FLIGHT_STATES)
        rows = self._read(lambda db: db.execute(q.IN_FLIGHT, values).fetchall())
        mine = {"", *marks}
        states = [(JobState(row[0]), row[1]) for row in rows if not marks or row[2] in mine]
        return Counter(
            state
            for state, owner in states
            if state is not JobState.UPLOADING or self._is_alive(owner)
        )

    def alike(self, backend: str, fingerprint: str) -> list[Job]:
        """Jobs of a backend that ask for the same thing, newest first."""
        return self._jobs(q.ALIKE, fingerprint, backend)

    def of_project(self, backend: str, project: str) -> list[Job]:
        """Jobs of a backend that count as spent on a project, newest first."""
        return self._jobs(q.OF_PROJECT, backend, project)

    def spending(
        self,
        backend: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        project: str | None = None,
        endpoint: str | None = None,
    ) -> Spending:
        """What the jobs of a backend cost that began to count in a time, of one kind or of all."""
        return self._read(lambda db: spending_of(db, backend, since, until, project, endpoint))

    def uncertain(self, backend: str) -> list[Job]:
        """Jobs of a backend of which nobody knows whether they were accepted, oldest first."""
        return self._jobs(q.UNCERTAIN, backend)

    def given_up(self, backend: str, endpoint: str, since: datetime, until: datetime) -> list[Job]:
        """Jobs that ended without a request to their name and yet may have been accepted then."""
        moments = (time_to_text(since), time_to_text(until))
        return self._jobs(q.GIVEN_UP, backend, endpoint, *moments)

    def unbilled(self, backend: str, since: datetime, limit: int) -> list[Job]:
        """Jobs that are over and count as spent since then, without a bill; newest first."""
        return self._jobs(q.UNBILLED, backend, time_to_text(since), limit)

    def unseen(self, backend: str, since: datetime, limit: int) -> list[Job]:
        """Brush jobs since then that are done and whose clip nobody looked at; newest first."""
        return self._jobs(q.UNSEEN, backend, time_to_text(since), limit)

    def spent(
        self,
        backend: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        states: Collection[JobState] = (),
    ) -> Iterator[tuple[datetime, Job]]:
        """Each job that counts as spent, with the moment since when; oldest first."""
        rows = self._read(lambda db: spent_rows(db, backend, since, until, states))
        for row in rows:
            yield datetime.fromisoformat(row["spent_at"]), job_of(row)

    def history(self, job_id: JobId) -> list[JobEvent]:
        """Every change with its cause, oldest first."""
        return self._read(
            lambda db: [event_from_row(row) for row in db.execute(q.HISTORY, (job_id,))]
        )

    def timings(self, backend: str, endpoint: str, limit: int) -> list[Timing]:
        """What the newest requests at an endpoint took, as far as it was seen."""
        values = (backend, endpoint, limit)
        rows = self._read(lambda db: db.execute(q.TIMINGS, values).fetchall())
        return timings_of((row["job_id"], row["state"], _moment(row["at"])) for row in rows)

    def cancel_wishes(self, backend: str) -> set[JobId]:
        """Jobs under way that somebody, in any process, wants to stop; cheap."""
        states = (*q.UNDER_WAY, JobState.UNCERTAIN.value)
        rows = self._read(lambda db: db.execute(q.WISHES, (backend, *states)).fetchall())
        return {JobId(each) for (each,) in rows}

    def of_request(self, backend: str, request_id: str) -> JobId | None:
        """The job that has this request, if one has."""
        row = self._read(lambda db: db.execute(q.OF_REQUEST, (request_id, backend)).fetchone())
        return None if row is None else JobId(row["id"])

    def _jobs(self, query: str, *values: Any) -> list[Job]:
        return self._read(lambda db: [job_of(row) for row in db.execute(query, values)])


def one(db: sqlite3.Connection, query: str, job_id: JobId) -> sqlite3.Row:
    """The one row about a job. Raises UnknownJob."""
    row: sqlite3.Row | None = db.execute(query, (job_id,)).fetchone()
    if row is None:
        raise UnknownJob(job_id)
    return row


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
