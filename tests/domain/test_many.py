"""What the budgets would say to many jobs."""

from __future__ import annotations

from decimal import Decimal

from kling_desktop.domain.allowances import Standing
from kling_desktop.domain.budgets import Kind, Limit
from kling_desktop.domain.many import Forecast, foresee, total_of
from kling_desktop.domain.spending import Spending

D = Decimal


def _day(usd: str, spent: str = "0") -> Standing:
    return Standing(Limit(Kind.DAY, D(usd)), Spending(D(spent), 1))


def test_jobs_are_sent_in_thought_until_a_budget_is_full_and_a_cheaper_one_still_goes() -> None:
    found = foresee([D(1), D(1), D("0.5")], [_day("3", "1.5")], allows_unknown=False)
    assert (found.held, found.first and found.first.spent.usd) == (1, D("2.5"))
    assert str(found).startswith("1 clip would wait here, unsent: this day's budget is $3.00")


def test_the_budget_of_one_job_is_held_against_each_alone() -> None:
    limit = Standing(Limit(Kind.JOB, D(1)), Spending())
    assert foresee([D(1)] * 9, [limit], allows_unknown=False) == Forecast()
    assert foresee([D(2)] * 9, [limit], allows_unknown=False).held == 9


def test_an_unknown_price_waits_unless_it_is_allowed() -> None:
    assert foresee([None], [_day("1")], allows_unknown=False).held == 1
    assert str(foresee([None], [_day("1")], allows_unknown=True)) == ""
    assert str(foresee([None, D(5)], [], allows_unknown=False)) == ""


def test_a_sum_says_what_it_does_not_know() -> None:
    assert str(total_of([D("0.28"), D("0.28")])) == "about $0.56"
    assert str(total_of([D("0.28"), None])) == "about $0.28 and 1 of unknown price"
    assert str(total_of([None])) == "an unknown price"
    assert str(total_of([])) == "about $0.00"
