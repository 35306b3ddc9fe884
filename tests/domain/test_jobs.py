"""A job's states, and the only steps there are between them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs import (
    BROUGHT_BACK,
    NOT_YET_SENT,
    RESUMABLE,
    TERMINAL,
    TRANSITIONS,
    IllegalTransition,
    JobState,
)
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import a_job

S = JobState
state = st.sampled_from(JobState)


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(JobState)


def test_the_ends_are_these() -> None:
    assert {S.DONE, S.REFUSED, S.FAILED, S.CANCELLED} == TERMINAL


def _reachable(start: JobState) -> set[JobState]:
    found, new = {start}, {start}
    while new:
        new = {after for each in new for after in TRANSITIONS[each]} - found
        found |= new
    return found


@pytest.mark.parametrize("start", sorted(set(JobState) - TERMINAL))
def test_every_state_can_come_to_a_good_and_to_a_bad_end(start: JobState) -> None:
    assert {S.DONE, S.FAILED} <= _reachable(start)


@pytest.mark.parametrize("end", sorted(set(JobState) - {S.DRAFT}))
def test_every_state_can_be_reached_from_a_draft(end: JobState) -> None:
    assert end in _reachable(S.DRAFT)


@given(state, state)
def test_a_step_is_in_the_table_or_refused(before: JobState, after: JobState) -> None:
    job = a_job(before)
    if after in TRANSITIONS[before]:
        assert job.step(after, START).state is after
    else:
        with pytest.raises(IllegalTransition):
            job.step(after, START)


@given(st.lists(state, max_size=50))
def test_no_walk_leaves_the_table(wishes: list[JobState]) -> None:
    job = a_job(S.DRAFT)
    for wish in wishes:
        before = job.state
        try:
            job = job.step(wish, START)
        except IllegalTransition:
            assert job.state is before
        else:
            assert wish in TRANSITIONS[before]


@given(state, state)
def test_only_what_was_given_up_is_brought_back_and_never_towards_a_new_post(
    before: JobState, after: JobState
) -> None:
    job = a_job(before, request_id="r", cancel_asked=True)
    if before in {S.UNCERTAIN, S.REFUSED, S.FAILED, S.CANCELLED} and after in {
        S.QUEUED,
        S.DOWNLOADING,
    }:
        back = job.bring_back(after, START)
        assert (back.id, back.state, back.cancel_asked) == (job.id, after, False)
        assert S.SENDING not in _reachable(after)
    else:
        with pytest.raises(IllegalTransition):
            job.bring_back(after, START)


def test_nothing_is_brought_back_without_a_request() -> None:
    for before in BROUGHT_BACK:
        with pytest.raises(IllegalTransition, match="request None"):
            a_job(before, request_id=None).bring_back(S.QUEUED, START)


def test_uncertain_is_never_left_towards_a_new_post() -> None:
    assert S.SENDING not in _reachable(S.UNCERTAIN)
    assert S.SENDING not in _reachable(S.QUEUED)


def test_a_post_can_only_follow_the_upload() -> None:
    before = {each for each, after in TRANSITIONS.items() if S.SENDING in after}
    assert before == {S.UPLOADING}


def test_a_downloaded_clip_is_the_only_way_to_done() -> None:
    assert [each for each, after in TRANSITIONS.items() if S.DONE in after] == [S.DOWNLOADING]


def test_what_rests_is_not_resumed_by_itself() -> None:
    assert {S.DRAFT, S.HELD, S.UNCERTAIN} == set(JobState) - RESUMABLE - TERMINAL


def test_nothing_that_may_have_been_sent_counts_as_not_yet_sent() -> None:
    assert {S.DRAFT, S.HELD, S.INTENT, S.UPLOADING} == NOT_YET_SENT


def test_states_are_stored_under_these_names() -> None:
    names = (
        "draft held intent uploading sending uncertain queued running fetching downloading "
        "done refused failed cancelled"
    )
    assert [each.value for each in JobState] == names.split()


def test_a_step_keeps_the_time_and_the_facts() -> None:
    later = START + timedelta(seconds=90)
    job = a_job(S.SENDING).step(S.QUEUED, later, request_id="r")
    assert (job.updated_at, job.request_id, job.seconds) == (later, "r", 90)


def test_facts_change_without_a_step() -> None:
    later = START + timedelta(seconds=1)
    job = a_job(S.QUEUED).but(later, queue_position=3)
    assert (job.state, job.queue_position, job.updated_at) == (S.QUEUED, 3, later)


def test_a_job_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        a_job().state = S.DONE  # type: ignore[misc]


@pytest.mark.parametrize(
    ("params", "name"),
    [({"prompt": "waves"}, "waves"), ({"effect_scene": "hug"}, "hug"), ({}, "")],
)
def test_a_job_is_known_by_its_prompt_or_its_scene(params: dict[str, str], name: str) -> None:
    assert a_job(params=params).prompt == name


def test_a_clip_knows_how_long_it_is() -> None:
    assert a_clip().duration == 5.0
