"""What was uploaded lately and where it is, so that the same file does not go up twice.

Nothing depends on it: whatever is wrong with the file, it is begun anew or done without.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.settings.values import Settings
from kling_desktop.storage.disk import private_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.content import Content

log = logging.getLogger(__name__)
T = TypeVar("T")

LIFE = timedelta(days=3)
"""fal keeps uploads for longer, but promises nothing."""
BUSY_TIMEOUT = 1.0
"""Seconds to wait for another program; then this one does without."""
_PRIMARY = 0xFF
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR))
"""The last is what SQLite says of a table that is not as it should be."""
_TABLE = """
    CREATE TABLE IF NOT EXISTS uploads (
        backend TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,
        url TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (backend, sha256, kind)
    ) WITHOUT ROWID
"""


class UploadMemory:
    """Addresses of uploads to one backend; satisfies ``engine.disk_ports.UploadCache``."""

    def __init__(
        self,
        path: Path,
        backend: str,
        *,
        now: Callable[[], datetime],
        wishes: Callable[[], Settings] = Settings,
    ) -> None:
        self._wishes = wishes
        self._path = path
        self._backend = backend
        self._now = now

    async def find(self, content: Content) -> str | None:
        return await asyncio.to_thread(self._try, lambda db: self._find(db, content))

    async def keep(self, content: Content, url: str) -> None:
        await asyncio.to_thread(self._try, lambda db: self._keep(db, content, url))

    async def drop(self, url: str) -> None:
        await asyncio.to_thread(self._try, lambda db: self._drop(db, url))

    def _find(self, db: sqlite3.Connection, content: Content) -> str | None:
        found = db.execute(
            "SELECT url FROM uploads WHERE backend = ? AND sha256 = ? AND kind = ? AND at > ?",
            (self._backend, content.sha256, content.kind, self._oldest()),
        ).fetchone()
        return str(found[0]) if found else None

    def _keep(self, db: sqlite3.Connection, content: Content, url: str) -> None:
        key = (self._backend, content.sha256, content.kind)
        db.execute("DELETE FROM uploads WHERE at <= ?", (self._oldest(),))
        db.execute(
            "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)",
            (*key, url, self._now().isoformat()),
        )

    def _drop(self, db: sqlite3.Connection, url: str) -> None:
        db.execute("DELETE FROM uploads WHERE backend = ? AND url = ?", (self._backend, url))

    def _oldest(self) -> str:
        kept = timedelta(seconds=self._wishes().upload_seconds)
        # One that is about to go must not be named to a request that may have to wait.
        life = min(LIFE, kept / 2) if kept else LIFE
        return (self._now() - life).isoformat()

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do something with the database; a damaged one makes room for a new one."""
        try:
            return self._do(work)
        except OSError as error:
            log.info("uploads are not remembered reason=%s", error.strerror)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            log.info("uploads are not remembered reason=%s", error)
            if _is_damage(error):
                log.warning("the record of uploads is damaged; it begins anew")
                self._remove()
        return None

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        private_folder(self._path.parent)
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        db = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT)
        with closing(db), db:
            db.execute(_TABLE)
            return work(db)

    def _remove(self) -> None:
        for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _is_damage(error: Exception) -> bool:
    """Whether the file makes no sense; SQLite quotes damaged names, which are no text then."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, UnicodeDecodeError) or (code or 0) & _PRIMARY in _DAMAGED
