"""The durable record of all jobs, in SQLite; used from one thread, shared between processes."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.history import JobEvent, changes
from kling_desktop.storage import queries as q
from kling_desktop.storage.damage import Damaged
from kling_desktop.storage.database import database_errors, open_database, place_of
from kling_desktop.storage.elsewhere import Elsewhere
from kling_desktop.storage.migrations import transaction
from kling_desktop.storage.questions import Questions, one
from kling_desktop.storage.rows import (
    IN_DOCUMENT_ALONE,
    event_to_row,
    is_place_alone,
    job_of,
    place_row,
    to_row,
)
from kling_desktop.storage.salvage import take_news
from kling_desktop.storage.sums import first_breach

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.budgets import Breach, Limit
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.salvage import Salvage
    from kling_desktop.storage.owners import Owner

T = TypeVar("T")

_MANY = 2000
"""Jobs that are remembered at most."""
_RETOLD = 1000
"""Events that are told once more where another file has come into the ledger's place."""


class SqliteLedger(Questions):
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
        self._is_alone = False
        """A transaction of :meth:`alone` is open."""
        self._version = 0
        self._elsewhere = Elsewhere(0)
        self._open()

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

    def is_attended(self, job_id: JobId) -> bool:
        """Whether a living program, this one or another, has the job. Raises UnknownJob."""
        return self._is_alive(self._read(lambda db: one(db, q.OWNER, job_id)["owner"]))

    def alone(self, work: Callable[[], T]) -> T:
        """Look and write while no other program can write; all of it is kept, or nothing."""
        found: list[T] = []

        def all_of_it(_: sqlite3.Connection) -> None:
            self._is_alone = True
            try:
                found[:] = [work()]
            finally:
                self._is_alone = False

        self._write(all_of_it)
        return found[0]

    def changed_elsewhere(self) -> list[Job]:
        """Jobs that other programs have added or changed since the last call; cheap if none."""
        version = self._read(_data_version)
        if version == self._version:
            return []
        last = self._read(_last_event)
        gaps = self._elsewhere.until(last)
        found = {job.id: job for gap in gaps for job in self._jobs(q.CHANGED, *gap)}
        self._version = version
        self._elsewhere.told(last)
        return list(found.values())

    def claim(self, job_id: JobId) -> bool:
        """Make this process the owner, unless another living process is; True if it now is.

        Raises:
            UnknownJob: there is none.
        """
        return self._read(lambda db: self._claim(db, job_id))

    def take_over(self, job_id: JobId) -> None:
        """Make this process the owner, whoever was: of a job that is over, so nobody is at it."""
        self._write(lambda db: self._take_over(db, job_id))

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
        changed, places = self._places(changed)
        db.executemany(q.NOTE_PLACE, places)
        for job, cause in changed:
            known = self._remembered.get(job.id) or self._known(db, job, cause)
            wished = known.cancel_asked and not (job.cancel_asked or known.is_over)
            self._remembered[job.id] = after = replace(job, cancel_asked=True) if wished else job
            facts = changes(known, after)
            is_light = known.state is job.state and facts.keys() <= IN_DOCUMENT_ALONE
            (light_rows if is_light else rows).append(to_row(job))
            if facts or known.state is not job.state:
                events.append(event_to_row(job.id, JobEvent(at, job.state, cause, facts)))
        # A job that is here twice must end as the last of its changes left it.
        if light_rows and rows:
            rows, light_rows = [to_row(job) for job, _ in changed], []
        db.executemany(q.NOTE, events)
        db.executemany(q.SAVE, rows)  # after their events: the rows know of them
        db.executemany(q.SAVE_DOCUMENT, light_rows)

    def _places(
        self, changed: Sequence[tuple[Job, str]]
    ) -> tuple[Sequence[tuple[Job, str]], list[tuple[str, str, str, str]]]:
        """What is more than a place in the queue, and the places, each of them as one event.

        All are taken apart only where all are of jobs as this program knows them, and one each:
        what comes one after the other must be told so.
        """
        known = self._remembered
        if len({job.id for job, _ in changed}) < len(changed):
            return changed, []
        others, places = [], []
        for each in changed:
            job = each[0]
            if (before := known.get(job.id)) is not None and is_place_alone(before, job):
                places.append(place_row(*each))
                known[job.id] = job
            else:
                others.append(each)
        return others, places

    def _remember_nothing_old(self, db: sqlite3.Connection) -> None:
        """Forget what another program may have changed, and what is too much."""
        version = _data_version(db)
        if version != self._remembered_at or len(self._remembered) > _MANY:
            self._remembered.clear()
            self._remembered_at = version

    def _known(self, db: sqlite3.Connection, job: Job, cause: str) -> Job:
        """The job as it was; one that a damaged ledger has lost is recorded anew."""
        try:
            return job_of(one(db, q.JOB, job.id))
        except UnknownJob:
            if not self._was_replaced:
                raise
            self._add(db, job, cause)
            return job

    def _ask_cancel(self, db: sqlite3.Connection, job_id: JobId) -> None:
        job = job_of(one(db, q.JOB, job_id))
        if not job.cancel_asked:
            self._save(db, ((replace(job, cancel_asked=True), "cancel asked"),))

    def _is_alive(self, owner: str | None) -> bool:
        return owner is not None and self._owner.is_alive(owner)

    def _claim(self, db: sqlite3.Connection, job_id: JobId) -> bool:
        before = one(db, q.OWNER, job_id)["owner"]
        if before is not None and self._owner.is_alive(before):
            return bool(before == self._owner.id)
        return db.execute(q.CLAIM, (self._owner.id, job_id, before)).rowcount == 1

    def _take_over(self, db: sqlite3.Connection, job_id: JobId) -> None:
        db.execute(q.TAKE_OVER, (self._owner.id, job_id))

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        if self._is_alone:
            return work(self._db)

        def all_or_nothing(db: sqlite3.Connection) -> None:
            with transaction(db):
                self._check_place()  # nobody can salvage it now that it is locked
                before = _last_event(db)
                work(db)
                after = _last_event(db)
            self._elsewhere.wrote(before, after)

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
        if self._is_alone:
            return work(self._db)  # What goes wrong is for the whole of it.
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
        with database_errors():
            self._version = _data_version(self._db)
            last = _last_event(self._db)
        # In another file events may have other numbers: rather tell some that are known.
        self._elsewhere = Elsewhere(max(last - _RETOLD, 0) if self._was_replaced else last)
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


def _data_version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)


def _last_event(db: sqlite3.Connection) -> int:
    (last,) = db.execute(q.LAST_EVENT).fetchone()
    return last or 0
