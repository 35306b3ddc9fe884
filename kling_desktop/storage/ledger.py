"""The durable record of all jobs, in SQLite; used from one thread, shared between processes."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.jobs import RESUMABLE, JobId
from kling_desktop.domain.spending import Spending
from kling_desktop.storage.database import database_errors, open_database
from kling_desktop.storage.migrations import transaction
from kling_desktop.storage.rows import from_row, time_to_text, to_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.storage.owners import Owner

_ADD = """
    INSERT INTO jobs (id, backend, endpoint, state, owner, created_at, updated_at,
                      cancel_asked, request_id, project, fingerprint, place, spent, spent_at,
                      document)
    VALUES (:id, :backend, :endpoint, :state, :owner, :created_at, :updated_at,
            :cancel_asked, :request_id, :project, :fingerprint, :place, :spent,
            CASE WHEN :counts THEN :updated_at END, :document)
"""
# Another process may have asked to cancel since this one last looked; that wish stays.
_SAVE = """
    UPDATE jobs SET state = :state, updated_at = :updated_at,
                    cancel_asked = cancel_asked OR :cancel_asked,
                    request_id = :request_id, project = :project, fingerprint = :fingerprint,
                    place = :place, spent = :spent,
                    spent_at = CASE WHEN :counts THEN coalesce(spent_at, :updated_at) END,
                    document = :document
    WHERE id = :id
"""
_WAITING = """
    SELECT * FROM jobs WHERE backend = ? AND state IN ('held', 'intent')
    ORDER BY place, created_at
"""
_SPENDING = """
    SELECT total(spent), count(*), count(spent) FROM jobs
    WHERE backend = ? AND spent_at IS NOT NULL
