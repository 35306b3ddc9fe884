"""Places in the queue are written short and many at once, and are as true as everything else."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.storage.elsewhere import Elsewhere
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.storage.some_jobs import NOON, a_job

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.jobs import Job

S = JobState
SECOND = timedelta(seconds=1)


def queued(number: int = 1) -> Job:
    return a_job(number, state=S.QUEUED, request_id=f"r-{number}", queue_position=9)


def documents(ledger: SqliteLedger) -> list[str]:
    return [text for (text,) in ledger._db.execute("SELECT document FROM jobs ORDER BY id")]


def test_places_of_many_jobs_are_told_and_kept_and_no_document_is_written_anew(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    jobs = [queued(number) for number in range(5)]
    for job in jobs:
        ledger.add(job, "new")
        ledger.save(job := job.but(NOON, queue_position=8), "place in the queue")
    before = documents(ledger)
    moved = [job.but(NOON + SECOND, queue_position=number) for number, job in enumerate(jobs)]
    ledger.save_all([(job, "place in the queue") for job in moved])
    assert documents(ledger) == before
    for each in (ledger, other):
        assert [each.get(job.id) for job in moved] == moved
        assert each.under_way("sandbox") == moved
        last = each.history(moved[3].id)[-1]
        assert (last.facts, last.cause) == ({"queue_position": 3}, "place in the queue")
    assert {job.id for job in other.changed_elsewhere()} == {job.id for job in moved}


def test_a_place_stays_when_something_else_changes(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    job = queued()
    ledger.add(job, "new")
    for place in (8, 7, None, 5):
        ledger.save(job := job.but(NOON, queue_position=place), "place in the queue")
        assert other.get(job.id) == job
    ledger.save(job := job.but(NOON, trouble=Trouble("network_down")), "network_down")
    assert other.get(job.id) == job
    ledger.save(job := job.but(NOON, queue_position=4), "place in the queue")
    other.ask_cancel(job.id)
    wanted = job.but(NOON, cancel_asked=True)
    assert ledger.get(job.id) == other.get(job.id) == wanted
    ledger.save(wanted.step(S.RUNNING, NOON, queue_position=None), "started")
    assert other.get(job.id).queue_position is None
    facts = [event.facts.get("queue_position", "-") for event in other.history(job.id)]
    assert facts == [9, 8, 7, None, 5, "-", 4, "-", None]


def test_a_place_that_is_told_to_somebody_else_too_keeps_his_wish(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    job = queued()
    ledger.add(job, "new")
    ledger.save(job.but(NOON, queue_position=8), "place in the queue")
    other.ask_cancel(job.id)
    ledger.save(job.but(NOON, queue_position=7), "place in the queue")
    assert ledger.get(job.id).cancel_asked
    assert ledger.cancel_wishes("sandbox") == {job.id}


def test_the_last_of_two_places_in_one_batch_counts(ledger: SqliteLedger) -> None:
    job = queued()
    ledger.add(job, "new")
    ledger.save(job.but(NOON, queue_position=8), "x")
    ledger.save_all([(job.but(NOON, queue_position=each), "x") for each in (7, 6)])
    assert ledger.get(job.id).queue_position == 6
    assert [each.facts["queue_position"] for each in ledger.history(job.id)] == [9, 8, 7, 6]


@pytest.mark.parametrize("harm", [b"SQLite format 3\x00"])
def test_a_salvaged_ledger_knows_the_last_places(tmp_path: Path, harm: bytes) -> None:
    path = tmp_path / "ledger.sqlite3"
    jobs = [queued(number) for number in range(20)]
    with closing(opened(tmp_path)) as ledger:
        for job in jobs:
            ledger.add(job, "new")
        ledger.save_all([(job.but(NOON, queue_position=8), "x") for job in jobs])
        last = [job.but(NOON + SECOND, queue_position=n) for n, job in enumerate(jobs)]
        ledger.save_all([(job, "x") for job in last])
    content = path.read_bytes()
    assert content.startswith(harm)
    path.write_bytes(bytes(100) + content[100:])
    with closing(opened(tmp_path)) as ledger:
        assert ledger.salvage is not None
        assert ledger.under_way("sandbox") == last
        ledger.save(last[0].but(NOON + 2 * SECOND, queue_position=77), "x")
        assert ledger.get(last[0].id).queue_position == 77
        assert len(ledger.history(last[0].id)) == 4


def opened(folder: Path) -> SqliteLedger:
    return SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: NOON)


def test_an_event_that_makes_no_sense_is_mended_and_no_job_is_lost(
    ledger: SqliteLedger,
) -> None:
    job = queued()
    ledger.add(job, "new")
    for place in (8, 7):
        ledger.save(job.but(NOON, queue_position=place), "x")
    ledger._db.execute("UPDATE job_events SET facts = '{}' WHERE number = 3")
    assert ledger.get(job.id).queue_position == 8
    assert ledger.salvage is not None


def test_a_clock_that_is_set_back_hides_no_change_of_another_program(
    ledger: SqliteLedger, tmp_path: Path
) -> None:
    times = [NOON + timedelta(days=each) for each in (0, -1, -2, -3)]

    def now() -> datetime:
        return times.pop(0) if len(times) > 1 else times[0]

    with closing(
        SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), now)
    ) as slow:
        slow.add(job := a_job(updated_at=NOON), "new")
        assert ledger.changed_elsewhere() == [job]
        for back in (1, 2, 3):
            changed = job.but(NOON - timedelta(days=back), project=f"{back}")
            slow.save(changed, "x")
            assert ledger.changed_elsewhere() == [changed]
            assert ledger.changed_elsewhere() == []


def test_what_another_program_does_to_a_job_of_ours_is_told(
    ledger: SqliteLedger, other: SqliteLedger
) -> None:
    ledger.add(a_job(state=S.HELD), "new")
    cancelled = a_job(state=S.HELD).step(S.CANCELLED, NOON)
    other.save(cancelled, "cancelled before it was sent")
    ledger.add(a_job(2), "new")
    assert ledger.changed_elsewhere() == [cancelled]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans())))
def test_every_event_of_others_is_told_once_and_none_of_ours(
    writes: list[tuple[bool, int, bool]],
) -> None:
    elsewhere, last = Elsewhere(0), 0
    theirs: list[int] = []
    told: list[int] = []
    for is_ours, number, looks in writes:
        if is_ours:
            elsewhere.wrote(last, last + number)
        else:
            theirs += range(last + 1, last + number + 1)
        last += number
        if looks:
            told += [n for low, high in elsewhere.until(last) for n in range(low + 1, high + 1)]
            elsewhere.told(last)
    told += [n for low, high in elsewhere.until(last) for n in range(low + 1, high + 1)]
    assert told == theirs
