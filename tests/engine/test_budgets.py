"""No job is sent over a budget: it is held back with a reason, and the user may let it go."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.jobs import JobState
from tests.helpers.fakes import FakeBudgets
from tests.helpers.worlds import T2V, a_draft, a_job

if TYPE_CHECKING:
    from tests.helpers.worlds import Scene

S = JobState
D = Decimal
PRICE = D("0.490")
"""Of five seconds at the price in the catalog."""


async def test_a_job_within_its_budget_is_sent(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(job=PRICE, day=PRICE, month=PRICE))
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_job_over_a_budget_is_held_and_nothing_is_sent(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(day=D("0.9")))
    first, second = await scene.run(a_draft(T2V)), await scene.run(a_draft(T2V))
    assert (first.state, second.state) == (S.DONE, S.HELD)
    assert len(scene.provider.submits) == 1
    assert second.trouble is not None
    assert (second.trouble.code, second.trouble.charge) == ("budget_reached", "no")
    assert "this day's budget is $0.90, $0.49 of it is spent" in second.trouble.detail
    assert scene.ledger.states(second.id) == ["intent", "uploading", "held"]


async def test_what_is_uncertain_counts_as_spent(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(month=D("0.9")))
    scene.provider.on_submit.then(e.SubmitUncertain("the answer was lost"))
    assert (await scene.run(a_draft(T2V))).state is S.UNCERTAIN
    assert (await scene.run(a_draft(T2V))).state is S.HELD


async def test_what_is_free_for_certain_does_not_count(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(month=D("0.9")))
    scene.provider.on_submit.then(e.AccountLocked("no credit"))
    assert (await scene.run(a_draft(T2V))).state is S.FAILED
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_project_has_a_budget_of_its_own(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(projects={"film": D("0.1")}))
    wish = a_draft(T2V)
    film = type(wish)(endpoint=wish.endpoint, values=wish.values, project="film")
    held = await scene.run(film)
    assert (held.state, held.project) == (S.HELD, "film")
    assert (await scene.run(wish)).state is S.DONE


async def test_budgets_that_cannot_be_read_forbid_everything(scene: Scene) -> None:
    scene.budgets = FakeBudgets(e.FolderUnusable("budgets.json: it is damaged"))
    job = await scene.run(a_draft(T2V))
    assert job.state is S.HELD
    assert job.trouble is not None
    assert "cannot be read: budgets.json" in job.trouble.detail
    assert scene.provider.submits == []


async def test_a_request_that_is_sent_again_after_a_refusal_is_checked_again(
    scene: Scene,
) -> None:
    scene.budgets = FakeBudgets(Budgets(day=PRICE))

    def refuse(*_: object) -> None:
        scene.budgets.told = Budgets(day=D(0))
        raise e.RateLimited("429")

    scene.provider.on_submit.then(refuse)
    assert (await scene.run(a_draft(T2V))).state is S.HELD
    assert len(scene.provider.submits) == 1


async def test_the_user_lets_a_job_go_over_its_budget_once(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(day=D("0.1")))
    held = await scene.run(a_draft(T2V))
    async with scene.engine() as engine:
        released = engine.release(held.id, over_budget=True)
        assert (released.state, released.trouble) == (S.INTENT, None)
        job = await engine.wait(held.id)
        assert (job.state, job.over_budget) == (S.DONE, True)
        assert (await engine.again(job.id)).over_budget is False
        assert (await engine.wait(engine.jobs(1)[0].id)).state is S.HELD


async def test_a_job_is_released_under_a_budget_that_was_raised(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(day=D("0.1")))
    held = await scene.run(a_draft(T2V))
    async with scene.engine() as engine:
        engine.release(held.id)
        assert (await engine.wait(held.id)).state is S.HELD
        scene.budgets.told = Budgets(day=D(1))
        engine.release(held.id)
        assert (await engine.wait(held.id)).state is S.DONE


async def test_a_held_job_survives_a_restart_and_can_be_cancelled(scene: Scene) -> None:
    scene.budgets = FakeBudgets(Budgets(day=D("0.1")))
    held = await scene.run(a_draft(T2V))
    async with scene.engine(adopts=True) as engine:
        assert engine.job(held.id).state is S.HELD
        assert (await engine.cancel(held.id)).state is S.CANCELLED


@pytest.mark.parametrize("state", [S.DONE, S.UNCERTAIN, S.QUEUED])
async def test_only_what_is_held_can_be_released(scene: Scene, state: JobState) -> None:
    scene.ledger.add(a_job(state), "test")
    async with scene.engine() as engine:
        with pytest.raises(e.NotWaiting):
            engine.release(a_job().id)


async def test_a_project_goes_with_a_job_that_is_made_again(scene: Scene) -> None:
    wish = a_draft(T2V)
    job = await scene.run(type(wish)(endpoint=wish.endpoint, values=wish.values, project="film"))
    async with scene.engine() as engine:
        assert (await engine.again(job.id)).project == "film"
