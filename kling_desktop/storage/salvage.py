"""Makes a sound ledger out of a damaged one, which is set aside and never deleted.

The new ledger is written beside the damaged one and gets its final place by renames. If the program
is killed between them, ``finish`` does the rest when a ledger is opened next.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import SubmitUncertain
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.history import JobEvent, changes
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState, Trouble
from kling_desktop.domain.salvage import Salvage
from kling_desktop.storage.carving import carve
from kling_desktop.storage.damage import Damaged, companion, version_of
from kling_desktop.storage.disk import sync_file, sync_folder
from kling_desktop.storage.migrations import (
    count_each_request_once,
    migrate,
    refuse_newer,
    transaction,
)
from kling_desktop.storage.rows import (
    event_from_row,
    event_to_row,
    from_row,
    to_row,
    with_place,
)

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import JobId

_JOB_COLUMNS = (
    "id", "backend", "endpoint", "state", "owner", "created_at", "updated_at", "cancel_asked",
    "request_id", "document", "project", "fingerprint", "place", "spent", "spent_at",
    "as_of", "account",
)  # fmt: skip
_EVENT_COLUMNS = ("number", "job_id", "at", "state", "cause", "facts")
_FIRST_JOB_COLUMNS, _FIRST_EVENT_COLUMNS = 10, 5
"""How many there were in the first schema; a row that is not changed keeps that many."""
_YOUNGER: dict[str, Any] = {
    "project": "",
    "fingerprint": "",
    "place": 0.0,
    "facts": "{}",
    "as_of": None,
    "account": "",
}
_STATES = frozenset(state.value for state in JobState)
_UNSENT = frozenset(state.value for state in NOT_YET_SENT)
_AT_REST = frozenset((JobState.DRAFT.value, JobState.HELD.value))
_LAST = 1 << 63
"""A number after that of every event."""
_NO_EVENT = {"number": -1}
_NEW = ".new"
"""Ends the name of a sound ledger that waits for its place; the rest is the damaged one's."""

_ADD_JOB = """
    INSERT INTO jobs (id, backend, endpoint, state, owner, created_at, updated_at, cancel_asked,
                      request_id, account, project, fingerprint, place, spent, spent_at,
                      document)
    VALUES (:id, :backend, :endpoint, :state, :owner, :created_at, :updated_at, :cancel_asked,
            :request_id, :account, :project, :fingerprint, :place, :spent, :spent_at,
            :document)
"""
_ADD_EVENT = """
    INSERT INTO job_events (job_id, at, state, cause, facts)
    VALUES (:job_id, :at, :state, :cause, :facts)
"""
_KNOW_ALL = "UPDATE jobs SET as_of = (SELECT coalesce(max(number), 0) FROM job_events)"
_ADD_SALVAGE = "INSERT INTO salvages (at, found, lost, kept_as) VALUES (?, ?, ?, ?)"


def salvage(path: Path) -> None:
    """Set a damaged ledger aside and put what can be read of it in its place.

    Raises:
        LedgerUnusable: a newer program wrote it, which can read more of it; it stays as it is.
        OSError, sqlite3.Error: the disk refuses; then everything is as it was.
    """
    refuse_newer(version_of(path))
    kept_as = _free_name(path)
    _write(path, kept_as)
    finish(path)


def finish(path: Path) -> None:
    """Put a salvaged ledger in its place, if one waits for it."""
    for new in path.parent.glob(f"{path.stem}-damaged-*{path.suffix}{_NEW}"):
        kept_as = new.with_name(new.name.removesuffix(_NEW))
        for suffix in ("-wal", "-shm", ""):
            if (old := companion(path, suffix)).exists():
                target = companion(kept_as, suffix)
                old.rename(target if not target.exists() else _free_name(path))
        new.replace(path)
        sync_folder(path.parent)


def take_news(db: sqlite3.Connection) -> Salvage | None:
    """What the user must be told of a salvage; only one program gets to hear of each."""
    query = "SELECT rowid, found, lost, kept_as FROM salvages WHERE NOT told"
    if db.execute(query).fetchone() is None:
        return None
    with transaction(db):
        rows = db.execute(query + " ORDER BY rowid").fetchall()
        db.execute("UPDATE salvages SET told = 1")
    return Salvage(rows[-1]["found"], rows[-1]["lost"], Path(rows[-1]["kept_as"])) if rows else None


def _free_name(path: Path) -> Path:
    """A name that no file has, so that nothing is ever written over."""
    name = f"{path.stem}-damaged-{datetime.now(UTC):%Y-%m-%d}"
    number = 1
    while True:
        found = path.with_name(f"{name}{f'-{number}' if number > 1 else ''}{path.suffix}")
        if not any(companion(found, each).exists() for each in ("", "-wal", "-shm", _NEW)):
            return found
        number += 1


def keep_from_writing(db: sqlite3.Connection) -> None:
    """Let no program write to a damaged ledger while it is read, where it still can be locked.

    On Windows an open file cannot be renamed, and who has it open keeps it from being salvaged.
    """
    if os.name == "nt":
        db.close()
    else:
        with suppress(sqlite3.Error):
            db.execute("BEGIN IMMEDIATE")


