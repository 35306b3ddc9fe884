"""Rows are read out of bare pages as SQLite itself reads them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.storage.carving import carve

_values = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.binary(max_size=30),
    st.integers(1, 30_000).map(lambda length: "é" * length),
)
_rows = st.lists(st.tuples(_values, _values, _values), max_size=30)


def as_read(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT rowid, a, b, c FROM t ORDER BY rowid").fetchall()


def as_carved(path: Path) -> list[tuple[Any, ...]]:
    """The last version of each row; a schema's rows have another length."""
    found = {number: (number, *row) for number, row in carve(path) if len(row) == 3}
    return [found[number] for number in sorted(found)]


def filled(path: Path, size: int, rows: list[tuple[Any, ...]]) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA page_size = {size}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE t (a, b, c)")
    db.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    return db


@settings(deadline=None, max_examples=40)
@given(_rows, st.sampled_from([512, 4096, 65536]), st.booleans())
def test_every_row_is_found_in_the_database_or_its_log(
    rows: list[tuple[Any, ...]], size: int, in_log: bool
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.sqlite3"
        with closing(filled(path, size, rows)) as db:
            if not in_log:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert as_carved(path) == as_read(path)


@pytest.mark.parametrize("header", [b"", b"\0" * 32, b"garbage " * 4])
def test_without_a_sound_header_of_the_log_all_that_it_holds_is_tried(
    tmp_path: Path, header: bytes
) -> None:
    path = tmp_path / "t.sqlite3"
    with closing(filled(path, 4096, [(1, 2, "x")] * 300)) as db:
        kept = as_read(path)
        log = tmp_path / "t.sqlite3-wal"
        whole = log.read_bytes()
        assert len(whole) > 32
        copy = tmp_path / "copy.sqlite3"
        copy.write_bytes(path.read_bytes())
        (tmp_path / "copy.sqlite3-wal").write_bytes(header + whole[len(header) :])
        assert as_carved(copy) == kept
        db.execute("SELECT 1")


def test_what_was_not_committed_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite3"
    with closing(filled(path, 4096, [(1, 2, 3)])) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", [(4, 5, "x" * 3000)] * 50)
        assert (tmp_path / "t.sqlite3-wal").stat().st_size > 100_000
        assert as_carved(path) == [(1, 1, 2, 3)]


@settings(deadline=None)
@given(st.binary(max_size=5000), st.binary(max_size=3000))
def test_no_bytes_at_all_break_it(content: bytes, log: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.sqlite3"
        path.write_bytes(content + b"\x0d" * 4096)
        path.with_name("t.sqlite3-wal").write_bytes(log)
        for number, row in carve(path):
            assert isinstance(number, int)
            assert isinstance(row, list)


def test_a_file_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert list(carve(tmp_path / "t.sqlite3")) == []
