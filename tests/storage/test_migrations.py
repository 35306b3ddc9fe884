"""The ledger's schema grows, and never backwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import LedgerUnusable
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.domain.spending import Spending, tally
from kling_desktop.storage.database import open_database
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.migrations import STEPS, migrate, refuse_newer
from kling_desktop.storage.owners import Owner
from tests.storage.some_jobs import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).with_name("fixtures")


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


def version_1(folder: Path) -> Path:
    """The ledger that a program of before the second schema has left."""
    path = folder / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((FIXTURES / "ledger_v1.sql").read_text("utf-8"))
    return path


@pytest.fixture
def old(tmp_path: Path) -> Iterator[SqliteLedger]:
    version_1(tmp_path)
    ledger = SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), lambda: NOON)
    yield ledger
    ledger.close()


def test_an_old_ledger_keeps_every_job_and_its_facts(old: SqliteLedger) -> None:
    jobs = {job.id[-2:]: job for job in old.newest()}
    assert sorted(jobs) == [f"{number:02}" for number in range(1, 13)]
    assert jobs["01"].prompt == "Ein Boot auf dem See, früh am Morgen"
    assert jobs["02"].prompt == "Wellen, 波"
    assert [jobs["01"].state, jobs["01"].cost_usd] == [JobState.DONE, Decimal("0.475")]
    assert jobs["01"].clips[0].frames == 153
    assert jobs["03"].trouble == Trouble("uncertain", "the connection broke", "maybe")
    assert jobs["06"].cancel_answer == "removed"
    assert jobs["08"].queue_position == 1
    assert jobs["10"].request_id == "0f3b-rescued"


def test_fields_that_an_old_ledger_lacks_have_their_defaults(old: SqliteLedger) -> None:
    for job in old.newest():
        assert (job.project, job.fingerprint, job.place) == ("", "", 0.0)
    older = next(job for job in old.newest() if job.id.endswith("02"))
    assert (older.cancel_answer, older.queue_position, older.status_url) == (None, None, None)


@pytest.mark.parametrize("backend", ["live", "sandbox", "http://127.0.0.1:8999"])
def test_an_old_ledger_knows_what_was_spent(old: SqliteLedger, backend: str) -> None:
    assert old.spending(backend) == tally(old.newest(), backend)
    if backend == "live":
        assert old.spending(backend) == Spending(Decimal("2.405"), 6, 2)


def test_old_money_was_spent_when_it_was_sent(old: SqliteLedger) -> None:
    sent = datetime(2026, 9, 14, 8, 13, 2, 500_000, tzinfo=UTC)
    just_then = old.spending("live", since=sent, until=sent + timedelta(microseconds=1))
    assert just_then == Spending(Decimal("0.475"), 1, 0)


def test_a_row_of_an_old_ledger_that_makes_no_sense_does_not_keep_it_from_opening(
    tmp_path: Path,
) -> None:
    with closing(sqlite3.connect(version_1(tmp_path))) as db, db:
        db.execute("UPDATE jobs SET document = '{' WHERE rowid = 1")
    with closing(open_database(tmp_path / "ledger.sqlite3")) as db:
        assert version(db) == len(STEPS)


def test_an_old_ledger_can_be_written_at_once(old: SqliteLedger) -> None:
    job = next(job for job in old.newest() if job.state is JobState.INTENT)
    old.save(job.step(JobState.UPLOADING, NOON, project="boats"), "accepted here")
    assert old.get(job.id).project == "boats"


def test_a_fresh_ledger_has_the_schema_of_a_migrated_one(tmp_path: Path, old: SqliteLedger) -> None:
    with closing(open_database(tmp_path / "fresh.sqlite3")) as fresh:
        assert schema(fresh) == schema(old._db)


def schema(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    rows = db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name")
    return [(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows]


@pytest.fixture
def second_one(tmp_path: Path) -> Iterator[SqliteLedger]:
    """A ledger of the second schema, opened by this program."""
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((FIXTURES / "ledger_v2.sql").read_text("utf-8"))
    ledger = SqliteLedger(path, Owner(tmp_path / "owners"), lambda: NOON)
    yield ledger
    ledger.close()


def test_a_ledger_of_the_second_schema_keeps_every_job_and_its_facts(
    second_one: SqliteLedger,
) -> None:
    jobs = {int(job.id, 16): job for job in second_one.newest()}
    assert sorted(jobs) == [1, 2, 3, 4, 5, 6, 7]
    assert (jobs[1].queue_position, jobs[2].queue_position) == (2, None)
    assert (jobs[2].cancel_asked, jobs[3].state) == (True, JobState.UNCERTAIN)
    assert (jobs[6].project, jobs[6].fingerprint, jobs[6].place) == ("boats", "f6", 2.5)
    assert jobs[5].clips[0].frames == 150
    places = [event.facts.get("queue_position") for event in second_one.history(jobs[1].id)]
    assert places == [None, None, None, 4, 2]


def test_a_request_of_which_old_programs_made_two_jobs_counts_once(
    second_one: SqliteLedger,
) -> None:
    jobs = second_one.newest()
    assert {job.id[-1] for job in jobs if job.request_id == "r-4"} == {"5", "4"}
    assert tally(jobs, "live") == Spending(5 * Decimal("0.475"), 5)
    assert second_one.spending("live") == Spending(4 * Decimal("0.475"), 4)
    assert [job.id[-1] for _, job in second_one.spent("live") if job.request_id == "r-4"] == ["5"]
    assert (second_one.of_request("live", "r-4") or "")[-1] == "5"


def test_a_ledger_of_the_second_schema_has_the_schema_of_a_fresh_one_then(
    tmp_path: Path, second_one: SqliteLedger
) -> None:
    with closing(open_database(tmp_path / "fresh.sqlite3")) as fresh:
        assert schema(fresh) == schema(second_one._db)


def test_a_program_of_before_refuses_the_ledger_of_this_one_and_leaves_it(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "ledger.sqlite3")) as db:
        db.execute("BEGIN")
        with pytest.raises(LedgerUnusable, match=r"newer program wrote it \(version 4; this one"):
            refuse_newer(version(db), STEPS[:2])
        db.execute("COMMIT")


@pytest.fixture
def third_one(tmp_path: Path) -> Iterator[SqliteLedger]:
    """A ledger of the third schema, opened by this program."""
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((FIXTURES / "ledger_v3.sql").read_text("utf-8"))
    ledger = SqliteLedger(path, Owner(tmp_path / "owners"), lambda: NOON)
    yield ledger
    ledger.close()


def test_nobody_knows_whose_the_jobs_of_the_third_schema_are(third_one: SqliteLedger) -> None:
    jobs = {int(job.id, 16): job for job in third_one.newest()}
    assert sorted(jobs) == [1, 2, 3, 4, 5, 6]
    assert {(job.account, job.profile) for job in jobs.values()} == {("", "")}
    assert (jobs[1].state, jobs[3].queue_position) == (JobState.HELD, 2)
    assert third_one.in_flight("live", {"0123456789abcdef"}).total() == 2
    assert third_one.spending("live") == tally(jobs.values(), "live")


def test_a_job_of_the_third_schema_can_get_an_account(third_one: SqliteLedger) -> None:
    job = next(job for job in third_one.newest() if job.state is JobState.RUNNING)
    mark = "0123456789abcdef"
    third_one.save(job.but(NOON, account=mark, profile="work"), "seen by this account")
    kept = third_one.get(job.id)
    assert (kept.account, kept.profile) == (mark, "work")
    assert third_one.in_flight("live", {"f" * 16})[JobState.RUNNING] == 0
    assert third_one.in_flight("live", {mark})[JobState.RUNNING] == 1


def test_a_ledger_of_the_third_schema_has_the_schema_of_a_fresh_one_then(
    tmp_path: Path, third_one: SqliteLedger
) -> None:
    with closing(open_database(tmp_path / "fresh.sqlite3")) as fresh:
        assert schema(fresh) == schema(third_one._db)
