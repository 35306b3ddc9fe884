"""The durable record of all jobs, in SQLite; used from one thread, shared between processes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.history import JobEvent, changes
from kling_desktop.domain.jobs import JobId
from kling_desktop.domain.spending import Spending
from kling_desktop.storage import queries as q
from kling_desktop.storage.database import database_errors, open_database
from kling_desktop.storage.migrations import transaction
from kling_desktop.storage.rows import (
    event_from_row,
    event_to_row,
    from_row,
    time_to_text,
    to_row,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.storage.owners import Owner

_OVERLAP = timedelta(seconds=10)
_MICRO = 6
"""Decimals of a sum of dollars that are told; those after it are not exact."""
_EVERYTHING = -1
"""What SQLite takes for no limit."""


class SqliteLedger:
    """All jobs of this user; satisfies ``engine.ports.Ledger``."""

    def __init__(self, path: Path, owner: Owner, now: Callable[[], datetime]) -> None:
        """Open the ledger, making it if there is none.

        Raises:
            LedgerUnusable: it is damaged or newer than this program; it is left as it is.
            FolderUnusable: the disk refuses.
        """
        self._owner = owner
        self._now = now
        self._db = open_database(path)
        self._version = _data_version(self._db)
        self._looked = now()

    def add(self, job: Job, cause: str) -> None:
        """Record a new job, owned by this process."""
        event = JobEvent(self._now(), job.state, cause, changes(None, job))
        with self._writing() as db:
            db.execute(q.ADD, to_row(job) | {"owner": self._owner.id})
            db.execute(q.NOTE, event_to_row(job.id, event))

    def save(self, job: Job, cause: str) -> None:
        """Record a change of a job, and an event with what caused it and what became different.

        Raises:
            UnknownJob: it was never added.
        """
        self.save_all(((job, cause),))

    def save_all(self, changed: Sequence[tuple[Job, str]]) -> None:
        """Record changes of many jobs, all or none, with one wait for the disk.

        Raises:
            UnknownJob: one was never added.
        """
        at = self._now()
        with self._writing() as db:
            before: dict[JobId, Job] = {}
            events = []
            for job, cause in changed:
                known = before.get(job.id) or from_row(self._one(q.JOB, job.id))
                before[job.id] = replace(job, cancel_asked=known.cancel_asked or job.cancel_asked)
                facts = changes(known, before[job.id])
                if facts or known.state is not job.state:
                    events.append(event_to_row(job.id, JobEvent(at, job.state, cause, facts)))
            db.executemany(q.SAVE, [to_row(job) for job, _ in changed])
            db.executemany(q.NOTE, events)

    def get(self, job_id: JobId) -> Job:
        """The job.

        Raises:
            UnknownJob: there is none.
        """
        with database_errors():
            return from_row(self._one(q.JOB, job_id))

    def newest(self, limit: int | None = None) -> list[Job]:
        """Jobs of all backends, newest first."""
        return self._jobs(q.NEWEST, _EVERYTHING if limit is None else limit)

    def under_way(self, backend: str) -> list[Job]:
        """Jobs of a backend in a state that a program takes up by itself, oldest first."""
        return self._jobs(q.JOBS_UNDER_WAY, backend, *q.UNDER_WAY)

    def waiting(self, backend: str) -> list[Job]:
        """Jobs of a backend that wait here for their turn, in their order."""
        return self._jobs(q.IN_ORDER, backend)

    def alike(self, backend: str, fingerprint: str) -> list[Job]:
        """Jobs of a backend that ask for the same thing, newest first."""
        return self._jobs(q.ALIKE, fingerprint, backend)

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
        limits = {
            "spent_at >= ?": since and time_to_text(since),
            "spent_at < ?": until and time_to_text(until),
            "project = ?": project,
            "endpoint = ?": endpoint,
        }
        asked = {term: value for term, value in limits.items() if value is not None}
        query = " AND ".join((q.SPENDING, *asked))
        with database_errors():
            usd, jobs, known = self._db.execute(query, (backend, *asked.values())).fetchone()
        return Spending(Decimal(str(round(usd, _MICRO))), jobs, jobs - known)

    def changed_elsewhere(self) -> list[Job]:
        """Jobs that other programs have added or changed since the last call; cheap if none."""
        with database_errors():
            version = _data_version(self._db)
        if version == self._version:
            return []
        since, self._version, self._looked = self._looked, version, self._now()
        # A change is stamped a moment before its commit makes it visible.
        return self._jobs(q.CHANGED_SINCE, time_to_text(since - _OVERLAP), self._owner.id)

    def claim(self, job_id: JobId) -> bool:
        """Make this process the owner, unless another living process is; True if it now is.

        Raises:
            UnknownJob: there is none.
        """
        with database_errors():
            before = self._one(q.OWNER, job_id)["owner"]
            if before is not None and self._owner.is_alive(before):
                return bool(before == self._owner.id)
            return self._db.execute(q.CLAIM, (self._owner.id, job_id, before)).rowcount == 1

    def history(self, job_id: JobId) -> list[JobEvent]:
        """Every change with its cause, oldest first."""
        with database_errors():
            rows = self._db.execute(q.HISTORY, (job_id,)).fetchall()
        return [event_from_row(row) for row in rows]

    def cancel_wishes(self, backend: str) -> set[JobId]:
        """Jobs under way that somebody, in any process, wants to stop; cheap."""
        with database_errors():
            rows = self._db.execute(q.WISHES, (backend, *q.UNDER_WAY))
            return {JobId(each) for (each,) in rows}

    def ask_cancel(self, job_id: JobId) -> None:
        """Leave word for the owner, which may be another process, that the job should stop.

        Raises:
            UnknownJob: there is none.
        """
        with self._writing() as db:
            job = from_row(self._one(q.JOB, job_id))
            if not job.cancel_asked:
                event = JobEvent(self._now(), job.state, "cancel asked", {"cancel_asked": True})
                db.execute(q.ASK_CANCEL, (job_id,))
                db.execute(q.NOTE, event_to_row(job_id, event))

    def close(self) -> None:
        """Close the database and give up this process's jobs to whoever claims them."""
        self._db.close()
        self._owner.release()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with database_errors(), transaction(self._db):
            yield self._db

    def _jobs(self, query: str, *values: Any) -> list[Job]:
        with database_errors():
            return [from_row(row) for row in self._db.execute(query, values)]

    def _one(self, query: str, job_id: JobId) -> sqlite3.Row:
        row: sqlite3.Row | None = self._db.execute(query, (job_id,)).fetchone()
        if row is None:
            raise UnknownJob(job_id)
        return row


def _data_version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
