"""The line of waiting jobs: its order whatever is moved where, and why a job waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.line import Steering, places, why_it_waits
from tests.helpers.fakes import START
from tests.helpers.worlds import a_job

NAMES = [JobId(each) for each in "abcdef"]
_moves = st.tuples(st.sampled_from(NAMES), st.none() | st.sampled_from(NAMES))
_starts = st.lists(st.floats(-1e10, 1e10), min_size=len(NAMES), max_size=len(NAMES))


def in_order(jobs: list[Job]) -> list[Job]:
    """As the ledger sorts them."""
    return sorted(jobs, key=lambda job: (job.place, job.created_at))


def a_line(starts: list[float]) -> list[Job]:
    later = (START + timedelta(seconds=number) for number in range(len(NAMES)))
    jobs = zip(NAMES, starts, later, strict=True)
    return in_order([a_job(id=name, place=place, created_at=at) for name, place, at in jobs])


def moved(line: list[Job], job_id: JobId, before: JobId | None) -> list[Job]:
    new = places(line, (job_id,), before)
    return in_order([replace(job, place=new.get(job.id, job.place)) for job in line])


@given(_starts | st.just([0.0] * len(NAMES)), st.lists(_moves, max_size=60))
def test_after_any_moves_each_job_is_where_it_was_put(
    starts: list[float], moves: list[tuple[JobId, JobId | None]]
) -> None:
    line = a_line(starts)
    expected = [job.id for job in line]
    for job_id, before in moves:
        line = moved(line, job_id, before)
        if before != job_id:
            expected.remove(job_id)
            expected.insert(expected.index(before) if before else len(expected), job_id)
        assert [job.id for job in line] == expected


@given(st.lists(_moves, max_size=60))
def test_who_comes_later_still_stands_behind(moves: list[tuple[JobId, JobId | None]]) -> None:
    now = START.timestamp()
    line = a_line([now + number for number in range(len(NAMES))])
    for job_id, before in moves:
        line = moved(line, job_id, before)
    assert line[-1].place < now + len(NAMES)


@given(
    _starts | st.just([0.0] * len(NAMES)),
    st.lists(st.sampled_from(NAMES), unique=True),
    st.none() | st.sampled_from(NAMES),
)
def test_several_move_as_one_block_in_the_order_given(
    starts: list[float], moving: list[JobId], before: JobId | None
) -> None:
    line = a_line(starts)
    new = places(line, moving, before)
    after = in_order([replace(job, place=new.get(job.id, job.place)) for job in line])
    rest = [job.id for job in line if job.id not in moving]
    if before in moving or not rest:
        assert new == {}
        return
    at = rest.index(before) if before else len(rest)
    assert [job.id for job in after] == [*rest[:at], *moving, *rest[at:]]


def test_between_two_neighbours_one_place_changes() -> None:
    assert places(a_line([0, 1, 2, 3, 4, 5]), (NAMES[5],), NAMES[1]) == {NAMES[5]: 0.5}


def test_a_job_says_why_it_waits() -> None:
    later = replace(a_job(), run_at=START + timedelta(days=2))
    assert why_it_waits(a_job(), Steering(), START) == ""
    assert why_it_waits(a_job(), Steering(limit=1), START) == "waits for its turn"
    assert why_it_waits(later, Steering(limit=1), START).startswith("begins at 2026-01-0")
    assert why_it_waits(later, Steering(paused=True), START) == "paused"
    assert why_it_waits(a_job(JobState.RUNNING), Steering(paused=True), START) == ""
