"""Removed, asked to stop, too late: each is said, with what it means for money."""

from __future__ import annotations

import pytest

from kling_desktop.domain.cancelling import explain_cancel
from kling_desktop.domain.jobs import Job, JobState, Trouble
from tests.helpers.worlds import a_job

S = JobState
FREE = Trouble("cancelled", "", "no")
MAYBE = Trouble("cancelled", "", "maybe")
LOST = Trouble("uncertain", "", "maybe")


def wanted(state: JobState, answer: str | None = None, **facts: object) -> Job:
    return a_job(state, cancel_asked=True, cancel_answer=answer, **facts)


@pytest.mark.parametrize(
    ("job", "what", "money"),
    [
        (a_job(S.CANCELLED, trouble=FREE), "before it was sent", "nothing will be charged"),
        (wanted(S.CANCELLED, "removed", trouble=FREE, request_id="r"), "Removed", "not charged"),
        (wanted(S.CANCELLED, "asked", trouble=MAYBE, request_id="r"), "Stopped", "may have been"),
        (wanted(S.CANCELLED, trouble=LOST), "gave it up", "perhaps charged"),
        (wanted(S.UNCERTAIN, trouble=LOST), "once more", "perhaps charged"),
        (wanted(S.QUEUED), "waits for an answer", "may be charged"),
        (wanted(S.QUEUED, "removed"), "removed from the queue", "not charged"),
        (wanted(S.RUNNING, "asked"), "asked to stop", "then it is charged"),
        (wanted(S.FETCHING, "too_late"), "too late", "It is charged"),
        (wanted(S.RUNNING, "unknown"), "does not know", "may be charged"),
        (wanted(S.DONE, "too_late"), "came too late", "It is charged"),
    ],
)
def test_every_outcome_of_a_cancel_has_its_sentence_and_its_money(
    job: Job, what: str, money: str
) -> None:
    message = explain_cancel(job)
    assert message is not None
    assert what in message.what
    assert money in message.money


@pytest.mark.parametrize(
    "job",
    [
        a_job(S.RUNNING),
        a_job(S.DONE),
        a_job(S.UNCERTAIN, trouble=LOST),
        wanted(S.INTENT),
        a_job(S.FAILED, trouble=Trouble("provider_failed")),
        a_job(S.CANCELLED, trouble=MAYBE, request_id="r"),  # Somebody cancelled it elsewhere.
        a_job(S.CANCELLED),
    ],
)
def test_where_nobody_here_cancelled_nothing_is_said_of_it(job: Job) -> None:
    assert explain_cancel(job) is None
