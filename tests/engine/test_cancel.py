"""Cancel at every state: what becomes of the job, and of the money."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import TERMINAL, Job, JobState
from kling_desktop.domain.requests import Accepted, CancelAnswer, Phase, RequestStatus
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import I2V, T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from pathlib import Path

S = JobState


def _free(job: Job) -> bool:
    return job.trouble is not None and (job.trouble.code, job.trouble.charge) == ("cancelled", "no")


def _upload_hangs(scene: Scene) -> asyncio.Event:
    """Let the next upload never end; the event says that it has begun."""
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang(path: Path) -> str:
        begun.set()
        await never.wait()
        return ""

    scene.provider.on_upload.then(hang)
    return begun


async def test_cancelled_before_it_began(scene: Scene) -> None:
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        cancelled = await engine.cancel(job.id)
        assert cancelled.state is S.CANCELLED
        assert await engine.wait(job.id) == cancelled
    assert _free(cancelled)
    assert scene.provider.journal.count("submit") == 0


async def test_cancelled_in_the_middle_of_an_upload(scene: Scene) -> None:
    begun = _upload_hangs(scene)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(I2V))
        await begun.wait()
        cancelled = await engine.cancel(job.id)
    assert cancelled.state is S.CANCELLED
    assert _free(cancelled)
    assert scene.provider.submits == []


async def test_who_waits_for_a_job_sees_it_cancelled(scene: Scene) -> None:
    """Whoever waited first also wakes first; the job must be over by then."""
    begun = _upload_hangs(scene)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(I2V))
        waiter = asyncio.create_task(engine.wait(job.id))
        await begun.wait()
        await engine.cancel(job.id)
        assert (await waiter).state is S.CANCELLED


async def test_cancelled_while_it_waits_for_the_network(scene: Scene) -> None:
    down = asyncio.Event()

    def fail(path: Path) -> str:
        down.set()
        raise e.NetworkDown("no route")

    scene.provider.on_upload.habit = fail
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(I2V))
        await down.wait()
        assert (await engine.cancel(job.id)).state is S.CANCELLED


async def test_a_wish_to_cancel_while_the_post_is_in_flight_waits_for_the_answer(
    scene: Scene,
) -> None:
    sent, answer = asyncio.Event(), asyncio.Event()

    async def accept(*_: object) -> Accepted:
        sent.set()
        await answer.wait()
        return Accepted("request-1")

    scene.provider.on_submit.then(accept)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await sent.wait()
        assert (await engine.cancel(job.id)).state is S.SENDING
        answer.set()
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED
    assert _free(ended)
    assert scene.provider.journal.count("cancel") == 1


async def test_cancelled_in_the_queue_it_is_free(scene: Scene) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED, 1)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.QUEUED)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED
    assert ended.cancel_answer == CancelAnswer.REMOVED
    assert _free(ended)


async def test_cancelled_while_it_runs_it_may_be_charged(scene: Scene) -> None:
    scene.provider.on_status.then(RequestStatus(Phase.RUNNING), RequestStatus(Phase.RUNNING))
    scene.provider.on_cancel.habit = CancelAnswer.ASKED
    scene.provider.on_result.habit = e.RequestCancelled("499")
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.RUNNING)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED
    assert ended.trouble is not None
    assert ended.trouble.charge == "maybe"


@pytest.mark.parametrize("answer", [CancelAnswer.ASKED, CancelAnswer.TOO_LATE])
async def test_a_late_success_is_a_success(scene: Scene, answer: CancelAnswer) -> None:
    scene.provider.on_status.then(*[RequestStatus(Phase.RUNNING)] * 5)
    scene.provider.on_cancel.habit = answer
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.RUNNING)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.DONE
    assert ended.cancel_answer == answer
    assert scene.provider.journal.count("cancel") == 1


async def test_a_wish_answered_with_not_found_is_passed_on_again_while_the_request_is_known(
    scene: Scene,
) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED, 1)
    scene.provider.on_cancel.then(CancelAnswer.UNKNOWN, CancelAnswer.UNKNOWN)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.QUEUED)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert (ended.state, ended.cancel_answer) == (S.CANCELLED, CancelAnswer.REMOVED)
    assert scene.provider.journal.count("cancel") == 3


async def test_a_cancel_that_gets_no_answer_is_tried_again_and_keeps_nobody_from_looking(
    scene: Scene,
) -> None:
    scene.provider.on_status.then(*[RequestStatus(Phase.RUNNING)] * 5)
    scene.provider.on_cancel.habit = e.ServiceDown("500")
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.RUNNING)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.DONE
    assert scene.provider.journal.count("cancel") > 1


async def test_the_wish_is_never_lost_even_if_the_job_is_written_meanwhile(scene: Scene) -> None:
    asked = asyncio.Event()

    async def look(*_: object) -> RequestStatus:
        asked.set()
        await asyncio.sleep(0)
        if scene.provider.on_cancel.calls:
            raise e.ResultGone("404")
        return RequestStatus(Phase.RUNNING)

    scene.provider.on_status.habit = look
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await asked.wait()
        await engine.cancel(job.id)
        assert (await engine.wait(job.id)).state is S.CANCELLED


async def test_an_uncertain_job_can_be_given_up_and_still_counts_as_spent(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.provider.on_submit.then(e.SubmitUncertain("reset"))
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await engine.wait(job.id)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED
    assert ended.trouble is not None
    assert (ended.trouble.code, ended.trouble.charge) == ("uncertain", "maybe")


async def test_a_dead_programs_job_in_sending_is_never_sent_by_a_cancel(tmp_path: Path) -> None:
    job = a_job(S.SENDING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    async with scene.engine() as engine:
        await engine.cancel(job.id)
        assert (await engine.wait(job.id)).state is S.CANCELLED
    assert scene.provider.submits == []
    assert "past_requests" in scene.provider.journal


@pytest.mark.parametrize("state", [S.INTENT, S.UPLOADING, S.HELD, S.DRAFT])
async def test_a_dead_programs_unsent_job_is_cancelled_at_once(
    tmp_path: Path, state: JobState
) -> None:
    job = a_job(state)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    async with scene.engine() as engine:
        ended = await engine.cancel(job.id)
    assert ended.state is S.CANCELLED
    assert _free(ended)


@pytest.mark.parametrize(("state", "charge"), [(S.QUEUED, "no"), (S.RUNNING, "maybe")])
async def test_a_dead_programs_sent_job_is_cancelled_at_the_service(
    tmp_path: Path, state: JobState, charge: str
) -> None:
    """Only what was last seen in the queue is called free, whatever the answer was."""
    job = a_job(state)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.provider.on_status.habit = e.ResultGone("404")
    async with scene.engine() as engine:
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED
    assert ended.trouble is not None
    assert ended.trouble.charge == charge
    assert scene.provider.journal.count("cancel") == 1


@pytest.mark.parametrize("state", sorted(TERMINAL))
async def test_a_job_that_is_over_stays_as_it_is(tmp_path: Path, state: JobState) -> None:
    job = a_job(state)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    async with scene.engine() as engine:
        assert await engine.cancel(job.id) == job


async def test_another_programs_job_gets_our_word_and_is_not_touched(tmp_path: Path) -> None:
    job = a_job(S.RUNNING)
    scene = Scene(tmp_path, ledger=MemoryLedger([job]))
    scene.ledger.elsewhere.add(job.id)
    async with scene.engine() as engine:
        assert (await engine.cancel(job.id)).cancel_asked
    assert scene.provider.journal == []


async def test_a_job_nobody_knows_cannot_be_cancelled(scene: Scene) -> None:
    async with scene.engine() as engine:
        with pytest.raises(e.UnknownJob):
            await engine.cancel(a_job().id)


@pytest.mark.parametrize("error", [e.NetworkDown("no route"), None])
async def test_a_wish_left_by_another_program_is_found_before_anything_is_sent(
    scene: Scene, error: e.KlingDesktopError | None
) -> None:
    def leave_word(path: Path) -> str:
        scene.ledger.ask_cancel(a_job().id)
        if error is not None:
            raise error
        return "https://cdn.test/boat.jpg"

    scene.provider.on_upload.habit = leave_word
    job = await scene.run(a_draft(I2V))
    assert job.state is S.CANCELLED
    assert _free(job)
    assert scene.provider.submits == []
