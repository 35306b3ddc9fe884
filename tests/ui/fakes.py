"""An engine for the window's tests: it starts no thread, and answers as its scripts say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain import params
from kling_desktop.domain.catalog import Catalog, load_catalog
from kling_desktop.domain.differences import Difference
from kling_desktop.domain.history import JobEvent
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.line import Steering
from kling_desktop.domain.story import Line, tell
from kling_desktop.engine.remote import RemoteEngine
from tests.helpers.fakes import Script
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.domain.outlook import Outlook
    from kling_desktop.engine.intake import Draft


class FakeEngine(RemoteEngine):
    """The facade of the engine, without the engine behind it."""

    def __init__(self) -> None:
        # The real one starts a thread here; this one has nothing to run on it.
        self.on_open: Script[str] = Script("sandbox")
        self.on_jobs: Script[list[Job]] = Script(list)
        self.on_older: Script[list[Job]] = Script(lambda _: [])
        self.on_generate: Script[Job] = Script(
            lambda draft: a_job(id=JobId("mine"), endpoint=draft.endpoint, params=draft.values)
        )
        self.on_twins: Script[list[Job]] = Script([])
        self.on_keep: Script[Path] = Script(lambda path: path)
        self.on_cancel: Script[Job] = Script(lambda job_id: a_job(id=job_id))
        self.on_story: Script[tuple[Job, tuple[Line, ...]]] = Script(_story)
        self.on_look: Script[bool] = Script(habit=True)
        self.on_searched: Script[list[JobId]] = Script(list)
        self.on_resend: Script[Job] = Script(lambda job_id: a_job(id=JobId("new")))
        self.on_again: Script[Job] = Script(lambda job_id: a_job(id=JobId("new")))
        self.on_rescue: Script[Job] = Script(lambda *_: a_job(JobState.QUEUED, id=JobId("new")))
        self.on_refresh: Script[Difference] = Script(Difference("sandbox", "2026-12-01", ()))
        self.on_hold: Script[Job] = Script(lambda job_id: a_job(JobState.HELD, id=job_id))
        self.on_release: Script[Job] = Script(lambda job_id: a_job(id=job_id))
        self.on_move: Script[None] = Script(None)
        self.on_edit: Script[Job] = Script(lambda job_id, _: a_job(JobState.HELD, id=job_id))
        self.on_outlooks: Script[dict[JobId, Outlook]] = Script(dict)
        self.steered = Steering()
        self.known = load_catalog()
        """The catalog that counts."""
        self.was_opened = False

    @property
    def is_open(self) -> bool:
        return self.was_opened

    async def open(self) -> str:
        name = await self.on_open.play()
        self.was_opened = True
        return name

    async def generate(self, draft: Draft) -> Job:
        self._demand()
        params.check(load_catalog().endpoint(draft.endpoint), draft.values)
        return await self.on_generate.play(draft)

    async def twins(self, draft: Draft) -> list[Job]:
        self._demand()
        return await self.on_twins.play(draft)

    async def keep_picture(self, path: Path) -> Path:
        self._demand()
        return await self.on_keep.play(path)

    async def cancel(self, job_id: JobId) -> Job:
        self._demand()
        return await self.on_cancel.play(job_id)

    async def hold(self, job_id: JobId) -> Job:
        return await self.on_hold.play(job_id)

    async def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        return await self.on_release.play(job_id)

    async def move(self, job_id: JobId, before: JobId | None) -> None:
        await self.on_move.play(job_id, before)

    async def edit(self, job_id: JobId, draft: Draft) -> Job:
        return await self.on_edit.play(job_id, draft)

    async def outlooks(self) -> dict[JobId, Outlook]:
        return await self.on_outlooks.play()

    async def steering(self) -> Steering:
        return self.steered

    async def pause_all(self) -> Steering:
        self.steered = replace(self.steered, paused=True)
        return self.steered

    async def resume_all(self) -> Steering:
        self.steered = replace(self.steered, paused=False)
        return self.steered

    async def jobs(self) -> list[Job]:
        self._demand()
        return await self.on_jobs.play()

    async def older_jobs(self, before: JobId) -> list[Job]:
        self._demand()
        return await self.on_older.play(before)

    async def story(self, job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
        self._demand()
        return await self.on_story.play(job_id)

    async def look_again(self, job_id: JobId) -> bool:
        self._demand()
        return await self.on_look.play(job_id)

    async def searched(self) -> list[JobId]:
        self._demand()
        return await self.on_searched.play()

    async def resend(self, job_id: JobId) -> Job:
        self._demand()
        return await self.on_resend.play(job_id)

    async def again(self, job_id: JobId) -> Job:
        self._demand()
        return await self.on_again.play(job_id)

    async def rescue(self, endpoint_id: str, request_id: str) -> Job:
        self._demand()
        return await self.on_rescue.play(endpoint_id, request_id)

    async def catalog(self) -> Catalog:
        self._demand()
        return self.known

    async def refresh_models(self) -> Difference:
        self._demand()
        return await self.on_refresh.play()

    async def close(self) -> None:
        self.was_opened = False

    @property
    def drafts(self) -> list[Draft]:
        """Everything that was asked for and passed the check."""
        return [draft for (draft,) in self.on_generate.calls]

    def _demand(self) -> None:
        assert self.was_opened, "open() first"


def _story(job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
    job = a_job(id=job_id)
    return job, tell(job, [JobEvent(job.created_at, job.state, "asked by the user")])


async def eventually(holds: Callable[[], object]) -> None:
    """Let the loop run until something holds; a test that waits in vain fails in time."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for is what a person would see
            await asyncio.sleep(0.005)


async def turns(number: int = 20) -> None:
    """Let everything that is ready run, and what follows from it."""
    for _ in range(number):
        await asyncio.sleep(0)
