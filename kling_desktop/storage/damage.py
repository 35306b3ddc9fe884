"""How a damaged database is told from a disk that refuses, and from one that is not ours."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import LedgerUnusable

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_PRIMARY = 0xFF
"""The low byte of an extended result code."""
_MAGIC = b"SQLite format 3\0"
_SMALLEST_PAGE = 512
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_WAL_HEADER = 32


class Damaged(LedgerUnusable):
    """What this program wrote is not what it reads: it is set aside and salvaged."""


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without what it adds to it; 0 where Python itself complains."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY


def is_damage(error: sqlite3.Error) -> bool:
    """Whether what was read makes no sense, to SQLite or to Python, which decodes its text."""
    return primary_code(error) in _DAMAGED or str(error).startswith("Could not decode")


def check_files(path: Path) -> None:
    """See what SQLite would take for an empty database or an empty log, and write over.

    Raises:
        Damaged: there was something else.
        OSError: the files cannot be read.
    """
    start = _start_of(path, _SMALLEST_PAGE)
    log = _start_of(companion(path, "-wal"), _WAL_HEADER)
    if start and not (start.startswith(_MAGIC) and len(start) == _SMALLEST_PAGE):
        raise Damaged("it does not begin as a database does")
    if log and not start:
        raise Damaged("its file is empty, but its log is not")
    # A power cut may leave zeros; then nothing had been committed to it.
    if len(log) == _WAL_HEADER and any(log) and not log.startswith(_WAL_MAGIC):
        raise Damaged("its log does not begin as a log does")


def version_of(path: Path) -> int:
    """The schema's version as the first page has it, where that begins as it should; else 0."""
    start = _start_of(path, _SMALLEST_PAGE)
    return int.from_bytes(start[60:64]) if start.startswith(_MAGIC) else 0


def companion(path: Path, suffix: str) -> Path:
    """A file that SQLite keeps beside a database."""
    return path.with_name(path.name + suffix)


def _start_of(path: Path, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(length)
    except FileNotFoundError:
        return b""
