from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders from others")
@pytest.mark.parametrize("is_there", [False, True])
def test_what_was_asked_for_is_for_nobody_else(tmp_path: Path, *, is_there: bool) -> None:
    folder = tmp_path / "home" / "sandbox"
    if is_there:
        folder.mkdir(parents=True, mode=0o755)
    with Database(folder) as database:
        Files(database, folder / "files", lambda: 2.0)
    assert folder.stat().st_mode & 0o077 == 0


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
