"""What was spent, what may be, and what one more clip would meet, as the window asks for it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.accounts import Period
from kling_desktop.domain.allowances import with_limit
from kling_desktop.domain.budgets import Budgets, Kind
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.domain.reports import By
from kling_desktop.engine.accounts import BREATH
from tests.helpers.fakes import START, FakeBudgets, MemoryLedger
from tests.helpers.worlds import T2V, a_draft, a_job

if TYPE_CHECKING:
    from tests.helpers.worlds import Scene

S = JobState
D = Decimal
PRICE = D("0.490")
LONG_AGO = START - timedelta(days=200)


async def test_sums_doubts_and_waiting_jobs_are_told_together(scene: Scene) -> None:
    doubt = a_job(
        S.FAILED, id=JobId("doubt"), request_id="r-1", estimate_usd=D("0.3"), project="film",
        body={}, trouble=Trouble("took_too_long", charge="maybe"),
        created_at=LONG_AGO, updated_at=LONG_AGO, sent_at=LONG_AGO,
    )  # fmt: skip
    scene.ledger = MemoryLedger([doubt], journal=scene.provider.journal)
    scene.budgets = FakeBudgets(Budgets(day=D("0.9")))
    await scene.run(a_draft(T2V))
    held = await scene.run(a_draft(T2V))
    async with scene.engine() as engine:
        found = await engine.accounts(Period.EVER, By.PROJECT)
    assert (found.today.spent_usd, found.month.spent_usd) == (PRICE, PRICE)
    assert (found.ever.spent_usd, found.ever.uncertain_usd) == (PRICE + D("0.3"), D("0.3"))
    assert [row.key for row in found.report.rows] == ["", "film"]
    assert [job.id for job in found.doubtful] == ["doubt"]
    assert [job.id for job in found.held] == [held.id]
    assert [str(each) for each in found.standings] == ["Left of this day's budget: $0.41 of $0.90."]
    assert found.projects == ("film",)
    assert not found.is_play


async def test_a_period_leaves_out_what_is_older(scene: Scene) -> None:
    old = a_job(S.DONE, id=JobId("old"), body={}, estimate_usd=D(1), updated_at=LONG_AGO)
    scene.ledger = MemoryLedger([old], journal=scene.provider.journal)
    await scene.run(a_draft(T2V))
    async with scene.engine() as engine:
        found = await engine.accounts(Period.DAY, By.ENDPOINT)
    assert found.report.total.jobs == 1
    assert found.ever.jobs == 2


async def test_a_long_past_is_read_whole(scene: Scene) -> None:
    many = [a_job(S.DONE, id=JobId(f"j{n}"), body={}) for n in range(BREATH * 2 + 1)]
    scene.ledger = MemoryLedger(many)
    async with scene.engine() as engine:
        found = await engine.accounts(Period.EVER, By.DAY)
    assert (found.ever.jobs, found.ever.unknown) == (len(many), len(many))


async def test_budgets_that_cannot_be_read_are_said_and_hide_no_sums(scene: Scene) -> None:
    scene.budgets = FakeBudgets(e.FolderUnusable("budgets.json: Invalid JSON"))
    async with scene.engine() as engine:
        found = await engine.accounts(Period.DAY, By.DAY)
        told = engine.foresee(PRICE)
    assert found.budgets is None
    assert found.trouble == "budgets.json: Invalid JSON"
    assert str(told) == "the budgets cannot be read: budgets.json: Invalid JSON"


@pytest.mark.parametrize("budget", ["0.48", "0.49", "0.97", "0.98", "1.46", "1.47"])
async def test_what_is_foreseen_is_what_happens(scene: Scene, budget: str) -> None:
    scene.budgets = FakeBudgets(Budgets(day=D(budget)))
    for _ in range(3):
        async with scene.engine() as engine:
            told = engine.foresee(PRICE)
        job = await scene.run(a_draft(T2V))
        assert (job.state is S.HELD) is bool(str(told))
        if job.trouble:
            assert str(told) == job.trouble.detail


async def test_an_unknown_price_is_foreseen_to_wait_unless_it_may_go(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(job=D(5)))
    async with scene.engine() as engine:
        assert "the price of this job is not known" in str(engine.foresee(None))
        scene.budgets.told = Budgets(job=D(5), allows_unknown=True)
        assert str(engine.foresee(None)) == ""


async def test_a_budget_that_is_set_holds_from_then_on(scene: Scene) -> None:
    async with scene.engine() as engine:
        assert str(engine.foresee(PRICE)) == ""
        await engine.change_budgets(lambda known: with_limit(known, Kind.JOB, D("0.1")))
        assert "the budget of one job is $0.10" in str(engine.foresee(PRICE))
    assert (await scene.run(a_draft(T2V))).state is S.HELD


async def test_only_jobs_that_wait_for_a_budget_are_listed_as_such(scene: Scene) -> None:
    scene.ledger = MemoryLedger([a_job(S.HELD)])
    async with scene.engine() as engine:
        assert (await engine.accounts(Period.DAY, By.DAY)).held == ()
