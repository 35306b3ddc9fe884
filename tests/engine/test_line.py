"""Turns: how many at once, in which order, and what the user can do with a job that waits."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import SteeringChanged
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.line import Steering
from kling_desktop.domain.requests import Accepted, Phase, RequestStatus
from kling_desktop.engine.engine import Engine
from kling_desktop.engine.line import LEARN_AFTER
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from kling_desktop.storage.steering import SteeringFile
from tests.helpers.fakes import START, MemoryLedger
from tests.helpers.worlds import I2V, T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job

S = JobState


async def _turns(count: int = 300) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def _prompts(scene: Scene) -> list[str]:
    return [str(body["prompt"]) for _, body in scene.provider.submits]


async def _generate(engine: Engine, *prompts: str) -> list[Job]:
    return [await engine.generate(a_draft(T2V, prompt=each)) for each in prompts]


async def test_without_a_limit_all_jobs_begin_at_once(scene: Scene) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED)
    async with scene.engine() as engine:
        await _generate(engine, "a", "b", "c")
        await _turns()
        assert len(scene.provider.submits) == 3


async def test_no_more_than_the_limit_are_under_way_and_all_get_done(scene: Scene) -> None:
    most = 0

    def look(*_: object) -> RequestStatus:
        nonlocal most
        most = max(most, scene.ledger.in_flight("test").total())
        return RequestStatus(Phase.COMPLETED)

    scene.provider.on_status.habit = look
    async with scene.engine(adopts=True) as engine:
        engine.set_limit(2)
        jobs = await _generate(engine, *"abcdef")
        assert {(await engine.wait(job.id)).state for job in jobs} == {S.DONE}
    assert most == 2
    assert _prompts(scene) == [*"abcdef"]


async def test_a_job_that_waits_for_its_turn_says_so(scene: Scene) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.RUNNING)
    async with scene.engine() as engine:
        engine.set_limit(1)
        first, second = await _generate(engine, "a", "b")
        await until(engine, first.id, S.RUNNING)
        assert engine.job(second.id).state is S.INTENT
        assert engine.why_it_waits(second.id) == "waits for its turn"
        assert engine.why_it_waits(first.id) == ""
        engine.set_limit(0)
        await until(engine, second.id, S.RUNNING)


async def test_a_job_moved_to_the_front_begins_first(scene: Scene) -> None:
    async with scene.engine(adopts=True) as engine:
        engine.pause_all()
        jobs = await _generate(engine, *"abc")
        engine.move_first(jobs[2].id)
        engine.move(jobs[0].id, None)
        engine.set_limit(1)
        engine.resume_all()
        for job in jobs:
            await engine.wait(job.id)
    assert _prompts(scene) == [*"cba"]


async def test_jobs_that_are_moved_together_begin_in_the_order_given(scene: Scene) -> None:
    async with scene.engine(adopts=True) as engine:
        engine.pause_all()
        jobs = await _generate(engine, *"abcd")
        engine.move_all([jobs[1].id, jobs[3].id], jobs[0].id)
        engine.set_limit(1)
        engine.resume_all()
        for job in jobs:
            await engine.wait(job.id)
    assert _prompts(scene) == [*"bdac"]


async def test_where_one_of_them_waits_no_more_none_is_moved(scene: Scene) -> None:
    async with scene.engine() as engine:
        engine.pause_all()
        jobs = await _generate(engine, *"abc")
        await engine.cancel(jobs[1].id)
        with pytest.raises(e.NotWaiting):
            engine.move_all([jobs[2].id, jobs[1].id], jobs[0].id)
        assert [engine.job(job.id).place for job in jobs] == [job.place for job in jobs]


async def test_while_all_is_paused_nothing_new_is_sent_and_what_runs_goes_on(scene: Scene) -> None:
    gate = asyncio.Event()

    async def finish(*_: object) -> RequestStatus:
        await gate.wait()
        return RequestStatus(Phase.COMPLETED)

    scene.provider.on_status.habit = finish
    heard: list[Event] = []
    async with scene.engine(adopts=True) as engine:
        engine.subscribe(heard.append)
        (running,) = await _generate(engine, "a")
        await until(engine, running.id, S.QUEUED)
        engine.pause_all()
        (waiting,) = await _generate(engine, "b")
        gate.set()
        assert (await engine.wait(running.id)).state is S.DONE
        await _turns()
        assert engine.why_it_waits(waiting.id) == "paused"
        assert _prompts(scene) == ["a"]
        engine.resume_all()
        assert (await engine.wait(waiting.id)).state is S.DONE
    told = [each.steering.paused for each in heard if isinstance(each, SteeringChanged)]
    assert told == [True, False]


async def test_a_pause_stops_a_job_that_is_just_uploading_before_it_is_sent(scene: Scene) -> None:
    uploading, gate = asyncio.Event(), asyncio.Event()

    async def upload(_: Path) -> str:
        uploading.set()
        await gate.wait()
        return "https://cdn.test/boat.jpg"

    scene.provider.on_upload.then(upload)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(I2V))
        await uploading.wait()
        engine.pause_all()
        gate.set()
        await until(engine, job.id, S.INTENT)
        assert scene.provider.submits == []
        engine.resume_all()
        assert (await engine.wait(job.id)).state is S.DONE
    assert len(scene.provider.on_upload.calls) == 1


async def test_a_job_begins_at_its_time_and_holds_back_nobody_until_then(scene: Scene) -> None:
    async with scene.engine(adopts=True) as engine:
        engine.set_limit(1)
        at = START + timedelta(minutes=30)
        late = await engine.generate(replace(a_draft(T2V, prompt="late"), run_at=at))
        (soon,) = await _generate(engine, "soon")
        assert (await engine.wait(soon.id)).state is S.DONE
        assert scene.clock.now() < at
        assert engine.job(late.id).state is S.INTENT
        assert engine.why_it_waits(late.id).startswith("begins at ")
        done = await engine.wait(late.id)
    assert done.sent_at is not None
    assert at <= done.sent_at


async def test_a_held_job_waits_until_it_is_released(scene: Scene) -> None:
    async with scene.engine(adopts=True) as engine:
        job = await engine.generate(replace(a_draft(T2V), held=True))
        await _turns()
        assert engine.job(job.id).state is S.HELD
        assert scene.provider.submits == []
        engine.release(job.id)
        assert (await engine.wait(job.id)).state is S.DONE


async def test_a_job_that_is_uploading_can_be_held(scene: Scene) -> None:
    uploading = asyncio.Event()

    async def upload(_: Path) -> str:
        uploading.set()
        await asyncio.Event().wait()
        raise AssertionError

    scene.provider.on_upload.then(upload)
    async with scene.engine(adopts=True) as engine:
        job = await engine.generate(a_draft(I2V))
        await uploading.wait()
        assert (await engine.hold(job.id)).state is S.HELD
        await _turns()
        assert scene.provider.submits == []
        engine.release(job.id)
        assert (await engine.wait(job.id)).state is S.DONE
    assert len(scene.provider.submits) == 1


async def test_a_job_that_was_sent_cannot_be_held_and_goes_on(scene: Scene) -> None:
    scene.provider.on_status.then(RequestStatus(Phase.RUNNING))
    async with scene.engine() as engine:
        (job,) = await _generate(engine, "a")
        await until(engine, job.id, S.RUNNING)
        with pytest.raises(e.NotWaiting):
            await engine.hold(job.id)
        with pytest.raises(e.NotWaiting):
            engine.move(job.id, None)
        assert (await engine.wait(job.id)).state is S.DONE


async def test_a_held_job_is_edited_and_stays_the_same_job(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.generate(replace(a_draft(T2V, prompt="a"), held=True))
        edited = await engine.edit(job.id, a_draft(T2V, prompt="b", duration="10"))
        assert (edited.id, edited.prompt, edited.state) == (job.id, "b", S.HELD)
        assert edited.estimate_usd == 2 * (job.estimate_usd or 0)
        assert engine.history(job.id)[-1].facts["params"]["prompt"] == "b"
        asked = await engine.plan(a_draft(T2V, prompt="b", duration="10"))
        assert edited.fingerprint == asked.fingerprint != job.fingerprint
        engine.release(job.id)
        await engine.wait(job.id)
    assert _prompts(scene) == ["b"]


async def test_only_a_held_job_is_edited_and_only_to_something_valid(scene: Scene) -> None:
    async with scene.engine() as engine:
        engine.pause_all()
        (job,) = await _generate(engine, "a")
        with pytest.raises(e.NotWaiting):
            await engine.edit(job.id, a_draft(T2V, prompt="b"))
        await engine.hold(job.id)
        with pytest.raises(e.InvalidParams):
            await engine.edit(job.id, a_draft(T2V, prompt="b", duration="7"))
        with pytest.raises(e.InvalidParams):
            await engine.edit(job.id, a_draft(I2V))
        assert engine.job(job.id).prompt == "a"


async def test_a_waiting_job_can_be_cancelled_free_of_charge(scene: Scene) -> None:
    async with scene.engine() as engine:
        engine.pause_all()
        (job,) = await _generate(engine, "a")
        await _turns()
        cancelled = await engine.cancel(job.id)
    assert cancelled.state is S.CANCELLED
    assert cancelled.trouble is not None
    assert cancelled.trouble.charge == "no"


async def test_nobody_waits_for_a_job_that_nobody_alive_would_begin(tmp_path: Path) -> None:
    orphan = a_job(S.INTENT, id=JobId("orphan"), place=-1.0)
    scene = Scene(tmp_path, ledger=MemoryLedger([orphan]))
    scene.ledger.unattended.add(orphan.id)
    async with scene.engine() as engine:
        engine.set_limit(1)
        (job,) = await _generate(engine, "a")
        assert (await engine.wait(job.id)).state is S.DONE
    assert scene.ledger.get(orphan.id).state is S.INTENT


async def test_the_limit_of_the_account_is_learned_from_what_runs_while_others_wait(
    tmp_path: Path,
) -> None:
    jobs = [a_job(S.RUNNING, id=JobId(f"r{n}"), request_id=f"r{n}") for n in range(3)]
    queued = a_job(S.QUEUED, id=JobId("q"), request_id="q")
    scene = Scene(tmp_path, ledger=MemoryLedger([*jobs, queued]))
    scene.ledger.elsewhere |= set(scene.ledger.rows)
    engine = Engine(scene.world())
    assert engine.learned_limit() is None
    await engine.start()
    looks = 0
    while engine.learned_limit() is None:
        await _turns(30)
        looks += 1
        assert looks < 100
    assert engine.learned_limit() == 3
    assert scene.clock.sleeps.count(1.0) >= LEARN_AFTER
    await engine.aclose()


# Two programs


def _world(scene: Scene, folder: Path) -> Engine:
    """One more program on the same disk."""
    ledger = SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), scene.clock.now)
    wheel = SteeringFile(folder / "steering.json")
    return Engine(replace(scene.world(), ledger=ledger, wheel=wheel))


async def test_two_programs_together_never_exceed_the_limit(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    at_once, most = 0, 0

    async def accept(*_: object) -> Accepted:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        return Accepted(f"request-{len(scene.provider.submits)}")

    def complete(*_: object) -> RequestStatus:
        nonlocal at_once
        at_once -= 1
        return RequestStatus(Phase.COMPLETED)

    scene.provider.on_submit.habit = accept
    scene.provider.on_status.habit = complete
    async with AsyncExitStack() as stack:
        one, other = _world(scene, tmp_path), _world(scene, tmp_path)
        for engine in (one, other):
            await engine.start()
            stack.push_async_callback(engine.aclose)
        one.set_limit(2)
        jobs = [await _generate(each, *"abcde") for each in (one, other)]
        for engine, mine in zip((one, other), jobs, strict=True):
            for job in mine:
                assert (await engine.wait(job.id)).state is S.DONE
    assert len(scene.provider.submits) == 10
    assert most == 2


async def test_what_one_program_holds_the_other_does_not_send(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with AsyncExitStack() as stack:
        window, terminal = _world(scene, tmp_path), _world(scene, tmp_path)
        for engine in (window, terminal):
            stack.push_async_callback(engine.aclose)
        await window.start()
        terminal.pause_all()
        held, free = await _generate(window, "held", "free")
        await terminal.hold(held.id)
        terminal.move(held.id, None)
        terminal.resume_all()
        assert (await window.wait(free.id)).state is S.DONE
        await _turns()
        assert _prompts(scene) == ["free"]
        terminal.release(held.id)
        assert (await window.wait(held.id)).state is S.DONE
    assert _prompts(scene) == ["free", "held"]


async def test_the_turn_of_a_program_that_died_passes_to_the_living(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    dead = SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), scene.clock.now)
    dead.add(a_job(S.UPLOADING, id=JobId("left"), params={"prompt": "left", "duration": "5"}), "x")
    dead.close()
    living = _world(scene, tmp_path)
    living.set_limit(1)
    await living.start()
    (job,) = await _generate(living, "mine")
    assert (await living.wait(job.id)).state is S.DONE
    assert (await living.wait(JobId("left"))).state is S.DONE
    assert _prompts(scene) == ["left", "mine"]
    await living.aclose()


async def test_the_steering_of_another_program_is_heard(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    heard: list[Event] = []
    one, other = _world(scene, tmp_path), _world(scene, tmp_path)
    one.subscribe(heard.append)
    await one.start()
    other.pause_all()
    while not heard:
        await _turns(10)
    assert heard == [SteeringChanged(Steering(paused=True))]
    for engine in (one, other):
        await engine.aclose()
