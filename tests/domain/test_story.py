"""Every life of a job can be told, and what it means for money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.history import JobEvent, changes
from kling_desktop.domain.jobs import TRANSITIONS, Job, JobState, Trouble
from kling_desktop.domain.refusals import every_error
from kling_desktop.domain.requests import CancelAnswer
from kling_desktop.domain.spending import counted, counts
from kling_desktop.domain.story import tell
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from collections.abc import Sequence

S = JobState
SECOND = timedelta(seconds=1)


class Life:
    """A job and its events, as a ledger keeps them."""

    def __init__(self, state: JobState = S.INTENT, **facts: Any) -> None:
        usual = {"backend": "live", "estimate_usd": Decimal("0.475")}
        self.job = a_job(state, **usual | facts)
        self.events = [JobEvent(START, state, "asked by the user", changes(None, self.job))]

    def then(self, state: JobState | None = None, cause: str = "", **facts: Any) -> Life:
        before, at = self.job, self.job.updated_at + SECOND
        if state is None:
            self.job = before.but(at, **facts)
        else:
            self.job = before.step(state, at, **{"trouble": None} | facts)
        self.events.append(JobEvent(at, self.job.state, cause, changes(before, self.job)))
        return self

    def back(self, state: JobState = S.QUEUED, **facts: Any) -> Life:
        before, at = self.job, self.job.updated_at + SECOND
        self.job = before.bring_back(state, at, **facts)
        self.events.append(JobEvent(at, state, "taken in", changes(before, self.job)))
        return self

    @property
    def told(self) -> list[str]:
        return [line.text for line in tell(self.job, self.events)]


def sent() -> Life:
    return Life().then(S.UPLOADING).then(S.SENDING, body={"prompt": "x"})


def test_a_life_after_a_bad_end() -> None:
    life = sent().then(S.QUEUED, request_id="r").then(cancel_asked=True)
    life.then(S.CANCELLED, trouble=Trouble("cancelled", "", "no")).back()
    found = "Found at fal after all; it is queued. Its clip is asked for once more; this is free."
    assert life.told[-2:] == [
        found,
        "It goes on by itself. It counts as spent with about $0.475.",
    ]


def test_a_good_life() -> None:
    life = sent().then(S.QUEUED, request_id="r", queue_position=2).then(queue_position=1)
    life.then(S.RUNNING, queue_position=None).then(S.FETCHING, inference_seconds=41.7)
    life.then(S.DOWNLOADING, cost_usd=Decimal("0.49"), result_url="https://x")
    life.then(S.DONE, clips=(a_clip("/clips/boat.mp4"),))
    assert life.told == [
        "Asked for; nothing is sent, so it costs nothing yet. It would cost about $0.475.",
        "Getting ready; uploading pictures is free.",
        "Sent to fal; from now on it may cost money (about $0.475).",
        "Accepted by fal; it waits in the queue. Its request id is r. Ahead of it in the queue: 2.",
        "Ahead of it in the queue: 1.",
        "The model works on it.",
        "The model has finished; the result is asked for. The model worked for 42 s.",
        (
            "The clip is made, so it is charged; it is downloaded now. "
            "By the seconds billed, it comes to $0.49."
        ),
        "The clip is whole and in its place. It is /clips/boat.mp4.",
        "It cost $0.49.",
    ]


def test_a_first_place_is_no_news_and_another_one_is() -> None:
    life = Life(S.INTENT)
    life.then(None, place=1.0)
    assert "place" not in life.told[0]
    assert "place among the waiting jobs was changed" in life.told[1]


def test_a_lost_answer_counts_as_spent_until_the_user_gives_it_up_and_after() -> None:
    unknown = Trouble("uncertain", "", Charge.MAYBE)
    life = sent().then(S.UNCERTAIN, trouble=unknown)
    assert life.told[3].startswith(
        "The answer was lost; it counts as spent, about $0.475, until it is known."
    )
    assert life.told[-1] == ("It waits for your decision. It counts as spent with about $0.475.")
    life.then(cancel_asked=True).then(S.CANCELLED, "given up", trouble=unknown)
    assert life.told[-2:] == [
        "Given up while its fate was unknown; it still counts as spent.",
        "It counts as spent with about $0.475.",
    ]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("removed", "Cancel answered: removed from the queue; not charged."),
        ("asked", "Cancel answered: it was running already; it may finish and be charged."),
        ("too_late", "Cancel answered: too late, it had finished; it is charged."),
        ("unknown", "Cancel answered: the request is not known there; asked again later."),
    ],
)
def test_each_answer_to_a_cancel_says_what_it_means_for_money(answer: str, sentence: str) -> None:
    life = sent().then(S.QUEUED, request_id="r").then(cancel_asked=True)
    life.then(cancel_answer=answer)
    assert life.told[4:6] == [
        "You asked to cancel it; what runs already may be charged even so.",
        sentence,
    ]


def test_what_was_cancelled_before_it_was_sent_is_free() -> None:
    free = Trouble("cancelled", "nothing was sent", Charge.NO)
    told = Life().then(cancel_asked=True).then(S.CANCELLED, trouble=free).told
    assert told[1:] == [
        "You asked to cancel it; nothing was sent.",
        "Cancelled before it was sent; not charged.",
        "It cost nothing.",
    ]


def test_a_post_that_did_not_leave_is_told_from_one_whose_answer_was_lost() -> None:
    life = sent().then(S.UPLOADING, trouble=Trouble("network_down"))
    assert life.told[3].startswith("It certainly did not arrive, so nothing is charged;")
    assert life.told[-1] == "It goes on by itself. So far it costs nothing."


def test_a_bad_end_says_why_and_what_it_costs() -> None:
    locked = Trouble("account_locked", "Exhausted balance.", Charge.NO)
    *_, end, money = sent().then(S.FAILED, trouble=locked).told
    assert end == (
        "Failed: The fal account is locked or out of credit. (Exhausted balance.) "
        "You are not charged for it."
    )
    assert money == "It cost nothing."


def test_what_is_waited_out_and_its_end_are_told() -> None:
    life = sent().then(S.QUEUED, request_id="r").then(trouble=Trouble("service_down"))
    life.then(trouble=None)
    assert life.told[4:6] == [
        "The service has trouble at the moment. The job goes on by itself; nothing is lost.",
        "That is over; it works again.",
    ]


def test_uploads_are_named() -> None:
    life = Life().then(S.UPLOADING).then(uploads={"file:///a/boat.jpg": "https://x"})
    assert life.then(uploads={}).told[2:4] == [
        "Uploaded boat.jpg; free.",
        "The upload of boat.jpg is made anew; free.",
    ]


def test_money_of_the_sandbox_is_called_play_money() -> None:
    job = a_job(S.DONE, backend="sandbox", cost_usd=Decimal("0.49"))
    assert tell(job, ())[-1].text.endswith("It cost $0.49 of play money.")


def test_an_old_program_kept_no_facts_and_its_jobs_can_be_told_all_the_same() -> None:
    free = Trouble("content_refused", "", Charge.NO)
    life = sent().then(S.REFUSED, trouble=free)
    bare = [replace(event, facts={}) for event in life.events]
    told = [line.text for line in tell(life.job, bare)]
    assert told[-2].startswith("Refused: The model's content filter refused this request.")


def test_a_history_that_was_lost_is_said_to_be_missing() -> None:
    (line,) = tell(a_job(S.RUNNING), ())
    assert line.text == (
        "Part of its record is missing; it is running now. "
        "It counts as spent, but nobody knows yet how much it is."
    )


_codes = st.sampled_from([each.code for each in every_error()]) | st.text(max_size=5)
_troubles = st.builds(
    Trouble, _codes, st.text(max_size=20), st.sampled_from(Charge), st.sampled_from(["", "never"])
)
_amounts = st.none() | st.decimals(0, 100, places=3)
_facts: dict[str, st.SearchStrategy[Any]] = {
    "uploads": st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=2),
    "body": st.none() | st.just({"prompt": "x"}),
    "request_id": st.none() | st.text(max_size=9),
    "queue_position": st.none() | st.integers(0, 99),
    "result_url": st.none() | st.text(max_size=9),
    "result_size": st.none() | st.integers(0),
    "inference_seconds": st.none() | st.floats(0, 1e4),
    "brush": st.none() | st.just({"headline": "The brush took.", "words": ["It did."]}),
    "clips": st.sampled_from([(), (a_clip(),)]),
    "trouble": st.none() | _troubles,
    "cancel_asked": st.booleans(),
    "cancel_answer": st.none() | st.sampled_from(CancelAnswer).map(str) | st.text(max_size=5),
    "cost_usd": _amounts,
    "estimate_usd": _amounts,
    "project": st.text(max_size=9),
    "fingerprint": st.text(max_size=9),
    "place": st.floats(-9, 9),
}


@st.composite
def lives(draw: st.DrawFn) -> tuple[Job, list[JobEvent]]:
    """Any way through the table, with any facts changing on it, and any gap in the record."""
    backend = draw(st.sampled_from(["live", "sandbox", "http://127.0.0.1:1"]))
    life = Life(draw(st.sampled_from(JobState)), backend=backend, estimate_usd=draw(_amounts))
    for _ in range(draw(st.integers(0, 12))):
        following: Sequence[JobState] = sorted(TRANSITIONS[life.job.state])
        to = draw(st.none() | st.sampled_from(following)) if following else None
        names = draw(st.sets(st.sampled_from(sorted(_facts)), max_size=3))
        life.then(to, draw(st.text(max_size=9)), **{name: draw(_facts[name]) for name in names})
    kept = [each for each in life.events if draw(st.integers(0, 9))]
    return life.job, kept


@given(lives())
def test_any_state_of_the_ledger_can_be_explained(life: tuple[Job, list[JobEvent]]) -> None:
    job, events = life
    lines = tell(job, events)
    assert [line.at for line in lines[:-1]] == [event.at for event in events]
    assert lines[-1].at >= job.updated_at
    for line in lines:
        assert line.text.endswith(".")
        assert len(line.text.splitlines()) == 1
    ending, amount = lines[-1].text, counted(job)
    if not counts(job):
        assert "nothing" in ending
    elif amount is None:
        assert "nobody knows yet how much" in ending
    else:
        assert "$" in ending


@given(lives())
def test_a_job_that_may_cost_money_is_never_told_to_be_free(
    life: tuple[Job, list[JobEvent]],
) -> None:
    job, events = life
    ending = tell(job, events)[-1].text
    assert ("nothing" in ending) == (not counts(job))
