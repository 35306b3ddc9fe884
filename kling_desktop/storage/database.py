"""SQLite as this program uses it: a commit is on disk when it returns, and errors are our own."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kling_desktop.domain.errors import FolderUnusable, LedgerUnusable
from kling_desktop.storage import queries as q
from kling_desktop.storage.damage import Damaged, check_files, is_damage, primary_code
from kling_desktop.storage.disk import private_folder, writing
from kling_desktop.storage.migrations import check_version, migrate
from kling_desktop.storage.rows import event_from_row, job_of
from kling_desktop.storage.salvage import finish, keep_from_writing, salvage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process to finish its write."""
OPENING_TIMEOUT = 60.0
"""Seconds to wait for another process that opens it, and may have to salvage it first."""
SMALL = 1 << 20
"""Bytes up to which a ledger is looked through whenever it is opened."""

_DISK_REFUSES = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    )
)


def open_database(path: Path, *, is_suspect: bool = False) -> sqlite3.Connection:
    """Open a database at the present schema, making it for this user alone if there is none.

    A damaged one is salvaged: found by itself where it shows at once or is small, else when
    somebody has found it so (``is_suspect``).

    Raises:
        LedgerUnusable: it is not ours, or newer than this program; it is left as it is.
        FolderUnusable: the disk refuses.
    """
    with writing():
        private_folder(path.parent)
        with database_errors(), _one_at_a_time(path):
            finish(path)
            try:
                check_files(path)
            except Damaged:
                salvage(path)
            return _opened(path, is_suspect=is_suspect) or _salvaged(path)


def place_of(path: Path) -> tuple[int, int]:
    """Which file has this name.

    Raises:
        FolderUnusable: there is none, or nobody can tell.
    """
    with writing():
        found = path.stat()
    return found.st_dev, found.st_ino


def _opened(path: Path, *, is_suspect: bool) -> sqlite3.Connection | None:
    """The database; None if it was damaged, in which case it has been salvaged."""
    db = _connect(path)
    try:
        _prepare(db, is_small=path.stat().st_size <= SMALL, is_suspect=is_suspect)
    except Damaged:
        # It stays open meanwhile: SQLite would write to it and delete its log when it closes.
        try:
            keep_from_writing(db)
            salvage(path)
        finally:
            db.close()
        return None
    except BaseException:
        db.close()
        raise
    return db


def _salvaged(path: Path) -> sqlite3.Connection:
    db = _connect(path)
    try:
        _prepare(db, is_small=False, is_suspect=False)
    except BaseException:
        db.close()
        raise
    return db


def _connect(path: Path) -> sqlite3.Connection:
    # SQLite gives its own new files the mode of the database.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Open one after another: SQLite's change to WAL fails at once where two programs try it."""
    lock = FileLock(path.with_name(f"{path.name}.opening"), mode=0o600)
    try:
        lock.acquire(timeout=OPENING_TIMEOUT)
    except Timeout:
        raise LedgerUnusable("another program has been opening it for too long") from None
    try:
        yield
    finally:
        lock.release()


def _prepare(db: sqlite3.Connection, *, is_small: bool, is_suspect: bool) -> None:
    with database_errors():
        _make_ready(db, is_small=is_small, is_suspect=is_suspect)


def _make_ready(db: sqlite3.Connection, *, is_small: bool, is_suspect: bool) -> None:
    db.row_factory = sqlite3.Row
    check_version(db)  # before anything is written: what is not ours stays as it is
    if is_suspect:
        _check(db, "integrity_check")
    elif is_small:
        _check(db, "quick_check")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves data in the drive's cache
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db)
    if is_suspect:
        _read_all(db)


def _check(db: sqlite3.Connection, how: str) -> None:
    (verdict,) = db.execute(f"PRAGMA {how}(1)").fetchone()
    if verdict != "ok":
        raise Damaged(verdict)


def _read_all(db: sqlite3.Connection) -> None:
    """See whether every row makes sense. Raises Damaged."""
    for row in db.execute(q.EVERY):
        job_of(row)
    for row in db.execute("SELECT * FROM job_events"):
        event_from_row(row)


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn what SQLite says into errors of ours.

    Raises:
        FolderUnusable: the disk is full or may not be written.
        Damaged: what it reads makes no sense.
        LedgerUnusable: anything else.
    """
    try:
        yield
    except UnicodeDecodeError as error:  # in a sentence of SQLite's own about a damaged schema
        raise Damaged(str(error)) from error
    except sqlite3.Error as error:
        if primary_code(error) in _DISK_REFUSES:
            raise FolderUnusable(str(error)) from error
        if is_damage(error):
            raise Damaged(str(error)) from error
        raise LedgerUnusable(str(error)) from error