def _write(path: Path, kept_as: Path) -> None:
    growing = companion(path, ".salvaging")
    growing.unlink(missing_ok=True)
    found = _Found()
    for number, values in carve(path):
        found.take(number, values)
    found.hear_places()
    found.doubt_the_unsent()
    growing.touch(mode=0o600)
    with closing(sqlite3.connect(growing, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")  # it is synced as a whole
        migrate(db)
        with transaction(db):
            report = (datetime.now(UTC).isoformat(), len(found.jobs), found.lost, str(kept_as))
            db.executemany(_ADD_JOB, found.job_rows())
            count_each_request_once(db)
            db.executemany(_ADD_EVENT, found.event_rows())
            db.execute(_KNOW_ALL)
            db.execute(_ADD_SALVAGE, report)
    sync_file(growing)
    growing.replace(companion(kept_as, _NEW))
    sync_folder(path.parent)


class _Found:
    """Jobs and events that make sense; of a job, the newest that was found of it."""

    def __init__(self) -> None:
        self.jobs: dict[JobId, tuple[int, dict[str, Any]]] = {}
        """Each with the number of its row."""
        self._events: dict[tuple[Any, ...], dict[str, Any]] = {}

    def take(self, number: int, values: list[Any]) -> None:
        if len(values) >= _FIRST_JOB_COLUMNS and values[3] in _STATES:
            self._take_job(number, values)
        elif len(values) >= _FIRST_EVENT_COLUMNS and values[3] in _STATES:
            self._take_event(number, values)

    @property
    def lost(self) -> int:
        """Jobs that must have been there: numbers are given without gaps, and all have events."""
        highest = max((number for number, _ in self.jobs.values()), default=0)
        orphans = {row["job_id"] for row in self._events.values()} - self.jobs.keys()
        return max(highest - len(self.jobs), len(orphans))

    def doubt_the_unsent(self) -> None:
        """Send nothing by itself that may have been sent: a newer row may be what was lost.

        Only the user can tell, so that such a job is uncertain, and counts as spent.
        """
        sent = {each["job_id"] for each in self._events.values() if each["state"] not in _UNSENT}
        now = datetime.now(UTC)
        for number, row in tuple(self.jobs.values()):
            if row["state"] not in _UNSENT or (row["state"] in _AT_REST and row["id"] not in sent):
                continue
            job = from_row(row)
            trouble = Trouble(SubmitUncertain.code, "its record was damaged", Charge.MAYBE)
            doubted = replace(job, state=JobState.UNCERTAIN, trouble=trouble, updated_at=now)
            columns = to_row(doubted) | {"owner": row["owner"], "spent_at": row["updated_at"]}
            self.jobs[job.id] = (number, columns)
            event = JobEvent(now, doubted.state, trouble.detail, changes(job, doubted))
            self._events[job.id, now] = event_to_row(job.id, event) | {"number": _LAST}

    def hear_places(self) -> None:
        """Take into the rows what was told of places in the queue since they were written."""
        last: dict[str, dict[str, Any]] = {}
        for event in self._events.values():
            if event["number"] > last.get(event["job_id"], _NO_EVENT)["number"]:
                last[event["job_id"]] = event
        for number, row in tuple(self.jobs.values()):
            event, as_of = last.get(row["id"], _NO_EVENT), row["as_of"]
            is_news = isinstance(as_of, int) and event["number"] > as_of
            if row["state"] == JobState.QUEUED and is_news:
                with suppress(Damaged):
                    job = with_place(from_row(row), event["at"], event["facts"])
                    self.jobs[job.id] = (number, row | to_row(job))

    def job_rows(self) -> list[dict[str, Any]]:
        return [row for _, row in sorted(self.jobs.values(), key=lambda found: found[0])]

    def event_rows(self) -> list[dict[str, Any]]:
        rows = [row for row in self._events.values() if row["job_id"] in self.jobs]
        return sorted(rows, key=lambda row: int(row["number"]))

    def _take_job(self, number: int, values: list[Any]) -> None:
        row = _YOUNGER | dict(zip(_JOB_COLUMNS, values, strict=False))
        with suppress(Damaged):
            job = from_row(row)
            before = self.jobs.get(job.id)
            if before is None or before[1]["updated_at"] <= row["updated_at"]:
                columns = to_row(job)
                since = row.get("spent_at") or row["updated_at"]
                columns |= {"owner": row["owner"], "spent_at": since if columns["counts"] else None}
                columns["as_of"] = row["as_of"]
                self.jobs[job.id] = (number, columns)

    def _take_event(self, number: int, values: list[Any]) -> None:
        row = _YOUNGER | dict(zip(_EVENT_COLUMNS, values, strict=False)) | {"number": number}
        with suppress(Damaged):
            event_from_row(row)
            self._events[tuple(row.values())] = row
