"""The sandbox's memory: one SQLite file that outlives the process.

A change is committed before anybody hears of it, so that a server that is killed and started again
knows every request it ever accepted. Nothing here knows the server's address: that changes.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Self

from kling_desktop.sandbox.locks import own_folder

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    endpoint TEXT NOT NULL,
    input TEXT NOT NULL,
    phase TEXT NOT NULL,
    sent_at REAL NOT NULL,
    started_at REAL,
    ended_at REAL,
    status_code INTEGER,
    output TEXT,
    error_type TEXT,
    clip TEXT,
    units INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS requests_by_clip ON requests (clip);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    token TEXT UNIQUE,
    size INTEGER
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_WISHES = """
ALTER TABLE requests ADD COLUMN logs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE requests ADD COLUMN is_low INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN deadline REAL;
ALTER TABLE requests ADD COLUMN is_stored INTEGER NOT NULL DEFAULT 1;
ALTER TABLE requests ADD COLUMN file_life INTEGER;
ALTER TABLE requests ADD COLUMN file_access TEXT NOT NULL DEFAULT 'allow';
ALTER TABLE requests ADD COLUMN webhook TEXT;
CREATE INDEX requests_by_end ON requests (ended_at);
"""
_LIVES = """
ALTER TABLE files ADD COLUMN expires_at REAL;
ALTER TABLE files ADD COLUMN access TEXT NOT NULL DEFAULT 'allow';
CREATE TABLE parts (
    file TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, PRIMARY KEY (file, number)
);
CREATE TABLE webhooks (request TEXT PRIMARY KEY, url TEXT NOT NULL, tries INTEGER NOT NULL);
"""
_STEPS = (_TABLES, _WISHES, _LIVES)
"""What leads from one version of the memory to the next; a new one is put at the end."""


class Database:
    """The connection; every statement is its own transaction."""

    def __init__(self, folder: Path) -> None:
        own_folder(folder)
        # All that was asked for is in it, and earlier versions made it for everybody.
        with suppress(OSError):
            folder.chmod(0o700)
        self._connection = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._migrate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _migrate(self) -> None:
        (version,) = self.one("PRAGMA user_version")
        for number, step in enumerate(_STEPS[version:], start=version + 1):
            self._connection.executescript(f"BEGIN; {step} PRAGMA user_version={number}; COMMIT;")

    def write(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values).close()

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(self._connection.execute(query, values)) as rows:
            return rows.fetchall()

    def one(self, query: str, *values: Any) -> tuple[Any, ...]:
        """The first row.

        Raises:
            KeyError: there is none.
        """
        rows = self.all(query, *values)
        if not rows:
            raise KeyError(*values)
        return rows[0]


def own_key(database: Database) -> str:
    """The API key of this folder, made on first use."""
    fresh = f"sandbox:{secrets.token_hex(16)}"
    database.write("INSERT OR IGNORE INTO settings VALUES ('key', ?)", fresh)
    (key,) = database.one("SELECT value FROM settings WHERE name = 'key'")
    return str(key)
