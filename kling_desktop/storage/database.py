"""SQLite as this program uses it: a commit is on disk when it returns, and errors are our own."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kling_desktop.domain.errors import FolderUnusable, KlingDesktopError, LedgerUnusable
from kling_desktop.storage.disk import private_folder, writing
from kling_desktop.storage.migrations import check_version, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process to finish its write."""

_DISK_REFUSES = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    )
)
_MAGIC = b"SQLite format 3\0"
_SMALLEST_PAGE = 512
_PRIMARY = 0xFF
"""The low byte of an extended result code."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open a database at the present schema, making it for this user alone if there is none.

    Raises:
        LedgerUnusable: it is damaged, not ours, or newer than this program; it is left as it is.
        FolderUnusable: the disk refuses.
    """
    with writing():
        private_folder(path.parent)
        # SQLite gives its own new files the mode of the database.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        _check_start(path)
    with database_errors(), _one_at_a_time(path):
        db = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
        try:
            _prepare(db)
        except (sqlite3.Error, KlingDesktopError):
            db.close()
            raise
    return db


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Open one after another: SQLite's change to WAL fails at once where two programs try it."""
    lock = FileLock(path.with_name(f"{path.name}.opening"), mode=0o600)
    try:
        lock.acquire(timeout=BUSY_TIMEOUT)
    except Timeout:
        raise LedgerUnusable("another program has been opening it for too long") from None
    try:
        yield
    finally:
        lock.release()


def _check_start(path: Path) -> None:
    """Refuse what SQLite would take for an empty database, and write over."""
    with path.open("rb") as file:
        start = file.read(_SMALLEST_PAGE)
    if start and not (start.startswith(_MAGIC) and len(start) == _SMALLEST_PAGE):
        raise LedgerUnusable("it is damaged or not a database")


def _prepare(db: sqlite3.Connection) -> None:
    db.row_factory = sqlite3.Row
    check_version(db)  # before anything is written: what is not ours stays as it is
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves data in the drive's cache
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db)


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn what SQLite says into errors of ours.

    Raises:
        FolderUnusable: the disk is full or may not be written.
        LedgerUnusable: anything else.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & _PRIMARY in _DISK_REFUSES:
            raise FolderUnusable(str(error)) from error
        raise LedgerUnusable(str(error)) from error
