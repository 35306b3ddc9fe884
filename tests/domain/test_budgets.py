"""Which budgets a job has to keep, when its day begins, and what people read of a full one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kling_desktop.domain.budgets import (
    Breach,
    Budgets,
    Kind,
    Limit,
    all_limits,
    breach,
    left,
    limits_for,
    refusal,
)
from kling_desktop.domain.days import day_began, month_began
from kling_desktop.domain.jobs import Trouble
from kling_desktop.domain.messages import explain, explain_trouble
from kling_desktop.domain.spending import Spending

D = Decimal
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
DAY = Limit(Kind.DAY, D(5), NOON)


def test_without_budgets_there_is_nothing_to_keep() -> None:
    assert limits_for(Budgets(), NOON, "film") == ()


def test_a_job_keeps_every_limit_and_that_of_its_own_project_alone() -> None:
    budgets = Budgets(job=D(1), day=D(5), month=D(50), projects={"film": D(20), "ad": D(3)})
    kinds = [(each.kind, each.project) for each in limits_for(budgets, NOON, "film")]
    assert kinds == [("job", None), ("day", None), ("month", None), ("project", "film")]
    assert len(limits_for(budgets, NOON)) == 3
    assert [each.project for each in all_limits(budgets, NOON)][3:] == ["ad", "film"]


@pytest.mark.parametrize(
    ("price", "allows_unknown", "is_one"),
    [
        (D("0.5"), False, False),
        (D("0.500001"), False, True),
        (None, False, True),
        (None, True, False),
    ],
)
def test_the_last_cent_may_be_spent_and_none_after_it(
    price: Decimal | None, allows_unknown: bool, is_one: bool
) -> None:
    spent = Spending(D("4.5"), 9)
    assert breach(DAY, spent, price, allows_unknown=allows_unknown) is is_one


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert left(DAY, Spending(D(2), 1)) == 3
    assert left(DAY, Spending(D(7), 1)) == 0


def test_a_day_begins_at_midnight_where_the_user_is() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    berlin, hawaii = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Honolulu")
    assert day_began(late, berlin) == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert day_began(late, hawaii) == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert month_began(late, berlin) == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_a_day_on_which_the_clocks_change_still_begins_at_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert day_began(NOON, berlin) == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_the_system_knows_where_the_user_is() -> None:
    began = day_began(NOON).astimezone()
    assert (began.hour, began.minute, began.date()) == (0, 0, NOON.astimezone().date())


def test_a_full_budget_is_told_with_all_its_numbers_and_what_to_do() -> None:
    error = refusal(Breach(DAY, Spending(D("4.75"), 10), D("0.475")))
    assert str(explain(error)) == (
        "It is held back: a budget of yours does not allow it. (this day's budget is $5.00, "
        "$4.75 of it is spent or may be, this job would cost about $0.475) "
        "Nothing was sent and nothing will be charged. "
        "Raise it under Money in the window or with `kling-desktop budget set`, "
        "or let this one go with `kling-desktop jobs release ID --over-budget`."
    )


def test_an_unknown_price_and_unknown_sums_are_told_as_unknown() -> None:
    limit = Limit(Kind.PROJECT, D(20), project="film")
    detail = refusal(Breach(limit, Spending(D(1), 4, 2), None)).detail
    assert "the budget of the project 'film' is $20.00" in detail
    assert "beside 2 of unknown price" in detail
    assert "the price of this job is not known" in detail


def test_the_budget_of_one_job_says_nothing_of_others() -> None:
    detail = refusal(Breach(Limit(Kind.JOB, D(1)), Spending(), D("1.9"))).detail
    assert detail == "the budget of one job is $1.00, this job would cost about $1.90"


def test_a_held_job_is_told_to_be_free() -> None:
    assert "not charged" in explain_trouble(Trouble("budget_reached")).money
