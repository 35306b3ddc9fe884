"""The record of all jobs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import FolderUnusable, LedgerUnusable, UnknownJob
from kling_desktop.domain.history import JobEvent, changes, plain
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from kling_desktop.storage.rows import event_from_row, event_to_row
from tests.storage.some_jobs import NOON, a_job, any_job

if TYPE_CHECKING:
    from kling_desktop.engine.ports import Ledger

NOBODY = JobId("nobody")
BESIDE_THE_FACTS = {"id", "backend", "endpoint", "params", "created_at", "updated_at", "state"}


def reopened(path: Path) -> SqliteLedger:
    return SqliteLedger(path / "ledger.sqlite3", Owner(path / "owners"), lambda: NOON)


def test_it_is_the_ledger_that_the_engine_asks_for(ledger: SqliteLedger) -> None:
    asked_for: Ledger = ledger
    assert asked_for.newest() == []


def test_a_job_comes_back_as_it_was_added(ledger: SqliteLedger) -> None:
    ledger.add(a_job(), "new")
    assert ledger.get(a_job().id) == a_job()


def test_a_job_comes_back_as_it_was_last_saved(ledger: SqliteLedger) -> None:
    ledger.add(a_job(), "new")
    changed = a_job().step(JobState.UPLOADING, NOON, uploads={"file:///a": "https://b"})
    ledger.save(changed, "begun")
    assert ledger.get(changed.id) == changed


def test_a_moment_that_is_a_fact_of_a_job_is_in_its_history(ledger: SqliteLedger) -> None:
    ledger.add(a_job(), "new")
    ledger.save(a_job().but(NOON, sent_at=NOON), "body written")
    assert ledger.history(a_job().id)[-1].facts == {"sent_at": NOON.isoformat()}


def test_what_was_saved_is_there_when_the_ledger_is_opened_again(
    ledger: SqliteLedger, tmp_path: Path
) -> None:
    ledger.add(a_job(), "new")
    ledger.close()
    with closing(reopened(tmp_path)) as again:
        assert again.get(a_job().id) == a_job()


@pytest.mark.parametrize("act", ["get", "claim", "ask_cancel"])
def test_a_job_that_is_not_there_is_unknown(ledger: SqliteLedger, act: str) -> None:
    with pytest.raises(UnknownJob):
        getattr(ledger, act)(NOBODY)


def test_a_job_that_was_never_added_is_not_saved(ledger: SqliteLedger) -> None:
    with pytest.raises(UnknownJob):
        ledger.save(a_job(), "lost")
    assert ledger.newest() == []


def test_the_newest_jobs_come_first(ledger: SqliteLedger) -> None:
    for number in (2, 1, 3):
        ledger.add(a_job(number), "new")
    assert [job.id for job in ledger.newest()] == [a_job(each).id for each in (3, 2, 1)]


def test_of_jobs_made_at_one_time_the_last_added_comes_first(ledger: SqliteLedger) -> None:
    for number in (1, 2):
        ledger.add(a_job(number, created_at=NOON), "new")
    assert [job.id for job in ledger.newest()] == [a_job(2).id, a_job(1).id]


@pytest.mark.parametrize(("limit", "number"), [(None, 3), (2, 2), (0, 0), (9, 3)])
def test_no_more_jobs_come_than_asked_for(
    ledger: SqliteLedger, limit: int | None, number: int
) -> None:
    for each in range(3):
        ledger.add(a_job(each), "new")
    assert len(ledger.newest(limit)) == number


def test_what_another_program_changes_between_two_saves_is_no_change_of_ours(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    job = a_job(state=JobState.QUEUED)
    ledger.add(job, "new")
    ledger.save(job.but(NOON, queue_position=3), "place in the queue")
    other.ask_cancel(job.id)
    ledger.save(job.but(NOON, queue_position=2), "place in the queue")
    ledger.save(job.but(NOON, queue_position=2, cancel_asked=True), "heard of it")
    told = [event.facts for event in other.history(job.id)[1:]]
    assert told == [{"queue_position": 3}, {"cancel_asked": True}, {"queue_position": 2}]
    assert other.get(job.id).cancel_asked


def test_a_save_that_failed_is_not_taken_for_one_that_was_made(ledger: SqliteLedger) -> None:
    ledger.add(a_job(), "new")
    ledger.save(a_job().but(NOON, queue_position=1), "x")
    changed = a_job().but(NOON, queue_position=2)
    with pytest.raises(UnknownJob):
        ledger.save_all([(changed, "x"), (a_job(9), "lost")])
    ledger.save(changed, "x")
    assert [event.facts for event in ledger.history(a_job().id)[1:]] == [
        {"queue_position": 1},
        {"queue_position": 2},
    ]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(any_job, st.booleans()), min_size=1, max_size=5))
def test_whatever_changes_of_whatever_job_the_row_is_the_job(
    jobs: list[tuple[Job, bool]],
) -> None:
    with TemporaryDirectory() as folder, closing(reopened(Path(folder))) as ledger:
        first = jobs[0][0]
        kept = ("id", "backend", "endpoint", "params", "created_at")
        ledger.add(first, "new")
        before = first
        for job, resets_state in jobs:
            same = {name: getattr(first, name) for name in kept}
            state = first.state if resets_state else job.state
            job = replace(job, **same, state=state)  # noqa: PLW2901
            ledger.save(job, "x")
            stays = before.cancel_asked and not before.is_over
            before = replace(job, cancel_asked=job.cancel_asked or stays)
            assert ledger.get(first.id) == before


def test_jobs_are_found_by_the_beginning_of_their_id(ledger: SqliteLedger) -> None:
    for name in ("ab1", "ab2", "abé", "ac1", "AB3"):
        ledger.add(a_job(id=JobId(name)), "new")
    assert [job.id for job in ledger.beginning_with("ab", 9)] == ["ab1", "ab2", "abé"]
    assert [job.id for job in ledger.beginning_with("a", 2)] == ["ab1", "ab2"]
    assert ledger.beginning_with("%", 9) == []


def test_pages_go_on_where_the_last_one_ended_and_miss_nobody(ledger: SqliteLedger) -> None:
    for number in range(7):
        ledger.add(a_job(number, created_at=NOON + timedelta(minutes=number // 3)), "new")
    found, before = [], None
    while page := ledger.page(before, 2):
        found += page
        before = page[-1].id
    assert found == ledger.newest()


def test_a_page_can_be_of_one_backend_alone(ledger: SqliteLedger) -> None:
    for number in range(6):
        ledger.add(a_job(number, backend=("live", "sandbox")[number % 2]), "new")
    assert [job.id for job in ledger.page(None, 2, "live")] == [a_job(4).id, a_job(2).id]
    assert [job.id for job in ledger.page(a_job(2).id, 9, "live")] == [a_job(0).id]


def test_there_is_no_page_before_a_job_that_nobody_knows(ledger: SqliteLedger) -> None:
    with pytest.raises(UnknownJob):
        ledger.page(NOBODY, 2)


def test_history_tells_each_change_with_its_cause_and_the_facts_that_changed(
    ledger: SqliteLedger,
) -> None:
    job = a_job(estimate_usd=Decimal("0.475"))
    ledger.add(job, "new")
    job = job.step(JobState.UPLOADING, NOON)
    ledger.save(job, "begun")
    job = job.but(NOON, uploads={"a": "b"})
    ledger.save(job, "uploaded")
    job = job.but(NOON, uploads={"a": "b", "c": "d"}, trouble=Trouble("network_down"))
    ledger.save(job, "uploaded")
    ledger.save(job.but(NOON, uploads={}), "again")
    trouble = {"code": "network_down", "detail": "", "charge": "no", "retry": ""}
    assert ledger.history(job.id) == [
        JobEvent(NOON, JobState.INTENT, "new", {"estimate_usd": "0.475"}),
        JobEvent(NOON, JobState.UPLOADING, "begun"),
        JobEvent(NOON, JobState.UPLOADING, "uploaded", {"uploads": {"a": "b"}}),
        JobEvent(NOON, JobState.UPLOADING, "uploaded", {"uploads": {"c": "d"}, "trouble": trouble}),
        JobEvent(NOON, JobState.UPLOADING, "again", {"uploads": {"a": None, "c": None}}),
    ]


def test_what_did_not_change_is_not_written_again(ledger: SqliteLedger) -> None:
    job = a_job(state=JobState.QUEUED)
    ledger.add(job, "new")
    for place in (3, 3, 2, 2, 2, 1):
        ledger.save(job.but(NOON, queue_position=place), "place in the queue")
    places = [event.facts["queue_position"] for event in ledger.history(job.id)[1:]]
    assert places == [3, 2, 1]


def test_a_wish_to_cancel_is_one_event_however_often_it_is_uttered(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    ledger.add(a_job(), "new")
    other.ask_cancel(a_job().id)
    other.ask_cancel(a_job().id)
    ledger.save(a_job().but(NOON, cancel_asked=True), "heard of it")
    ledger.save(a_job().but(NOON, project="boats"), "knew nothing of it")
    assert [event.facts for event in ledger.history(a_job().id)] == [
        {},
        {"cancel_asked": True},
        {"project": "boats"},
    ]


@settings(deadline=None)
@given(any_job, any_job)
def test_events_tell_every_fact_of_any_job(before: Job, after: Job) -> None:
    row = event_to_row(after.id, JobEvent(NOON, after.state, "x", changes(before, after)))
    told = event_from_row(row).facts
    for name in {each.name for each in fields(Job)} - BESIDE_THE_FACTS:
        old, new = plain(getattr(before, name)), plain(getattr(after, name))
        if name == "uploads":
            kept = {each: url for each, url in old.items() if each not in told.get(name, {})}
            changed = {k: url for k, url in told.get(name, {}).items() if url is not None}
            assert kept | changed == new
        else:
            assert told.get(name, old) == new


def test_many_changes_are_written_together_or_not_at_all(ledger: SqliteLedger) -> None:
    jobs = [a_job(number) for number in range(3)]
    for job in jobs:
        ledger.add(job, "new")
    begun = [(job.step(JobState.UPLOADING, NOON), "begun") for job in jobs]
    with pytest.raises(UnknownJob):
        ledger.save_all([*begun, (a_job(9), "lost")])
    assert {job.state for job in ledger.newest()} == {JobState.INTENT}
    ledger.save_all(begun)
    assert {job.state for job in ledger.newest()} == {JobState.UPLOADING}
    assert all(len(ledger.history(job.id)) == 2 for job in jobs)


def test_of_two_changes_of_one_job_that_are_written_together_both_are_told(
    ledger: SqliteLedger,
) -> None:
    ledger.add(a_job(), "new")
    job = a_job().step(JobState.UPLOADING, NOON)
    ledger.save_all([(job, "begun"), (job.but(NOON, uploads={"a": "b"}), "uploaded")])
    assert [event.facts for event in ledger.history(job.id)] == [{}, {}, {"uploads": {"a": "b"}}]
    assert ledger.get(job.id).uploads == {"a": "b"}


def test_a_wish_to_cancel_reaches_the_owner_and_survives_its_next_save(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    job = a_job()
    ledger.add(job, "new")
    other.ask_cancel(job.id)
    ledger.save(job.step(JobState.UPLOADING, NOON), "knew nothing of it")
    assert ledger.get(job.id).cancel_asked


def test_wishes_to_cancel_are_told_of_jobs_that_are_under_way_at_one_backend(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    for number, state in enumerate((JobState.RUNNING, JobState.RUNNING, JobState.DONE)):
        ledger.add(a_job(id=JobId(str(number)), state=state), "new")
    for number in (1, 2):
        other.ask_cancel(JobId(str(number)))
    assert ledger.cancel_wishes(a_job().backend) == {"1"}
    assert ledger.cancel_wishes("another") == set()


def test_a_job_of_a_living_program_cannot_be_claimed(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    ledger.add(a_job(), "new")
    assert not other.claim(a_job().id)
    assert ledger.claim(a_job().id)


def test_a_job_of_a_program_that_closed_its_ledger_can_be_claimed_once(
    ledger: SqliteLedger, other: SqliteLedger, tmp_path: Path
) -> None:
    ledger.add(a_job(), "new")
    ledger.close()
    with closing(reopened(tmp_path)) as third:
        assert [other.claim(a_job().id), third.claim(a_job().id)] == [True, False]


def test_a_job_that_nobody_owns_can_be_claimed(ledger: SqliteLedger, tmp_path: Path) -> None:
    ledger.add(a_job(), "new")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE jobs SET owner = NULL")
    assert ledger.claim(a_job().id)


def test_adding_a_job_twice_changes_nothing(ledger: SqliteLedger) -> None:
    ledger.add(a_job(), "new")
    with pytest.raises(LedgerUnusable):
        ledger.add(a_job(), "again")
    assert len(ledger.history(a_job().id)) == 1


def test_only_the_user_may_read_it(ledger: SqliteLedger, tmp_path: Path) -> None:
    ledger.add(a_job(), "new")
    modes = {each.name: each.stat().st_mode & 0o77 for each in tmp_path.glob("ledger*")}
    assert modes == {
        "ledger.sqlite3": 0,
        "ledger.sqlite3-wal": 0,
        "ledger.sqlite3-shm": 0,
        "ledger.sqlite3.opening": 0,
    }


def test_every_commit_waits_for_the_disk(ledger: SqliteLedger) -> None:
    found = [
        ledger._db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("synchronous", "journal_mode", "foreign_keys")
    ]
    assert found == [2, "wal", 1]


def test_a_writer_waits_for_another_program_to_finish(ledger: SqliteLedger, tmp_path: Path) -> None:
    assert ledger._db.execute("PRAGMA busy_timeout").fetchone()[0] == 5000


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderUnusable):
        SqliteLedger(tmp_path / "file" / "ledger.sqlite3", Owner(tmp_path / "owners"), lambda: NOON)


def test_a_full_disk_is_told_from_a_damaged_ledger(ledger: SqliteLedger) -> None:
    ledger.add(a_job(), "new")
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(FolderUnusable, match="full"):
        ledger.add(a_job(2, params={"prompt": "x" * 100_000}), "new")
    assert ledger.newest() == [a_job()]


def test_two_programs_write_in_turn(ledger: SqliteLedger, other: SqliteLedger) -> None:
    for number in range(20):
        (ledger, other)[number % 2].add(a_job(number), "new")
    assert ledger.newest() == other.newest()
    assert len(ledger.newest()) == 20


def test_times_of_history_are_those_of_the_clock(tmp_path: Path) -> None:
    times = iter(NOON + timedelta(seconds=each) for each in (0, 1))
    path, owner = tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners")
    with closing(SqliteLedger(path, owner, lambda: next(times))) as ledger:
        ledger.add(a_job(), "new")
        ledger.save(a_job().step(JobState.UPLOADING, NOON), "begun")
        assert [event.at for event in ledger.history(a_job().id)] == [
            NOON,
            NOON + timedelta(seconds=1),
        ]


def test_what_another_program_writes_is_told_once(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    assert ledger.changed_elsewhere() == []
    job = a_job(created_at=NOON, updated_at=NOON)
    other.add(job, "new")
    assert ledger.changed_elsewhere() == [job]
    assert ledger.changed_elsewhere() == []


def test_what_this_program_writes_itself_is_no_news(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    ledger.add(a_job(), "new")
    assert ledger.changed_elsewhere() == []


def test_under_way_are_the_jobs_that_a_program_takes_up_by_itself(ledger: SqliteLedger) -> None:
    states = (JobState.RUNNING, JobState.DONE, JobState.UNCERTAIN, JobState.SENDING)
    for number, state in enumerate(states):
        ledger.add(a_job(number, state=state, backend="sandbox"), "new")
    ledger.add(a_job(9, state=JobState.RUNNING, backend="live"), "new")
    found = [job.state for job in ledger.under_way("sandbox")]
    assert found == [JobState.RUNNING, JobState.SENDING]
