"""Several programs on one ledger: who owns a job, who takes it over, and how one leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.requests import Accepted, Phase, RequestStatus
from kling_desktop.engine.engine import LOOK_EVERY, Engine
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import I2V, T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.events import Event
    from tests.helpers.guards import LogGuard

S = JobState


async def _turns(count: int = 500) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_program_that_starts_takes_up_what_was_under_way(tmp_path: Path) -> None:
    job = a_job(S.RUNNING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    async with scene.engine(adopts=True) as engine:
        assert (await engine.wait(job.id)).state is S.DONE


async def test_the_job_of_another_living_program_is_not_touched(tmp_path: Path) -> None:
    job = a_job(S.RUNNING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.ledger.elsewhere.add(job.id)
    async with scene.engine(adopts=True) as engine:
        await _turns()
        assert engine.job(job.id) == job
    assert scene.provider.journal == []


async def test_it_is_adopted_when_that_program_dies(tmp_path: Path) -> None:
    job = a_job(S.RUNNING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.ledger.elsewhere.add(job.id)
    async with scene.engine(adopts=True) as engine:
        await _turns()
        scene.ledger.elsewhere.clear()
        await until(engine, job.id, S.DONE)
    assert LOOK_EVERY in scene.clock.sleeps


async def test_what_the_other_program_wrote_last_is_what_counts(tmp_path: Path) -> None:
    job = a_job(S.RUNNING)
    ledger = MemoryLedger([job])
    scene = Scene(tmp_path, ledger=ledger)

    def die(job_id: JobId) -> bool:
        ledger.rows[job_id] = replace(job, state=S.SENDING, body={})
        return True

    ledger.claim = die  # type: ignore[method-assign]
    async with scene.engine() as engine:
        engine.adopt()
        assert engine.job(job.id).state is S.UNCERTAIN
    assert scene.provider.submits == []


async def test_a_ledger_that_is_unusable_for_a_moment_does_not_end_the_looking(
    tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log("cannot look around code=ledger_unusable")
    job = a_job(S.SENDING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.ledger.elsewhere.add(job.id)
    async with scene.engine(adopts=True) as engine:
        scene.ledger.failures.append(e.LedgerUnusable("locked"))
        scene.ledger.elsewhere.clear()
        await until(engine, job.id, S.UNCERTAIN)


async def test_what_other_programs_do_is_told(tmp_path: Path) -> None:
    job = a_job(S.RUNNING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.ledger.elsewhere.add(job.id)
    heard: list[Event] = []
    async with scene.engine(adopts=True) as engine:
        engine.subscribe(heard.append)
        scene.ledger.changed.extend([job, a_job(S.RUNNING, backend="live")])
        await _turns()
    assert heard == [JobChanged(job)]


async def test_jobs_of_another_backend_are_neither_seen_nor_touched(tmp_path: Path) -> None:
    live = a_job(S.RUNNING, backend="live")
    scene = Scene(tmp_path, ledger=MemoryLedger([live]))
    async with scene.engine() as engine:
        assert engine.adopt() == []
        assert engine.jobs() == []
    assert scene.provider.journal == []


async def test_a_job_is_adopted_once(tmp_path: Path) -> None:
    job = a_job(S.QUEUED)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    async with scene.engine() as engine:
        assert engine.adopt() == [job.id]
        assert engine.adopt() == []
        await engine.wait(job.id)


async def test_closing_keeps_jobs_for_the_next_start(scene: Scene) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.RUNNING)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.RUNNING)
    assert scene.ledger.get(job.id).state is S.RUNNING
    assert scene.provider.closed
    assert scene.ledger.closed


async def test_closing_waits_for_the_answer_to_a_post_in_flight(scene: Scene) -> None:
    sent, answer = asyncio.Event(), asyncio.Event()

    async def accept(*_: object) -> Accepted:
        sent.set()
        await answer.wait()
        return Accepted("request-1")

    scene.provider.on_submit.then(accept)
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await sent.wait()
        closing = asyncio.create_task(engine.aclose())
        await _turns(50)
        assert not closing.done()
        answer.set()
        await closing
    row = scene.ledger.get(job.id)
    assert (row.state, row.request_id) == (S.QUEUED, "request-1")


async def test_while_closing_waits_no_other_job_begins_to_send(scene: Scene) -> None:
    sent, answer, uploading = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def accept(*_: object) -> Accepted:
        sent.set()
        await answer.wait()
        return Accepted("request-1")

    async def upload(path: Path) -> str:
        uploading.set()
        await _turns(5)
        return "https://cdn.test/boat.jpg"

    scene.provider.on_submit.then(accept)
    scene.provider.on_upload.then(upload)
    async with scene.engine() as engine:
        await engine.generate(a_draft(T2V))
        await sent.wait()
        other = await engine.generate(a_draft(I2V))
        await uploading.wait()
        closing = asyncio.create_task(engine.aclose())
        await _turns(50)
        answer.set()
        await closing
    assert scene.ledger.get(other.id).state is S.UPLOADING
    assert len(scene.provider.submits) == 1


async def test_a_job_that_stops_by_a_defect_of_ours_is_not_called_failed(
    scene: Scene, expected_log: LogGuard
) -> None:
    expected_log("job stopped unexpectedly job=job-1 state=queued")
    scene.provider.on_status.then(ZeroDivisionError())
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        assert (await engine.wait(job.id)).state is S.QUEUED
        engine.adopt()
        assert (await engine.wait(job.id)).state is S.DONE


async def test_a_job_that_stumbles_again_and_again_rests_until_the_next_start(
    scene: Scene, expected_log: LogGuard
) -> None:
    expected_log("job stopped unexpectedly")
    scene.provider.on_status.habit = ZeroDivisionError()
    async with scene.engine(adopts=True) as engine:
        job = await engine.generate(a_draft(T2V))
        await _turns(5_000)
        tries = len(scene.provider.on_status.calls)
        await _turns(5_000)
        assert len(scene.provider.on_status.calls) == tries < 10
    scene.provider.on_status.habit = RequestStatus(Phase.COMPLETED)
    async with scene.engine(adopts=True) as engine:
        assert (await engine.wait(job.id)).state is S.DONE


async def test_a_request_can_be_rescued_by_its_id(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.rescue(T2V, "abc")
        ended = await engine.wait(job.id)
    assert (ended.state, ended.request_id) == (S.DONE, "abc")
    assert scene.provider.submits == []


async def test_a_request_that_is_known_already_is_not_taken_in_twice(scene: Scene) -> None:
    known = await scene.run(a_draft(T2V))
    async with scene.engine() as engine:
        assert await engine.rescue(T2V, "request-1") == known


async def test_a_request_that_the_service_does_not_know_makes_no_job(scene: Scene) -> None:
    scene.provider.on_status.then(e.ResultGone("404"))
    async with scene.engine() as engine:
        with pytest.raises(e.UnknownJob):
            await engine.rescue(T2V, "abc")
        assert engine.jobs() == []


async def test_only_requests_of_known_endpoints_can_be_rescued(scene: Scene) -> None:
    async with scene.engine() as engine:
        with pytest.raises(e.UnknownEndpoint):
            await engine.rescue("fal-ai/other", "abc")


@pytest.mark.parametrize("state", [S.INTENT, S.UPLOADING])
async def test_a_program_started_for_one_thing_leaves_alone_what_is_not_sent_yet(
    tmp_path: Path, state: JobState
) -> None:
    job = a_job(state)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    engine = Engine(scene.world())
    await engine.start(takes_unsent=False)
    await _turns()
    assert engine.job(job.id) == job
    await engine.aclose()


async def test_a_wish_to_give_up_is_left_for_the_program_that_has_the_job(
    tmp_path: Path,
) -> None:
    job = a_job(S.UNCERTAIN)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.ledger.elsewhere.add(job.id)
    async with scene.engine() as engine:
        asked = await engine.cancel(job.id)
    assert (asked.state, asked.cancel_asked) == (S.UNCERTAIN, True)
    assert scene.provider.journal == []


async def test_a_full_disk_that_takes_no_note_does_not_end_the_waiting(scene: Scene) -> None:
    def fill_the_disk(*_: object) -> None:
        scene.ledger.failures.append(e.FolderUnusable("full"))
        raise e.FolderUnusable("full")

    scene.provider.on_download.then(fill_the_disk, fill_the_disk)
    assert (await scene.run(a_draft(T2V))).state is S.DONE


async def test_a_limit_counts_the_jobs_of_this_backend_alone(tmp_path: Path) -> None:
    rows = [a_job(S.DONE, id=JobId(f"{n}"), backend=("test", "live")[n % 2]) for n in range(6)]
    scene = Scene(tmp_path, ledger=MemoryLedger(rows))
    async with scene.engine() as engine:
        assert [job.id for job in engine.jobs(2)] == ["4", "2"]
        assert len(engine.jobs()) == 3
