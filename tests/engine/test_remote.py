"""The engine as the window sees it: the same jobs, from another loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.accounts import Period
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.reports import By
from kling_desktop.domain.requests import PastRequest, Phase, RequestStatus
from kling_desktop.domain.watched import Watched
from kling_desktop.engine.remote import RemoteEngine
from tests.helpers.worlds import I2V, PICTURE, T2V, Scene, a_draft, a_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kling_desktop.domain.events import Event
    from kling_desktop.engine.engine import Engine


class Window:
    """Hears events on the engine's thread and can wait for a state on its own."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.threads: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def hear(self, event: Event) -> None:
        self.heard.append(event)
        self.threads.add(threading.current_thread().name)
        self._loop.call_soon_threadsafe(self._news.set)

    async def sees(self, state: JobState) -> None:
        while not self._has(state):
            self._news.clear()
            await self._news.wait()

    def _has(self, state: JobState) -> bool:
        return any(isinstance(each, JobChanged) and each.job.state is state for each in self.heard)


@pytest.fixture
async def window() -> Window:
    return Window()


@pytest.fixture
async def remote(scene: Scene, window: Window) -> AsyncIterator[RemoteEngine]:
    made = RemoteEngine(scene.engine, window.hear)
    assert await made.open() == "test"
    yield made
    await made.close()


async def test_what_the_engine_before_still_had_goes_on_in_the_next(
    scene: Scene, window: Window
) -> None:
    @asynccontextmanager
    async def opener() -> AsyncIterator[Engine]:
        async with scene.engine(adopts=True) as engine:
            yield engine
        scene.ledger.elsewhere.clear()  # Its jobs are nobody's now.

    remote = RemoteEngine(opener, window.hear)
    await remote.open()
    job = a_job(JobState.UNCERTAIN)
    scene.ledger.add(job, "lost")
    scene.ledger.elsewhere.add(job.id)
    assert job.body is not None
    found = PastRequest(T2V, "request-1", job.updated_at, body=dict(job.body))
    scene.provider.on_past.habit = [found]
    assert await remote.switch() == "test"
    await window.sees(JobState.DONE)
    await remote.close()


async def test_a_job_is_made_over_there_and_told_here(remote: RemoteEngine, window: Window) -> None:
    job = await remote.generate(a_draft(T2V))
    await window.sees(JobState.DONE)
    assert isinstance(window.heard[0], JobAdded)
    assert window.threads == {"kling-engine"}
    assert [each.id for each in await remote.jobs()] == [job.id]


async def test_mistakes_cross_over(remote: RemoteEngine) -> None:
    with pytest.raises(e.InvalidParams):
        await remote.generate(a_draft(T2V, duration="7"))


async def test_a_job_can_be_cancelled_from_here(
    scene: Scene, remote: RemoteEngine, window: Window
) -> None:
    scene.provider.on_status.habit = RequestStatus(Phase.QUEUED)
    job = await remote.generate(a_draft(T2V))
    await window.sees(JobState.QUEUED)
    await remote.cancel(job.id)
    await window.sees(JobState.CANCELLED)


async def test_a_story_and_what_can_be_done_cross_over(
    scene: Scene, remote: RemoteEngine, window: Window
) -> None:
    async def never(*_: object) -> list[PastRequest]:
        await asyncio.Event().wait()
        return []

    scene.provider.on_submit.then(e.SubmitUncertain("the answer was lost"))
    scene.provider.on_past.then(never)
    job = await remote.generate(a_draft(T2V))
    await window.sees(JobState.UNCERTAIN)
    assert await remote.look_again(job.id)
    assert await remote.searched() == [job.id]
    new = await remote.resend(job.id)
    await window.sees(JobState.DONE)
    old, lines = await remote.story(job.id)
    assert old.state is JobState.CANCELLED
    assert lines[0].text.startswith("Asked for")
    assert "counts as spent" in lines[-1].text
    again = await remote.again(new.id)
    assert again.params == new.params == old.params
    assert (await remote.rescue(T2V, "elsewhere-1")).request_id == "elsewhere-1"
    with pytest.raises(e.UnknownJob):
        await remote.story(JobId("nobody"))


async def test_a_picture_is_kept_before_a_job_needs_it(remote: RemoteEngine) -> None:
    assert await remote.keep_picture(PICTURE) == PICTURE


async def test_closing_closes_the_engine_and_its_thread(scene: Scene, window: Window) -> None:
    remote = RemoteEngine(scene.engine, window.hear)
    opened = [remote.is_open]
    await remote.open()
    opened.append(remote.is_open)
    await remote.close()
    opened.append(remote.is_open)
    assert opened == [False, True, False]
    assert scene.provider.closed
    assert scene.ledger.closed


async def test_an_engine_that_does_not_open_can_still_be_closed(scene: Scene) -> None:
    def broken() -> None:
        raise e.LedgerUnusable("newer")

    remote = RemoteEngine(broken, lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(e.LedgerUnusable):
        await remote.open()
    assert not remote.is_open
    await remote.close()


async def test_money_and_lost_requests_are_asked_about_over_there(
    remote: RemoteEngine, scene: Scene
) -> None:
    past = PastRequest(T2V, "r-1", scene.clock.now(), 200, {"prompt": "a"})
    scene.provider.on_past.habit = [past]
    changed = await remote.change_budgets(lambda known: replace(known, job=Decimal("0.1")))
    assert changed == scene.budgets.told
    assert "one job is $0.10" in str(await remote.foresee(Decimal(1)))
    assert (await remote.accounts(Period.EVER, By.DAY)).ever.jobs == 0
    assert await remote.ask_bill() == []
    (found,) = await remote.listed(scene.clock.now(), [T2V])
    assert found == await remote.look_up("", "r-1")
    assert await remote.glimpse(found.past) is None
    assert (await remote.take_in(found.past)).request_id == "r-1"


async def test_nothing_is_made_by_an_engine_that_the_window_does_not_know_of_yet(
    scene: Scene, window: Window, tmp_path: Path
) -> None:
    backends = iter(("sandbox", "live"))
    loop, is_ending, may_end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    @asynccontextmanager
    async def opener() -> AsyncIterator[Engine]:
        world = replace(scene.world(), backend=(name := next(backends)))
        async with scene.engine(world=world) as engine:
            yield engine
        if name == "sandbox":  # It takes a while to end, as one that is just sending does.
            loop.call_soon_threadsafe(is_ending.set)
            await asyncio.to_thread(may_end.wait)

    remote = RemoteEngine(opener, window.hear)
    await remote.open()
    switching = asyncio.ensure_future(remote.switch())
    await is_ending.wait()  # The window still shows the sandbox, where all is free.
    for wish in (
        remote.generate(a_draft(T2V)),
        remote.promote(JobId("draft")),
        remote.calibrate(""),
        remote.watch(Watched(tmp_path, I2V)),
    ):
        with pytest.raises(e.Closing):
            await wish
    may_end.set()
    assert await switching == "live"
    assert (await remote.generate(a_draft(T2V))).backend == "live"
    await remote.close()
    assert [job.backend for job in scene.ledger.newest()] == ["live"]
