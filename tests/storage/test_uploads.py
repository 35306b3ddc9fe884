"""The memory of uploads: right while it lasts, and no trouble when it does not."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.content import Content
from kling_desktop.storage.uploads import LIFE, UploadMemory

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.disk_ports import UploadCache
    from tests.helpers.guards import LogGuard

BOAT = Content("5e" * 32, ".jpg", 1234)
URL = "https://cdn.test/boat.jpg"


class Time:
    """Goes on when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)


def spoil_second_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "uploads" / "uploads.sqlite3"


@pytest.fixture
def memory(path: Path, time: Time) -> UploadMemory:
    return UploadMemory(path, "live", now=time)


async def test_it_is_what_the_engine_asks_for(memory: UploadMemory) -> None:
    cache: UploadCache = memory
    assert await cache.find(BOAT) is None


async def test_an_upload_is_found_by_what_is_in_the_file(
    memory: UploadMemory, path: Path, time: Time
) -> None:
    await memory.keep(BOAT, URL)
    assert await memory.find(BOAT) == URL
    assert await UploadMemory(path, "live", now=time).find(BOAT) == URL


@pytest.mark.parametrize("other", [replace(BOAT, sha256="00" * 32), replace(BOAT, kind=".png")])
async def test_another_content_or_kind_is_another_file(
    memory: UploadMemory, other: Content
) -> None:
    await memory.keep(BOAT, URL)
    assert await memory.find(other) is None


async def test_what_one_backend_has_another_has_not(
    memory: UploadMemory, path: Path, time: Time
) -> None:
    await memory.keep(BOAT, URL)
    sandbox = UploadMemory(path, "sandbox", now=time)
    assert await sandbox.find(BOAT) is None
    await sandbox.drop(URL)
    assert await memory.find(BOAT) == URL


async def test_the_newest_upload_counts(memory: UploadMemory) -> None:
    await memory.keep(BOAT, "https://cdn.test/old")
    await memory.keep(BOAT, URL)
    assert await memory.find(BOAT) == URL


async def test_it_remembers_for_three_days(memory: UploadMemory, path: Path, time: Time) -> None:
    await memory.keep(BOAT, URL)
    time.now += LIFE - timedelta(seconds=1)
    assert await memory.find(BOAT) == URL
    time.now += timedelta(seconds=1)
    assert await memory.find(BOAT) is None
    await memory.keep(replace(BOAT, kind=".png"), URL)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT kind FROM uploads").fetchall() == [(".png",)]


async def test_a_dropped_upload_is_forgotten(memory: UploadMemory) -> None:
    await memory.keep(BOAT, URL)
    await memory.drop(URL)
    assert await memory.find(BOAT) is None


async def test_a_drop_that_waits_for_another_program_holds_up_nobody(
    memory: UploadMemory, path: Path
) -> None:
    await memory.keep(BOAT, URL)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        drop = asyncio.create_task(memory.drop(URL))
        await asyncio.sleep(0)  # It has begun by then.
        other.execute("ROLLBACK")  # Nobody would come to this while the loop is held up.
        await drop
    assert await memory.find(BOAT) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
async def test_the_file_is_for_its_user_alone(memory: UploadMemory, path: Path) -> None:
    await memory.keep(BOAT, URL)
    assert mode(path) == 0o600


@pytest.mark.parametrize(
    "damage",
    [b"this is not a database, and it is long enough to be looked at" * 20, b"SQLite format 3\0x"],
)
async def test_a_damaged_file_is_begun_anew(
    memory: UploadMemory, path: Path, damage: bytes, expected_log: LogGuard
) -> None:
    expected_log("the record of uploads is damaged; it begins anew")
    write(path, damage)
    assert await memory.find(BOAT) is None
    await memory.keep(BOAT, URL)
    assert await memory.find(BOAT) == URL


async def test_a_file_with_a_page_of_rubbish_is_begun_anew(
    memory: UploadMemory, path: Path, expected_log: LogGuard
) -> None:
    expected_log("the record of uploads is damaged; it begins anew")
    await memory.keep(BOAT, URL)
    spoil_second_page(path)
    assert await memory.find(BOAT) is None
    await memory.keep(BOAT, URL)
    assert await memory.find(BOAT) == URL


async def test_a_table_of_another_program_is_begun_anew(
    memory: UploadMemory, path: Path, expected_log: LogGuard
) -> None:
    expected_log("the record of uploads is damaged; it begins anew")
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE uploads (id)")
    assert await memory.find(BOAT) is None
    await memory.keep(BOAT, URL)
    assert await memory.find(BOAT) == URL


async def test_a_file_that_another_program_writes_for_long_is_done_without(
    memory: UploadMemory, path: Path
) -> None:
    await memory.keep(BOAT, URL)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert await memory.find(BOAT) is None
    assert await memory.find(BOAT) == URL


async def test_a_folder_that_cannot_be_made_is_done_without(
    memory: UploadMemory, path: Path
) -> None:
    path.parent.write_text("a file is in the way")
    await memory.keep(BOAT, URL)
    assert await memory.find(BOAT) is None
    await memory.drop(URL)