"""
_MICRO = 6
"""Decimals of a sum of dollars that are told; those after it are not exact."""
_OVERLAP = timedelta(seconds=10)
_EVERYTHING = -1
"""What SQLite takes for no limit."""


_UNDER_WAY = tuple(state.value for state in RESUMABLE)
_MARKS = ", ".join("?" * len(_UNDER_WAY))


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
        (self._version,) = self._db.execute("PRAGMA data_version").fetchone()
        self._looked = now()

    def add(self, job: Job, cause: str) -> None:
        """Record a new job, owned by this process."""
        with self._writing() as db:
            db.execute(_ADD, to_row(job) | {"owner": self._owner.id})
            self._note(job, cause)

    def save(self, job: Job, cause: str) -> None:
        """Record a change of a job and, where its state changed, what caused it.

        Raises:
            UnknownJob: it was never added.
        """
        with self._writing() as db:
            before = self._one("SELECT state FROM jobs WHERE id = ?", job.id)["state"]
            db.execute(_SAVE, to_row(job))
            if before != job.state:
                self._note(job, cause)

    def get(self, job_id: JobId) -> Job:
        """The job.

        Raises:
            UnknownJob: there is none.
        """
        with database_errors():
            return from_row(dict(self._one("SELECT * FROM jobs WHERE id = ?", job_id)))

    def newest(self, limit: int | None = None) -> list[Job]:
        """Jobs of all backends, newest first."""
        query = "SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT ?"
        with database_errors():
            rows = self._db.execute(query, (_EVERYTHING if limit is None else limit,))
            return [from_row(dict(row)) for row in rows]

    def under_way(self, backend: str) -> list[Job]:
        """Jobs of a backend in a state that a program takes up by itself, oldest first."""
        query = f"SELECT * FROM jobs WHERE backend = ? AND state IN ({_MARKS}) ORDER BY created_at"  # noqa: S608 - question marks
        with database_errors():
            rows = self._db.execute(query, (backend, *_UNDER_WAY))
            return [from_row(dict(row)) for row in rows]

    def waiting(self, backend: str) -> list[Job]:
        """Jobs of a backend that wait here for their turn, in their order."""
        with database_errors():
            return [from_row(dict(row)) for row in self._db.execute(_WAITING, (backend,))]

    def alike(self, backend: str, fingerprint: str) -> list[Job]:
        """Jobs of a backend that ask for the same thing, newest first."""
        query = "SELECT * FROM jobs WHERE fingerprint = ? AND backend = ? ORDER BY created_at DESC"
        with database_errors():
            rows = self._db.execute(query, (fingerprint, backend))
            return [from_row(dict(row)) for row in rows]

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
        query = " AND ".join((_SPENDING, *asked))
        with database_errors():
            usd, jobs, known = self._db.execute(query, (backend, *asked.values())).fetchone()
        return Spending(Decimal(str(round(usd, _MICRO))), jobs, jobs - known)

    def changed_elsewhere(self) -> list[Job]:
        """Jobs that other programs have added or changed since the last call; cheap if none."""
        with database_errors():
            (version,) = self._db.execute("PRAGMA data_version").fetchone()
            if version == self._version:
                return []
            since, self._version, self._looked = self._looked, version, self._now()
            # A change is stamped a moment before its commit makes it visible.
            rows = self._db.execute(
                "SELECT * FROM jobs WHERE updated_at >= ? AND owner IS NOT ? ORDER BY created_at",
                (time_to_text(since - _OVERLAP), self._owner.id),
            )
            return [from_row(dict(row)) for row in rows]

    def claim(self, job_id: JobId) -> bool:
        """Make this process the owner, unless another living process is; True if it now is.

        Raises:
            UnknownJob: there is none.
        """
        with database_errors():
            before = self._one("SELECT owner FROM jobs WHERE id = ?", job_id)["owner"]
            if before is not None and self._owner.is_alive(before):
                return bool(before == self._owner.id)
            # Of two processes that both found the owner dead, only one still finds its name here.
            taken = self._db.execute(
                "UPDATE jobs SET owner = ? WHERE id = ? AND owner IS ?",
                (self._owner.id, job_id, before),
            )
            return taken.rowcount == 1

    def history(self, job_id: JobId) -> list[tuple[datetime, str, str]]:
        """Every change of state: when, to which state, by what cause; oldest first."""
        query = "SELECT at, state, cause FROM job_events WHERE job_id = ? ORDER BY number"
        with database_errors():
            rows = self._db.execute(query, (job_id,)).fetchall()
        return [(datetime.fromisoformat(at), state, cause) for at, state, cause in rows]

    def cancel_wishes(self, backend: str) -> set[JobId]:
        """Jobs under way that somebody, in any process, wants to stop; cheap."""
        query = f"SELECT id FROM jobs WHERE backend = ? AND state IN ({_MARKS}) AND cancel_asked"  # noqa: S608 - question marks
        with database_errors():
            return {JobId(each) for (each,) in self._db.execute(query, (backend, *_UNDER_WAY))}

    def ask_cancel(self, job_id: JobId) -> None:
        """Leave word for the owner, which may be another process, that the job should stop.

        Raises:
            UnknownJob: there is none.
        """
        with self._writing() as db:
            asked = db.execute("UPDATE jobs SET cancel_asked = 1 WHERE id = ?", (job_id,))
            if not asked.rowcount:
                raise UnknownJob(job_id)

    def close(self) -> None:
        """Close the database and give up this process's jobs to whoever claims them."""
        self._db.close()
        self._owner.release()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with database_errors(), transaction(self._db):
            yield self._db

    def _note(self, job: Job, cause: str) -> None:
        self._db.execute(
            "INSERT INTO job_events (job_id, at, state, cause) VALUES (?, ?, ?, ?)",
            (job.id, time_to_text(self._now()), job.state.value, cause),
        )

    def _one(self, query: str, job_id: JobId) -> sqlite3.Row:
        row: sqlite3.Row | None = self._db.execute(query, (job_id,)).fetchone()
        if row is None:
            raise UnknownJob(job_id)
        return row
