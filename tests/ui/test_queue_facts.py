from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kling_desktop.domain.jobs import Job, JobState, Trouble
from kling_desktop.domain.outlook import Outlook
from kling_desktop.ui.queue.facts import elapsed, facts_line, money
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import a_job

S = JobState
LATER = START + timedelta(seconds=75)
OVER = {"updated_at": START + timedelta(seconds=42)}
PRICED = {"estimate_usd": Decimal("0.475")}
ENDED_BADLY = (S.REFUSED, S.FAILED, S.CANCELLED)


def finished(**facts: Any) -> Job:
    return a_job(S.DONE, **OVER | {"clips": (a_clip(),), "cost_usd": Decimal("0.475")} | facts)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (9.99, "0:09"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (90061, "25:01:01"),
    ],
)
def test_time_is_said_as_on_a_clock(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text


@pytest.mark.parametrize(
    ("state", "facts", "line"),
    [
        (S.RUNNING, {}, "1:15"),
        (S.RUNNING, PRICED, "1:15   about $0.475"),
        (S.RUNNING, PRICED | {"cost_usd": Decimal("0.5")}, "1:15   $0.50"),
        (S.RUNNING, PRICED | {"backend": "sandbox"}, "1:15   free"),
        (S.RUNNING, PRICED | {"trouble": Trouble("service_down")}, "1:15   about $0.475"),
        (S.UNCERTAIN, OVER, "after 0:42"),
        (S.FAILED, OVER, "after 0:42"),
        (S.DONE, OVER, "made in 0:42"),
    ],
)
def test_the_facts_of_a_job_are_time_and_money(
    state: JobState, facts: dict[str, Any], line: str
) -> None:
    assert facts_line(a_job(state, **facts), LATER) == line


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (99, "1280 \N{MULTIPLICATION SIGN} 720   5 s clip   made in 0:42   $0.475"),
        (40, "5 s clip   made in 0:42   $0.475"),
        (20, "5 s clip   $0.475"),
        (5, "5 s clip   $0.475"),
    ],
)
def test_where_there_is_little_room_the_least_important_goes_first(room: int, line: str) -> None:
    assert facts_line(finished(), LATER, lambda text: len(text) <= room) == line


@pytest.mark.parametrize("state", ENDED_BADLY)
@pytest.mark.parametrize(
    ("charge", "words"),
    [("no", "not charged"), ("maybe", "perhaps charged"), ("yes", "about $0.475")],
)
def test_a_job_that_ended_badly_says_whether_it_was_charged(
    state: JobState, charge: str, words: str
) -> None:
    assert money(a_job(state, trouble=Trouble("any", "", charge), **PRICED)) == words


def test_an_uncertain_job_was_perhaps_charged() -> None:
    lost = Trouble("uncertain", "", "maybe")
    assert money(a_job(S.UNCERTAIN, trouble=lost, **PRICED)) == "perhaps charged"


def test_what_was_billed_is_said_however_the_job_ended() -> None:
    job = a_job(S.FAILED, trouble=Trouble("any", "", "maybe"), cost_usd=Decimal("0.49"))
    assert money(job) == "$0.49"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("removed", "not charged"),
        ("asked", "charged if it finishes"),
        ("too_late", "charged"),
        ("unknown", "about $0.475"),
        (None, "about $0.475"),
    ],
)
def test_every_answer_to_a_cancel_says_what_it_means_for_money(
    answer: str | None, words: str
) -> None:
    job = a_job(S.RUNNING, cancel_asked=True, cancel_answer=answer, **PRICED)
    assert money(job) == words
    assert money(replace(job, backend="sandbox")) == "free"


@pytest.mark.parametrize(
    ("state", "expected", "line"),
    [
        (S.QUEUED, Outlook("", remaining=130.0), "1:15   starts in 2 min   about $0.475"),
        (S.RUNNING, Outlook("", remaining=42.0), "1:15   42 s left   about $0.475"),
        (S.RUNNING, Outlook("", remaining=0.0), "1:15   about $0.475"),
        (S.QUEUED, Outlook("", is_late=True), "1:15   later than usual   about $0.475"),
    ],
)
def test_a_row_says_what_is_to_be_expected(state: JobState, expected: Outlook, line: str) -> None:
    assert facts_line(a_job(state, **PRICED), LATER, expected=expected) == line


def test_that_a_job_is_late_stays_where_there_is_little_room() -> None:
    late = Outlook("", is_late=True)
    line = facts_line(a_job(S.RUNNING, **PRICED), LATER, lambda text: len(text) < 32, late)
    assert line == "later than usual   about $0.475"


def test_a_held_job_has_taken_no_time() -> None:
    assert facts_line(a_job(S.HELD, **PRICED), LATER) == "about $0.475"


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("charge", ["no", "maybe", "yes"])
def test_in_the_sandbox_everything_is_free(state: JobState, charge: str) -> None:
    trouble = Trouble("any", "", charge)
    assert money(a_job(state, backend="sandbox", trouble=trouble, **PRICED)) == "free"
