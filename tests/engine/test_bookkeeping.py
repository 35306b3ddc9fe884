"""What was billed becomes known on the side: at growing intervals, in batches, never in the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.domain.requests import BilledRequest
from kling_desktop.engine.bookkeeping import ASK_AFTER, MOST, SKEW
from tests.helpers.fakes import START, MemoryLedger
from tests.helpers.worlds import T2V, Scene, a_draft, a_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.domain.events import Event
    from kling_desktop.engine.engine import Engine

S = JobState
D = Decimal
LATER = START + timedelta(minutes=3)


def bill(request_id: str = "request-1", usd: str = "0.49") -> BilledRequest:
    return BilledRequest(request_id, D(usd), D(5), LATER)


def over(state: JobState = S.DONE, number: int = 1, charge: str = "") -> Job:
    return a_job(
        state,
        id=JobId(f"job-{number}"),
        request_id=f"request-{number}",
        body={"prompt": "x"},
        sent_at=START,
        estimate_usd=D("0.475"),
        trouble=Trouble("cancelled", charge=charge) if charge else None,
    )


def world_with(folder: Path, *jobs: Job) -> Scene:
    return Scene(folder, ledger=MemoryLedger(jobs))


async def until_told(engine: Engine, is_it: Callable[[], bool]) -> None:
    """Wait until a change makes something true."""
    told = asyncio.Event()

    def hear(_: Event) -> None:
        if is_it():
            told.set()

    unsubscribe = engine.subscribe(hear)
    hear(None)  # type: ignore[arg-type]
    await told.wait()
    unsubscribe()


async def asked(scene: Scene, times: int) -> None:
    while len(scene.provider.on_billed.calls) < times:
        await scene.clock.sleep(1.0)


async def test_the_billed_amount_takes_the_place_of_the_estimate(scene: Scene) -> None:
    scene.provider.on_billed.then([], [bill(usd="0.4755")])
    async with scene.engine(adopts=True) as engine:
        job = await engine.generate(a_draft(T2V))
        await engine.wait(job.id)
        await until_told(engine, lambda: engine.job(job.id).billed_at is not None)
        found = engine.job(job.id)
    assert (found.cost_usd, found.billed_at, found.state) == (D("0.4755"), LATER, S.DONE)
    assert scene.ledger.history(job.id)[-1].cause == "the bill"
    assert scene.ledger.spending("test").usd == D("0.4755")


async def test_a_late_bill_does_not_make_a_job_seem_longer(tmp_path: Path) -> None:
    scene = world_with(tmp_path, over())
    scene.provider.on_billed.habit = [bill()]
    async with scene.engine(adopts=True) as engine:
        await until_told(engine, lambda: engine.job(JobId("job-1")).billed_at is not None)
        job = engine.job(JobId("job-1"))
    assert job.seconds == 0.0
    assert job.updated_at > START


@pytest.mark.parametrize(("usd", "charge"), [("0.49", "yes"), ("0", "no")])
@pytest.mark.parametrize("state", [S.CANCELLED, S.FAILED, S.REFUSED])
async def test_a_bill_ends_the_doubt_about_a_charge(
    tmp_path: Path, state: JobState, usd: str, charge: str
) -> None:
    scene = world_with(tmp_path, over(state, charge="maybe"))
    scene.provider.on_billed.habit = [bill(usd=usd)]
    async with scene.engine(adopts=True) as engine:
        assert [each.id for each in await engine.ask_bill()] == ["job-1"]
        job = engine.job(JobId("job-1"))
    assert job.trouble is not None
    assert (job.trouble.charge, job.cost_usd) == (charge, D(usd))
    assert scene.ledger.spending("test").usd == D(usd)


async def test_no_bill_proves_nothing(tmp_path: Path) -> None:
    scene = world_with(tmp_path, over(S.CANCELLED, charge="maybe"))
    async with scene.engine(adopts=True):
        await asked(scene, 5)
    assert scene.ledger.get(JobId("job-1")) == over(S.CANCELLED, charge="maybe")


async def test_it_is_asked_again_at_growing_intervals(tmp_path: Path) -> None:
    scene = world_with(tmp_path, over())
    scene.provider.on_billed.then(e.ServiceDown("503"), e.NetworkDown("no route"))
    async with scene.engine(adopts=True):
        await asked(scene, len(ASK_AFTER) - 1)
    moments = [until - SKEW for _, _, until in scene.provider.on_billed.calls]
    gaps = [(b - a).total_seconds() for a, b in zip([START, *moments], moments, strict=False)]
    assert gaps == pytest.approx(ASK_AFTER[:-1])


async def test_many_jobs_are_asked_for_in_few_calls(tmp_path: Path) -> None:
    scene = world_with(tmp_path, *(over(number=number) for number in range(1, 121)))
    scene.provider.on_billed.habit = lambda ids, *_: [bill(each) for each in ids]
    async with scene.engine(adopts=True) as engine:
        await until_told(engine, lambda: not scene.ledger.unbilled("test", START, 1))
    sizes = [len(ids) for ids, _, _ in scene.provider.on_billed.calls]
    assert sizes == [MOST, MOST, 20]


async def test_a_key_that_may_not_see_the_bill_is_noted_once_and_harms_nothing(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    scene.provider.on_billed.habit = r.KeyLacksScope("403")
    async with scene.engine(adopts=True) as engine:
        for _ in range(2):
            job = await engine.generate(a_draft(T2V))
            assert (await engine.wait(job.id)).state is S.DONE
            await scene.clock.sleep(200.0)
        with pytest.raises(r.KeyLacksScope):
            await engine.ask_bill()
    assert len(scene.provider.on_billed.calls) == 2
    assert caplog.text.count("the bill cannot be seen") == 1


async def test_a_job_of_another_living_program_is_left_to_it(tmp_path: Path) -> None:
    scene = world_with(tmp_path, over())
    scene.ledger.elsewhere.add(JobId("job-1"))
    scene.provider.on_billed.habit = [bill()]
    async with scene.engine(adopts=True) as engine:
        assert await engine.ask_bill() == []
    assert scene.ledger.get(JobId("job-1")).billed_at is None


async def test_what_costs_nothing_or_has_no_request_is_not_asked_for(tmp_path: Path) -> None:
    free = over(S.FAILED, 1, charge="no")
    lost = a_job(S.CANCELLED, id=JobId("job-2"), body={}, trouble=Trouble("x", charge="maybe"))
    scene = world_with(tmp_path, free, lost, a_job(S.HELD, id=JobId("job-3")))
    async with scene.engine(adopts=True) as engine:
        assert await engine.ask_bill() == []
    assert scene.provider.on_billed.calls == []
