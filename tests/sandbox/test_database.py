from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from kling_desktop.sandbox.database import Database
from kling_desktop.sandbox.files import Files
from kling_desktop.sandbox.records import Requests

if TYPE_CHECKING:
    from pathlib import Path

OLD = """
CREATE TABLE requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL,
    input TEXT NOT NULL, phase TEXT NOT NULL, sent_at REAL NOT NULL, started_at REAL, ended_at REAL,
    status_code INTEGER, output TEXT, error_type TEXT, clip TEXT, units INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE files (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL, token TEXT UNIQUE,
    size INTEGER
);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO requests (id, endpoint, input, phase, sent_at) VALUES ('a', 'e', '{}', 'IN_QUEUE', 1);
INSERT INTO files VALUES ('f', 'a.png', 'image/png', 't', 4);
"""
"""What the first version of the sandbox wrote."""


def test_the_memory_of_an_earlier_version_is_understood(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    old.executescript(OLD)
    old.close()
    for _ in range(2):  # the second time there is nothing to do
        with Database(tmp_path) as database:
            record = Requests(database, lambda: 2.0).get("a")
            file = Files(database, tmp_path / "files", lambda: 2.0).get("f")
        assert (record.log_lines, record.is_stored, record.webhook) == ([], 1, None)
        assert (file.expires_at, file.access) == (None, "allow")
