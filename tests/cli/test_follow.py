"""Watching a job: what is said, when we leave it, and that leaving harms none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import LEFT_ALONE, Ending, follow
from kling_desktop.domain import errors as e
from kling_desktop.domain.holders import Holder
from kling_desktop.domain.jobs import JobState, Trouble
from kling_desktop.domain.requests import Accepted, LogLine, Phase, RequestStatus
from kling_desktop.engine.whose import Whose
from tests.helpers.fakes import MemoryLedger
from tests.helpers.worlds import T2V, Scene, a_draft, a_job, until

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

SHORT = 0.02
NO_NETWORK = Trouble(e.NetworkDown.code, "", "no")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


async def _forever(*_: object) -> str:
    await asyncio.Event().wait()
    raise AssertionError


async def _watch(watching: Awaitable[Ending]) -> Ending:
    async with asyncio.timeout(10):
        return await watching


async def test_a_job_that_comes_to_rest_is_told_and_ends_by_its_own_code(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    async with scene.engine() as engine:
        ending = await _watch(follow(engine, await engine.generate(a_draft(T2V))))
    assert (ending.job.state, ending.code) == (JobState.DONE, Exit.DONE)
    shown = capsys.readouterr()
    assert shown.out == ""
    said = [line.strip() for line in shown.err.splitlines()]
    assert said[0] == "Job job-1"
    assert said[-1] == "done"


async def test_lines_that_the_model_writes_are_told(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (LogLine("sampling 12/50"),)
    scene.provider.on_status.then(RequestStatus(Phase.RUNNING, logs=lines))
    async with scene.engine() as engine:
        await _watch(follow(engine, await engine.generate(a_draft(T2V))))
    assert "  | sampling 12/50" in capsys.readouterr().err.splitlines()


async def test_a_job_begun_here_that_cannot_be_sent_is_given_up_for_free(scene: Scene) -> None:
    scene.provider.on_submit.habit = e.NetworkDown()
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        ending = await _watch(follow(engine, job, began_here=True, patience=SHORT))
    assert (ending.job.state, ending.code) == (JobState.CANCELLED, Exit.NETWORK)
    assert ending.job.trouble == Trouble("network_down", "gave up after 0 s; nothing was sent")


async def test_a_job_of_an_earlier_program_is_left_and_never_cancelled(scene: Scene) -> None:
    scene.provider.on_submit.habit = e.NetworkDown()
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        ending = await _watch(follow(engine, job, patience=SHORT))
        assert ending.code is Exit.NETWORK
        assert not engine.job(job.id).cancel_asked
        assert engine.job(job.id).goes_on


async def test_trouble_from_before_counts_even_if_there_is_no_news_of_it(scene: Scene) -> None:
    """The same trouble as that in the ledger is no change, so nothing is published."""
    waiting = a_job(JobState.UPLOADING, trouble=NO_NETWORK)
    scene.ledger = MemoryLedger([waiting])
    scene.provider.on_submit.habit = _forever
    scene.ledger.elsewhere.add(waiting.id)
    async with scene.engine(adopts=True) as engine:
        ending = await _watch(follow(engine, waiting, patience=SHORT))
    assert (ending.code, ending.job.state) == (Exit.NETWORK, JobState.UPLOADING)


async def test_a_sent_job_is_waited_for_however_long_the_network_is_down(scene: Scene) -> None:
    scene.provider.on_status.then(*[e.NetworkDown()] * 20)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, JobState.QUEUED)
        ending = await _watch(follow(engine, job, began_here=True, patience=0))
    assert ending.code is Exit.DONE


async def test_nobody_gives_up_while_the_answer_to_a_submit_is_awaited(scene: Scene) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def late(*_: object) -> Accepted:
        asked.set()
        await answer.wait()
        return Accepted("request-1")

    scene.provider.on_submit.then(e.NetworkDown(), late)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        watching = asyncio.create_task(
            follow(engine, job, began_here=True, patience=SHORT), name="watching"
        )
        await asked.wait()
        await asyncio.sleep(3 * SHORT)
        assert not watching.done()
        answer.set()
        assert (await _watch(watching)).code is Exit.DONE


@pytest.mark.parametrize("began_here", [True, False])
async def test_whoever_stops_the_watching_gets_the_job_as_it_is(
    scene: Scene, *, began_here: bool
) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.RUNNING)
    async with scene.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        watching = asyncio.create_task(follow(engine, job, began_here=began_here), name="watching")
        await until(engine, job.id, JobState.RUNNING)
        watching.cancel()
        ending = await _watch(watching)
    assert (ending.code, ending.job.state) == (Exit.STOPPED, JobState.RUNNING)
    assert ending.job.request_id == "request-1"


async def test_an_uncertain_job_is_not_called_waiting(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.provider.on_submit.habit = e.TimedOut()
    async with scene.engine() as engine:
        ending = await _watch(follow(engine, await engine.generate(a_draft(T2V))))
    assert (ending.code, ending.job.state) == (Exit.UNCERTAIN, JobState.UNCERTAIN)
    assert "goes on by itself" not in capsys.readouterr().err


async def test_a_job_of_another_account_is_left_at_once_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = a_job(JobState.RUNNING, account="2" * 16)
    scene = Scene(tmp_path, ledger=MemoryLedger([theirs]))
    world = replace(scene.world(), whose=Whose(Holder("1" * 16, "home", frozenset({"1" * 16}))))
    async with scene.engine(adopts=True, world=world) as engine:
        ending = await _watch(follow(engine, theirs))
    assert (ending.job.state, ending.code) == (JobState.RUNNING, Exit.KEY)
    assert LEFT_ALONE in capsys.readouterr().err
