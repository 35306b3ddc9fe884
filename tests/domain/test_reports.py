"""Sums of money: each job in one place, every digit kept, the unknown only counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs import Job, JobState, Trouble
from kling_desktop.domain.reports import By, is_uncertain, known_by, report
from kling_desktop.domain.spending import counts, tally
from tests.helpers.worlds import a_job

S = JobState
D = Decimal
LATE = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def paid(state: JobState = S.DONE, **changes: Any) -> Job:
    facts = {"body": {}, "request_id": "r", "estimate_usd": D("0.475")}
    return a_job(state, **facts | changes)


def test_nothing_makes_a_report_of_nothing() -> None:
    made = report((), By.DAY)
    assert (len(made.rows), made.total.jobs, made.total.spent_usd) == (0, 0, D(0))


def test_each_job_is_billed_or_open_and_the_doubtful_is_part_of_the_open() -> None:
    jobs = [
        paid(cost_usd=D("0.5"), billed_at=LATE),
        paid(cost_usd=D("0.49")),
        paid(S.UNCERTAIN),
        paid(S.CANCELLED, trouble=Trouble("cancelled", charge="maybe")),
        paid(estimate_usd=None),
    ]
    total = report(((LATE, job) for job in jobs), By.DAY).total
    assert (total.jobs, total.unknown) == (5, 1)
    assert total.estimate_usd == D("1.9")
    assert total.billed_usd == D("0.5")
    assert total.open_usd == D("1.44")
    assert total.uncertain_usd == D("0.95")
    assert total.spent_usd == D("1.94")


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (By.DAY, ["2026-12-01", "2026-12-02"]),
        (By.MONTH, ["2026-12"]),
        (By.PROJECT, ["", "film"]),
        (By.ENDPOINT, ["a", "b"]),
        (By.STATE, ["done", "running"]),
    ],
)
def test_rows_stand_for_what_is_asked_by_the_users_calendar(by: By, keys: list[str]) -> None:
    spent = [
        (LATE, paid(endpoint="b")),
        (LATE + timedelta(days=1), paid(S.RUNNING, endpoint="a", project="film")),
    ]
    assert [each.key for each in report(spent, by, ZoneInfo("Europe/Berlin")).rows] == keys


_amounts = st.none() | st.decimals(0, 1000, allow_nan=False, places=6)
_jobs = st.builds(
    paid,
    st.sampled_from([S.DONE, S.UNCERTAIN, S.RUNNING, S.CANCELLED, S.FAILED]),
    estimate_usd=_amounts,
    cost_usd=_amounts,
    billed_at=st.sampled_from([None, LATE]),
    project=st.sampled_from(["", "film", "ad"]),
    trouble=st.sampled_from([None, Trouble("x", charge="maybe"), Trouble("x", charge="yes")]),
    backend=st.just("live"),
)


@given(st.lists(_jobs), st.sampled_from(By))
def test_the_total_is_the_sum_of_the_rows_and_what_the_budgets_count(
    jobs: list[Job], by: By
) -> None:
    made = report(((LATE, job) for job in jobs), by)
    known = tally(jobs, "live")
    for name in ("estimate_usd", "billed_usd", "open_usd", "uncertain_usd", "spent_usd"):
        total = getattr(made.total, name)
        assert sum((getattr(each, name) for each in made.rows), D(0)) == total
    assert made.total.uncertain_usd <= made.total.open_usd
    assert (made.total.spent_usd, made.total.jobs, made.total.unknown) == (
        known.usd, known.jobs, known.unknown,
    )  # fmt: skip


def test_where_an_amount_comes_from_is_told() -> None:
    billed = paid(cost_usd=D(1), billed_at=LATE)
    found = [billed, paid(cost_usd=D(1)), paid(), paid(estimate_usd=None)]
    assert [known_by(each) for each in found] == ["bill", "answer", "estimate", "unknown"]


def test_a_bill_ends_all_uncertainty() -> None:
    doubted = paid(S.FAILED, trouble=Trouble("x", charge="maybe"))
    assert counts(doubted)
    assert is_uncertain(doubted)
    assert not is_uncertain(paid(S.FAILED, billed_at=LATE, trouble=Trouble("x", charge="maybe")))
    assert not is_uncertain(paid(S.RUNNING, trouble=Trouble("network_down", charge="maybe")))
