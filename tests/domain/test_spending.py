"""What counts as spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.domain.spending import Spending, counted, counts, tally
from tests.helpers.worlds import a_job

S = JobState
ESTIMATE, BILL = Decimal("0.475"), Decimal("0.49")
SENT = {"body": {"prompt": "x"}, "estimate_usd": ESTIMATE}
UNSENT = [S.DRAFT, S.HELD, S.INTENT, S.UPLOADING]
MAYBE_ACCEPTED = [
    S.SENDING, S.UNCERTAIN, S.QUEUED, S.RUNNING, S.FETCHING, S.DOWNLOADING, S.DONE,
]  # fmt: skip
BAD_ENDS = [S.REFUSED, S.FAILED, S.CANCELLED]


@pytest.mark.parametrize("state", UNSENT)
def test_what_was_never_sent_is_free(state: JobState) -> None:
    assert counted(a_job(state, estimate_usd=ESTIMATE)) == 0


@pytest.mark.parametrize("state", MAYBE_ACCEPTED)
def test_from_the_post_on_the_estimate_counts(state: JobState) -> None:
    assert counted(a_job(state, **SENT)) == ESTIMATE


@pytest.mark.parametrize("state", MAYBE_ACCEPTED)
def test_a_bill_counts_instead_of_the_estimate(state: JobState) -> None:
    assert counted(a_job(state, **SENT, cost_usd=BILL)) == BILL


def test_a_bill_of_nothing_is_a_bill() -> None:
    assert counted(a_job(S.DONE, **SENT, cost_usd=Decimal(0))) == 0


@pytest.mark.parametrize("state", BAD_ENDS)
@pytest.mark.parametrize("charge", [Charge.YES, Charge.MAYBE])
def test_a_bad_end_counts_unless_it_is_certain_to_be_free(state: JobState, charge: Charge) -> None:
    assert counted(a_job(state, **SENT, trouble=Trouble("x", "", charge))) == ESTIMATE


@pytest.mark.parametrize("state", BAD_ENDS)
def test_a_bad_end_that_is_certain_to_be_free_is_free(state: JobState) -> None:
    free = Trouble("x", "", Charge.NO)
    assert counted(a_job(state, **SENT, cost_usd=BILL, trouble=free)) == 0


@pytest.mark.parametrize("state", BAD_ENDS)
def test_a_bad_end_of_what_was_never_sent_is_free_whatever_it_says(state: JobState) -> None:
    job = a_job(state, estimate_usd=ESTIMATE, trouble=Trouble("x", "", Charge.MAYBE))
    assert counted(job) == 0


@pytest.mark.parametrize("state", MAYBE_ACCEPTED[:-1])
def test_what_a_job_on_its_way_waits_out_makes_nothing_free(state: JobState) -> None:
    assert counted(a_job(state, **SENT, trouble=Trouble("x", "", Charge.NO))) == ESTIMATE


def test_a_rescued_request_counts_though_its_price_is_unknown() -> None:
    job = a_job(S.FAILED, request_id="r", trouble=Trouble("x", "", Charge.MAYBE))
    assert counts(job)
    assert counted(job) is None


def test_a_sum_tells_what_it_leaves_out_and_never_mixes_backends() -> None:
    known: dict[str, Any] = {"state": S.DONE, **SENT}
    jobs = [
        a_job(backend="live", **known),
        a_job(backend="live", **known, cost_usd=BILL),
        a_job(S.RUNNING, backend="live"),
        a_job(S.INTENT, backend="live", estimate_usd=ESTIMATE),
        a_job(backend="sandbox", **known),
    ]
    assert tally(jobs, "live") == Spending(ESTIMATE + BILL, 3, 1)
    assert tally(jobs, "sandbox") == Spending(ESTIMATE, 1, 0)
    assert tally(jobs, "elsewhere") == Spending()


@given(
    st.sampled_from(JobState),
    st.none() | st.sampled_from(Charge),
    st.booleans(),
    st.none() | st.just(ESTIMATE),
    st.none() | st.just(BILL),
)
def test_what_does_not_count_is_nothing_and_what_counts_is_a_bill_an_estimate_or_unknown(
    state: JobState, charge: Charge | None, sent: bool, estimate: Decimal | None,
    bill: Decimal | None,
) -> None:  # fmt: skip
    facts: dict[str, Any] = {"estimate_usd": estimate, "cost_usd": bill}
    trouble = charge and Trouble("x", "", charge)
    job = a_job(state, trouble=trouble, body={} if sent else None, **facts)
    assert counted(job) == ((bill or estimate) if counts(job) else 0)
