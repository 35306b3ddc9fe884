"""The durable record of all jobs, in SQLite; used from one thread, shared between processes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.history import JobEvent, changes
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.storage import queries as q
from kling_desktop.storage.damage import Damaged
from kling_desktop.storage.database import database_errors, open_database, place_of
from kling_desktop.storage.migrations import transaction
from kling_desktop.storage.rows import (
    IN_DOCUMENT_ALONE,
    event_from_row,
    event_to_row,
    from_row,
    time_to_text,
    to_row,
)
from kling_desktop.storage.salvage import take_news
from kling_desktop.storage.sums import first_breach, spending_of, spent_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from kling_desktop.domain.budgets import Breach, Limit
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.salvage import Salvage
    from kling_desktop.domain.spending import Spending
    from kling_desktop.storage.owners import Owner

T = TypeVar("T")

_OVERLAP = timedelta(seconds=10)
_EVERYTHING = -1
"""What SQLite takes for no limit."""
_LAST_LETTER = "\U0010ffff"
_MANY = 2000
"""Jobs that are remembered at most."""
_END = ("~", 0)
"""An age after that of every job."""


class SqliteLedger:
    """All jobs of this user; satisfies ``engine.ports.Ledger``."""

    def __init__(
        self,
        path: Path,
        owner: Owner,
        now: Callable[[], datetime],
        on_salvage: Callable[[Salvage], None] = lambda _: None,
    ) -> None:
        """Open the ledger, making it if there is none, and salvaging it if it is damaged.

        Raises:
            LedgerUnusable: it is not ours, or newer than this program; it is left as it is.
            FolderUnusable: the disk refuses.
        """
        self._path = path
        self._owner = owner
        self._now = now
        self._on_salvage = on_salvage
        self.salvage: Salvage | None = None
        """What the user must be told, once: this program has found the ledger damaged."""
        self._was_replaced = False
        self._remembered: dict[JobId, Job] = {}
        """Jobs as this program has saved them, so that they need not be read before each save."""
        self._remembered_at = -1
        self._open()
        self._version = _data_version(self._db)
        self._looked = now()

    def add(self, job: Job, cause: str) -> None:
        """Record a new job, owned by this process."""
        self._write(lambda db: self._add(db, job, cause))

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
        self._write(lambda db: self._save(db, changed))

    def save_if_within(
        self, job: Job, cause: str, limits: Sequence[Limit], *, allows_unknown: bool
    ) -> Breach | None:
        """Record a change unless the job's price would go over a limit, which is told then.

        The sums are taken in the transaction that records it: two programs that both have the
        last dollar in view never both spend it.
        """
        found: Breach | None = None

        def work(db: sqlite3.Connection) -> None:
            nonlocal found
            found = first_breach(db, job, limits, allows_unknown=allows_unknown)
            if found is None:
                self._save(db, ((job, cause),))

        self._write(work)
        return found

    def get(self, job_id: JobId) -> Job:
        """The job.

        Raises:
            UnknownJob: there is none.
        """
        return self._read(lambda db: from_row(_one(db, q.JOB, job_id)))

    def beginning_with(self, start: str, limit: int) -> list[Job]:
        """Jobs whose id begins so."""
        return self._jobs(q.BEGINNING_WITH, start, start + _LAST_LETTER, limit)

    def newest(self, limit: int | None = None) -> list[Job]:
        """Jobs of all backends, newest first."""
        return self._jobs(q.NEWEST, _EVERYTHING if limit is None else limit)

    def page(self, before: JobId | None, limit: int, backend: str | None = None) -> list[Job]:
        """The jobs that were made before one, or the newest, of a backend or of all.

        Raises:
            UnknownJob: there is no such job to begin at.
        """
        age = _END if before is None else self._read(lambda db: tuple(_one(db, q.AGE, before)))
        if backend is None:
            return self._jobs(q.OLDER, *age, limit)
        return self._jobs(q.OLDER_AT_BACKEND, backend, *age, limit)

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
        return self._read(lambda db: spending_of(db, backend, since, until, project, endpoint))

    def uncertain(self, backend: str) -> list[Job]:
        """Jobs of a backend of which nobody knows whether they were accepted, oldest first."""
        return self._jobs(q.UNCERTAIN, backend)

    def unbilled(self, backend: str, since: datetime, limit: int) -> list[Job]:
        """Jobs that are over and count as spent since then, without a bill; newest first."""
        return self._jobs(q.UNBILLED, backend, time_to_text(since), limit)

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
            yield datetime.fromisoformat(row["spent_at"]), from_row(row)

    def changed_elsewhere(self) -> list[Job]:
        """Jobs that other programs have added or changed since the last call; cheap if none."""
        version = self._read(_data_version)
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
        return self._read(lambda db: self._claim(db, job_id))

    def history(self, job_id: JobId) -> list[JobEvent]:
        """Every change with its cause, oldest first."""
        return self._read(
            lambda db: [event_from_row(row) for row in db.execute(q.HISTORY, (job_id,))]
        )

    def cancel_wishes(self, backend: str) -> set[JobId]:
        """Jobs under way that somebody, in any process, wants to stop; cheap."""
        states = (*q.UNDER_WAY, JobState.UNCERTAIN.value)
        rows = self._read(lambda db: db.execute(q.WISHES, (backend, *states)).fetchall())
        return {JobId(each) for (each,) in rows}

    def of_request(self, backend: str, request_id: str) -> JobId | None:
        """The job that has this request, if one has."""
        row = self._read(lambda db: db.execute(q.OF_REQUEST, (request_id, backend)).fetchone())
        return None if row is None else JobId(row["id"])

    def ask_cancel(self, job_id: JobId) -> None:
        """Leave word for the owner, which may be another process, that the job should stop.

        Raises:
            UnknownJob: there is none.
        """
        self._write(lambda db: self._ask_cancel(db, job_id))

    def close(self) -> None:
        """Close the database and give up this process's jobs to whoever claims them."""
        self._db.close()
        self._owner.release()

    def _add(self, db: sqlite3.Connection, job: Job, cause: str) -> None:
        event = JobEvent(self._now(), job.state, cause, changes(None, job))
        db.execute(q.ADD, to_row(job) | {"owner": self._owner.id})
        db.execute(q.NOTE, event_to_row(job.id, event))

    def _save(self, db: sqlite3.Connection, changed: Sequence[tuple[Job, str]]) -> None:
        at = self._now()
        self._remember_nothing_old(db)
        rows: list[dict[str, Any]] = []
        light_rows: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        for job, cause in changed:
            known = self._remembered.get(job.id) or self._known(db, job, cause)
            wished = known.cancel_asked and not job.cancel_asked
            self._remembered[job.id] = after = replace(job, cancel_asked=True) if wished else job
            facts = changes(known, after)
            is_light = known.state is job.state and facts.keys() <= IN_DOCUMENT_ALONE
            (light_rows if is_light else rows).append(to_row(job))
            if facts or known.state is not job.state:
                events.append(event_to_row(job.id, JobEvent(at, job.state, cause, facts)))
        # A job that is here twice must end as the last of its changes left it.
        if light_rows and rows:
            rows, light_rows = [to_row(job) for job, _ in changed], []
        db.executemany(q.SAVE, rows)
        db.executemany(q.SAVE_DOCUMENT, light_rows)
        db.executemany(q.NOTE, events)

    def _remember_nothing_old(self, db: sqlite3.Connection) -> None:
        """Forget what another program may have changed, and what is too much."""
        version = _data_version(db)
        if version != self._remembered_at or len(self._remembered) > _MANY:
            self._remembered.clear()
            self._remembered_at = version

    def _known(self, db: sqlite3.Connection, job: Job, cause: str) -> Job:
        """The job as it was; one that a damaged ledger has lost is recorded anew."""
        try:
            return from_row(_one(db, q.JOB, job.id))
        except UnknownJob:
            if not self._was_replaced:
                raise
            self._add(db, job, cause)
            return job

    def _ask_cancel(self, db: sqlite3.Connection, job_id: JobId) -> None:
        job = from_row(_one(db, q.JOB, job_id))
        if not job.cancel_asked:
            event = JobEvent(self._now(), job.state, "cancel asked", {"cancel_asked": True})
            self._remembered.pop(job_id, None)
            db.execute(q.ASK_CANCEL, (job_id,))
            db.execute(q.NOTE, event_to_row(job_id, event))

    def _claim(self, db: sqlite3.Connection, job_id: JobId) -> bool:
        before = _one(db, q.OWNER, job_id)["owner"]
        if before is not None and self._owner.is_alive(before):
            return bool(before == self._owner.id)
        return db.execute(q.CLAIM, (self._owner.id, job_id, before)).rowcount == 1

    def _jobs(self, query: str, *values: Any) -> list[Job]:
        return self._read(lambda db: [from_row(row) for row in db.execute(query, values)])

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        def all_or_nothing(db: sqlite3.Connection) -> None:
            with transaction(db):
                self._check_place()  # nobody can salvage it now that it is locked
                work(db)

        try:
            self._read(all_or_nothing)
        except BaseException:
            self._remembered.clear()  # it may not be so on the disk
            raise

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the database; if it turns out to be damaged, with what is left of it.

        Raises:
            FolderUnusable: the disk refuses, or the ledger is not there; it may be there later.
        """
        try:
            with database_errors():
                self._check_place()
                return work(self._db)
        except Damaged:
            self._open(is_suspect=True)
        except _Replaced:
            self._open()
        with database_errors():
            return work(self._db)

    def _open(self, *, is_suspect: bool = False) -> None:
        """Open it for the first time, or instead of what it was before."""
        before: sqlite3.Connection | None = getattr(self, "_db", None)
        if before is not None and os.name == "nt":
            before.close()  # else nobody could rename it
        self._remembered.clear()
        self._db = open_database(self._path, is_suspect=is_suspect)
        self._place = place_of(self._path)
        self._was_replaced = before is not None
        if before is not None:
            before.close()
        with database_errors():
            news = take_news(self._db)
        if news is not None:
            self.salvage = news
            self._on_salvage(news)

    def _check_place(self) -> None:
        """See whether the open file still is the ledger: another program may have salvaged it."""
        if place_of(self._path) != self._place:
            raise _Replaced


class _Replaced(Exception):
    """There is another file in the ledger's place."""


def _one(db: sqlite3.Connection, query: str, job_id: JobId) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(query, (job_id,)).fetchone()
    if row is None:
        raise UnknownJob(job_id)
    return row


def _data_version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
