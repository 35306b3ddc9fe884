"""The ledger's schema grows, and never backwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import LedgerUnusable
from kling_desktop.storage.database import open_database
from kling_desktop.storage.migrations import STEPS, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        yield db


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def first(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE one (a)")


def second(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE two (a)")


def failing(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE half (a)")
    raise ZeroDivisionError


def tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_new_database_takes_every_step(db: sqlite3.Connection) -> None:
    migrate(db, (first, second))
    assert (tables(db), version(db)) == ({"one", "two"}, 2)


def test_an_older_database_takes_the_steps_it_lacks(db: sqlite3.Connection) -> None:
    migrate(db, (first,))
    migrate(db, (first, second))
    assert (tables(db), version(db)) == ({"one", "two"}, 2)


def test_a_step_that_fails_leaves_the_version_before_it(db: sqlite3.Connection) -> None:
    with pytest.raises(ZeroDivisionError):
        migrate(db, (first, failing))
    assert (tables(db), version(db)) == ({"one"}, 1)


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE future (a)")
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable, match="newer"):
        open_database(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE bookmarks (a)")
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable, match="another program"):
        open_database(path)
    assert path.read_bytes() == before
