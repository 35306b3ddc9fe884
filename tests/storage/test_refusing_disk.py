"""A disk that refuses is told as such; nothing is lost, and it works again as soon as it can."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.storage.some_jobs import NOON, a_job
from tests.storage.test_migrations import version_1

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

LONG = {"prompt": "x" * 100_000}


@contextmanager
def full(ledger: SqliteLedger) -> Iterator[None]:
    """A disk without a page to spare."""
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count = {pages}")
    yield
    ledger._db.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def read_only(ledger: SqliteLedger) -> Iterator[None]:
    ledger._db.execute("PRAGMA query_only = ON")
    yield
    ledger._db.execute("PRAGMA query_only = OFF")


@contextmanager
def vanished(ledger: SqliteLedger) -> Iterator[None]:
    """A folder on a stick that somebody pulls out, and plugs in again."""
    folder = ledger._path.parent
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    yield
    elsewhere.rename(folder)


def add(ledger: SqliteLedger, job: Job) -> None:
    ledger.add(a_job(2, params=LONG), "new")


def save(ledger: SqliteLedger, job: Job) -> None:
    ledger.save(job.step(JobState.UPLOADING, NOON, body=LONG), "begun")


def save_all(ledger: SqliteLedger, job: Job) -> None:
    job = job.step(JobState.UPLOADING, NOON)
    ledger.save_all([(job, "begun"), (job.step(JobState.SENDING, NOON, body=LONG), "sent")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "folder"


@pytest.mark.parametrize("refuses", [full, read_only, vanished])
@pytest.mark.parametrize("write", [add, save, save_all])
def test_a_write_that_the_disk_refuses_changes_nothing_and_works_later(
    folder: Path,
    refuses: Callable[[SqliteLedger], AbstractContextManager[None]],
    write: Callable[[SqliteLedger, Job], None],
) -> None:
    ledger = SqliteLedger(folder / "ledger.sqlite3", Owner(folder.parent / "owners"), lambda: NOON)
    with closing(ledger):
        ledger.add(a_job(), "new")
        with refuses(ledger):
            for _ in range(2):
                with pytest.raises(FolderUnusable):
                    write(ledger, a_job())
        assert ledger.newest() == [a_job()]
        assert len(ledger.history(a_job().id)) == 1
        write(ledger, a_job())
        after = ledger.newest()
        assert after != [a_job()]
    again = SqliteLedger(folder / "ledger.sqlite3", Owner(folder.parent / "owners"), lambda: NOON)
    with closing(again):
        assert again.newest() == after
        assert again.salvage is None


def test_a_ledger_that_is_gone_is_not_written_into_the_void(ledger: SqliteLedger) -> None:
    """SQLite would go on writing to a file that has no name any more."""
    ledger.add(a_job(), "new")
    ledger._path.unlink()
    with pytest.raises(FolderUnusable, match="No such file"):
        ledger.add(a_job(2), "new")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
@pytest.mark.parametrize("limit", [1 << 12, 1 << 14, 1 << 15])
def test_a_migration_that_the_disk_refuses_leaves_the_old_ledger(
    tmp_path: Path, limit: int
) -> None:
    import resource

    path, owner = version_1(tmp_path), Owner(tmp_path / "owners")
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(FolderUnusable):
            SqliteLedger(path, owner, lambda: NOON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.glob("*damaged*"))
    assert len(path.read_bytes()) == len(before)
    with closing(SqliteLedger(path, owner, lambda: NOON)) as ledger:
        assert len(ledger.newest()) == 12
        assert ledger.salvage is None


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_salvage_that_the_disk_refuses_is_made_later(tmp_path: Path) -> None:
    import resource

    path, owner = version_1(tmp_path), Owner(tmp_path / "owners")
    damaged = b"~" * 100 + path.read_bytes()[100:]
    path.write_bytes(damaged)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, hard))
    try:
        with pytest.raises(FolderUnusable):
            SqliteLedger(path, owner, lambda: NOON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == damaged
    with closing(SqliteLedger(path, owner, lambda: NOON)) as ledger:
        assert len(ledger.newest()) == 12
        assert ledger.salvage is not None
        assert ledger.salvage.kept_as.read_bytes() == damaged
