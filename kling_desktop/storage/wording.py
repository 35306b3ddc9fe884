"""Sent prompts with a full-text search, snippets and presets, in one small database.

No job depends on it. A damaged one is set aside and begun anew.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.wording import Preset, Snippet
from kling_desktop.storage.disk import private_folder, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

log = logging.getLogger(__name__)

BUSY_TIMEOUT = 3.0
"""Seconds to wait for another program."""
SHOWN = 200
"""Prompts of one answer."""
SNIPPET, PRESET = "snippet", "preset"
_PRIMARY = 0xFF
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_TABLES = """
    CREATE TABLE IF NOT EXISTS prompts (
        id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, at TEXT NOT NULL
    );
    CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
        text, content='prompts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER IF NOT EXISTS prompt_comes AFTER INSERT ON prompts BEGIN
        INSERT INTO words (rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TABLE IF NOT EXISTS kept (
        kind TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (kind, name)
    ) WITHOUT ROWID;
"""
_NOTE = """
    INSERT INTO prompts (text, at) VALUES (?, ?)
    ON CONFLICT (text) DO UPDATE SET at = max(at, excluded.at)
"""
_FIND = """
    SELECT prompts.text FROM words JOIN prompts ON prompts.id = words.rowid
    WHERE words MATCH ? ORDER BY at DESC, prompts.id DESC LIMIT ?
"""


class WordingFile:
    """Every call opens the file anew, so any thread and any program may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, sent: Iterable[tuple[str, datetime]]) -> None:
        """These prompts were sent; one that was sent before is the newest again.

        Raises FolderUnusable, as all of this does.
        """
        rows = [(text.strip(), at.isoformat()) for text, at in sent if text.strip()]
        with self._open() as db:
            db.executemany(_NOTE, rows)

    def search(self, words: str = "", most: int = SHOWN) -> list[str]:
        """Prompts with words that begin like all of these, the newest first."""
        wanted = words.replace("\0", "").split()
        with self._open() as db:
            if not wanted:
                newest = "SELECT text FROM prompts ORDER BY at DESC, id DESC LIMIT ?"
                return _first(db.execute(newest, (most,)))
            quoted = " ".join('"' + each.replace('"', '""') + '"*' for each in wanted)
            return _first(db.execute(_FIND, (quoted, most))) or self._inside(db, wanted, most)

    def snippets(self) -> list[Snippet]:
        return [Snippet(name, str(text)) for name, text in self._kept(SNIPPET)]

    def presets(self) -> list[Preset]:
        return [
            Preset(name, str(told["endpoint"]), told["values"])
            for name, told in self._kept(PRESET)
            if isinstance(told, dict) and isinstance(told.get("values"), dict)
        ]

    def keep_snippet(self, snippet: Snippet) -> None:
        """Keep it in place of one of that name."""
        self._keep(SNIPPET, snippet.name, snippet.text)

    def keep_preset(self, preset: Preset) -> None:
        """Keep it in place of one of that name."""
        told = {"endpoint": preset.endpoint, "values": dict(preset.values)}
        self._keep(PRESET, preset.name, told)

    def rename(self, kind: str, name: str, to: str) -> bool:
        """Give it another name; False if that one is taken."""
        with self._open() as db:
            change = "UPDATE OR IGNORE kept SET name = ? WHERE kind = ? AND name = ?"
            return db.execute(change, (to, kind, name)).rowcount > 0

    def drop(self, kind: str, name: str) -> None:
        with self._open() as db:
            db.execute("DELETE FROM kept WHERE kind = ? AND name = ?", (kind, name))

    def _inside(self, db: sqlite3.Connection, wanted: list[str], most: int) -> list[str]:
        """In the middle of words: some languages write without spaces."""
        where = " AND ".join(["instr(lower(text), lower(?)) > 0"] * len(wanted))
        asked = f"SELECT text FROM prompts WHERE {where} ORDER BY at DESC, id DESC LIMIT ?"  # noqa: S608 - no text of anybody's is in it
        return _first(db.execute(asked, (*wanted, most)))

    def _keep(self, kind: str, name: str, content: Any) -> None:
        with self._open() as db:
            told = json.dumps(content, ensure_ascii=False)
            db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (kind, name, told))

    def _kept(self, kind: str) -> list[tuple[str, Any]]:
        with self._open() as db:
            asked = "SELECT name, content FROM kept WHERE kind = ? ORDER BY name COLLATE NOCASE"
            return [*_read(db.execute(asked, (kind,)))]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction; what goes wrong is told plainly."""
        try:
            with closing(self._opened()) as db, db:
                yield db
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise FolderUnusable(f"{self._path.name}: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        with writing():
            private_folder(self._path.parent)
        try:
            return self._connected()
        except UnicodeDecodeError:
            pass  # SQLite quotes the names of a damaged schema, which are no text then
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY not in _DAMAGED:
                raise
        log.warning("the record of prompts is damaged and was set aside")
        with writing():
            self._path.replace(self._path.with_suffix(".damaged"))
        return self._connected()

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT)
        try:
            self._path.chmod(0o600)
            db.executescript(_TABLES)
        except BaseException:
            db.close()
            raise
        return db


def _first(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    return [str(each[0]) for each in rows]


def _read(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, Any]]:
    """What can be read of what was kept; a row that is damaged is passed over."""
    for name, told in rows:
        with suppress(ValueError, TypeError):
            yield str(name), parsed(told)
