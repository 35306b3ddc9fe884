"""A job listens where it can, looks where it must, and is never worse off for having listened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import RequestLogged
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import Accepted, LogLine, Phase, RequestStatus
from kling_desktop.engine.listening import BREAKS
from tests.helpers.worlds import T2V, Scene, a_draft, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kling_desktop.domain.events import Event

S = JobState
QUEUED = RequestStatus(Phase.QUEUED, 3)
RUNNING = RequestStatus(Phase.RUNNING)
COMPLETED = RequestStatus(Phase.COMPLETED, inference_seconds=84.2)


@pytest.fixture
def listening(scene: Scene) -> Scene:
    scene.streams = 4
    return scene


def never() -> Callable[[], Awaitable[Any]]:
    """News that do not come."""
    event = asyncio.Event()
    return event.wait


async def test_a_job_that_listens_does_not_look(listening: Scene) -> None:
    listening.provider.on_follow.then([QUEUED, RUNNING, COMPLETED])
    job = await listening.run(a_draft(T2V))
    assert job.state is S.DONE
    assert job.inference_seconds == 84.2
    assert "status" not in listening.provider.journal
    states = listening.ledger.states(job.id)
    assert states[-5:] == ["queued", "running", "fetching", "downloading", "done"]


async def test_the_places_in_the_queue_are_kept_as_they_are_told(listening: Scene) -> None:
    listening.provider.on_follow.then([QUEUED, RequestStatus(Phase.QUEUED, 1), COMPLETED])
    await listening.run(a_draft(T2V))
    places = [row.queue_position for row in listening.ledger.written if row.state is S.QUEUED]
    assert places == [None, 3, 1]


async def test_the_request_is_followed_where_the_service_said(listening: Scene) -> None:
    accepted = Accepted("request-1", "status", "response", "cancel")
    listening.provider.on_submit.then(accepted)
    listening.provider.on_follow.then([COMPLETED])
    job = await listening.run(a_draft(T2V))
    [(ref,)] = listening.provider.on_follow.calls
    assert (ref.status_url, ref.response_url, ref.cancel_url) == ("status", "response", "cancel")
    assert (job.status_url, job.response_url, job.cancel_url) == ("status", "response", "cancel")


@pytest.mark.parametrize(
    "error", [e.Transient("broken"), e.ResultGone("404"), e.KeyRefused("401"), e.ServiceDown("5")]
)
async def test_whatever_breaks_a_stream_the_status_decides(
    listening: Scene, error: Exception
) -> None:
    listening.provider.on_follow.then([QUEUED, error])
    assert (await listening.run(a_draft(T2V))).state is S.DONE
    assert listening.provider.journal.count("status") == 1


async def test_a_stream_that_keeps_breaking_is_given_up_for_looks(listening: Scene) -> None:
    listening.provider.on_status.then(*[RUNNING] * 10)
    assert (await listening.run(a_draft(T2V))).state is S.DONE
    assert listening.provider.journal.count("follow") == BREAKS
    assert listening.provider.journal.count("status") == 11


async def test_a_wish_to_cancel_reaches_a_job_that_listens(listening: Scene) -> None:
    listening.provider.on_follow.then([QUEUED, never()])
    listening.provider.on_status.habit = QUEUED
    async with listening.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.QUEUED)
        await engine.cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED
    assert listening.provider.journal.count("follow") == 1


async def test_a_wish_of_another_program_reaches_a_job_that_listens(listening: Scene) -> None:
    listening.provider.on_follow.then([QUEUED, never()])
    listening.provider.on_status.habit = QUEUED
    async with listening.engine(adopts=True) as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.QUEUED)
        listening.ledger.ask_cancel(job.id)
        ended = await engine.wait(job.id)
    assert ended.state is S.CANCELLED


async def test_closing_leaves_a_job_that_listens_as_it_is(listening: Scene) -> None:
    listening.provider.on_follow.then([RUNNING, never()])
    async with listening.engine() as engine:
        job = await engine.generate(a_draft(T2V))
        await until(engine, job.id, S.RUNNING)
    assert listening.ledger.get(job.id).state is S.RUNNING


async def test_only_so_many_jobs_listen_and_the_others_look(scene: Scene) -> None:
    scene.streams = 1
    scene.provider.on_follow.then([RUNNING, never()])
    async with scene.engine() as engine:
        first = await engine.generate(a_draft(T2V))
        await until(engine, first.id, S.RUNNING)
        second = await engine.generate(a_draft(T2V))
        assert (await engine.wait(second.id)).state is S.DONE
    assert scene.provider.journal.count("follow") == 1


async def test_each_line_of_the_model_is_told_once_by_streams_and_looks(listening: Scene) -> None:
    one, two = LogLine("one", timestamp="1"), LogLine("two", timestamp="2")
    listening.provider.on_follow.then([RequestStatus(Phase.RUNNING, logs=(one,))])
    listening.provider.on_status.then(RequestStatus(Phase.RUNNING, logs=(one, two)))
    lines: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, RequestLogged):
            lines.append(event.message)

    async with listening.engine() as engine:
        engine.subscribe(hear)
        job = await engine.generate(a_draft(T2V))
        await engine.wait(job.id)
    assert lines == ["one", "two"]
