"""Periods of the user's calendar, amounts as people write them, and what a budget says before."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kling_desktop.domain.accounts import Foresight, Period, Span, span_of
from kling_desktop.domain.allowances import read_amount, with_limit
from kling_desktop.domain.budgets import Breach, Budgets, Kind, Limit
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.spending import Spending

D = Decimal
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 29, 12, tzinfo=BERLIN)
"""The day on which the clocks there are put forward."""


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        (Period.DAY, at(2026, 3, 29), None),
        (Period.MONTH, at(2026, 3, 1), None),
        (Period.LAST_MONTH, at(2026, 2, 1), at(2026, 3, 1)),
        (Period.YEAR, at(2026, 1, 1), None),
        (Period.EVER, None, None),
    ],
)
def test_a_period_is_of_the_users_calendar(
    period: Period, since: datetime | None, until: datetime | None
) -> None:
    assert span_of(period, NOW, BERLIN) == Span(since, until)


def test_the_month_before_january_is_in_another_year() -> None:
    span = span_of(Period.LAST_MONTH, at(2026, 1, 31), BERLIN)
    assert span == Span(at(2025, 12, 1), at(2026, 1, 1))


def test_a_span_has_its_first_moment_and_not_its_last() -> None:
    span = Span(NOW, NOW + timedelta(hours=1))
    assert [span.has(NOW + timedelta(hours=each)) for each in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize(("text", "amount"), [("5", D(5)), (" $4.50 ", D("4.50")), ("0", D(0))])
def test_an_amount_is_read_as_people_write_it(text: str, amount: Decimal) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize("text", ["", "five", "-1", "nan", "inf", "1000001", "0.0000001", "4,50"])
def test_what_is_no_amount_is_bad_input(text: str) -> None:
    with pytest.raises(InvalidParams):
        read_amount(text)


def test_a_limit_is_set_and_removed_and_the_others_stay() -> None:
    budgets = with_limit(Budgets(job=D(1), projects={"a": D(2)}), Kind.PROJECT, D(3), "b")
    assert budgets == Budgets(job=D(1), projects={"a": D(2), "b": D(3)})
    budgets = with_limit(with_limit(budgets, Kind.PROJECT, None, "a"), Kind.JOB, None)
    assert budgets == Budgets(projects={"b": D(3)})


def test_foresight_says_which_budget_it_is_or_nothing() -> None:
    assert str(Foresight()) == ""
    limit = Limit(Kind.DAY, D(5), NOW)
    assert str(Foresight(Breach(limit, Spending(D(5), 1), D(1)))) == (
        "this day's budget is $5.00, $5.00 of it is spent or may be, "
        "this job would cost about $1.00"
    )
