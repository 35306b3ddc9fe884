"""The engine as the window sees it: awaited from the window's loop, run on the engine's thread."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.story import tell
from kling_desktop.engine.thread import EngineThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.differences import Difference
    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.domain.outlook import Outlook
    from kling_desktop.domain.story import Line
    from kling_desktop.engine.engine import Engine
    from kling_desktop.engine.intake import Draft

T = TypeVar("T")

FIRST = 300
"""Jobs that are shown before somebody scrolls; a year of work has thousands."""


class RemoteEngine:
    """One facade; each call crosses to the engine's thread and back."""

    def __init__(
        self,
        opener: Callable[[], AbstractAsyncContextManager[Engine]],
        listener: Callable[[Event], None],
    ) -> None:
        self._opener = opener
        self._listener = listener
        self._stack = AsyncExitStack()
        self._engine: Engine | None = None
        self._thread = EngineThread()

    @property
    def is_open(self) -> bool:
        return self._engine is not None

    async def open(self) -> str:
        """Start the engine and return the name of its backend. Raises KlingDesktopError."""
        return await self._thread.call(self._open)

    async def generate(self, draft: Draft) -> Job:
        """Begin a job; raises as :func:`kling_desktop.engine.intake.make_plan`."""
        return await self._thread.call(self._running.generate, draft)

    async def twins(self, draft: Draft) -> list[Job]:
        """Finished jobs that asked for the same; raises as :meth:`generate`."""
        return await self._thread.call(self._running.twins, draft)

    async def keep_picture(self, path: Path) -> Path:
        """Our own upright copy of a picture. Raises BadPicture."""
        return await self._thread.call(self._running.keep_picture, path)

    async def cancel(self, job_id: JobId) -> Job:
        return await self._thread.call(self._running.cancel, job_id)

    async def hold(self, job_id: JobId) -> Job:
        """Raises as ``Engine.hold``; so do the others."""
        return await self._thread.call(self._running.hold, job_id)

    async def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        return await self._do(lambda engine: engine.release(job_id, over_budget=over_budget))

    async def move(self, job_id: JobId, before: JobId | None) -> None:
        await self._do(lambda engine: engine.move(job_id, before))

    async def move_first(self, job_id: JobId) -> None:
        await self._do(lambda engine: engine.move_first(job_id))

    async def edit(self, job_id: JobId, draft: Draft) -> Job:
        return await self._thread.call(self._running.edit, job_id, draft)

    async def put_off(self, job_id: JobId, run_at: datetime | None) -> Job:
        return await self._do(lambda engine: engine.put_off(job_id, run_at))

    async def steering(self) -> Steering:
        return await self._do(lambda engine: engine.steering)

    async def pause_all(self) -> Steering:
        return await self._do(lambda engine: engine.pause_all())

    async def resume_all(self) -> Steering:
        return await self._do(lambda engine: engine.resume_all())

    async def set_limit(self, limit: int) -> Steering:
        return await self._do(lambda engine: engine.set_limit(limit))

    async def outlooks(self) -> dict[JobId, Outlook]:
        """What to expect of each request that waits at the service or runs."""
        return await self._do(lambda engine: engine.outlooks())

    async def jobs(self) -> list[Job]:
        """The newest jobs of this backend, and the older ones that are not over; newest first."""
        return await self._do(lambda engine: engine.first_jobs(FIRST))

    async def older_jobs(self, before: JobId) -> list[Job]:
        """The next jobs of this backend that were made before one, newest first."""
        return await self._do(lambda engine: engine.older_jobs(before, FIRST))

    async def put_elsewhere(self, job_id: JobId, folder: Path) -> Job:
        """Let a clip come to another folder; raises as ``Engine.put_elsewhere``."""
        return await self._do(lambda engine: engine.put_elsewhere(job_id, folder))

    async def story(self, job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
        """A job as it is now, and what happened to it so far. Raises UnknownJob."""
        return await self._thread.call(self._story, job_id)

    async def look_again(self, job_id: JobId) -> bool:
        """Look for an uncertain job's request now; False where another program sees to it."""
        return await self._thread.call(self._look_again, job_id)

    async def searched(self) -> list[JobId]:
        """The uncertain jobs whose requests are looked for at the moment."""
        return await self._thread.call(self._searched)

    async def resend(self, job_id: JobId) -> Job:
        """Make an uncertain job anew, unless it is found; it may be paid twice."""
        return await self._thread.call(self._running.resend, job_id)

    async def again(self, job_id: JobId) -> Job:
        """Begin a new job with the input of an earlier one."""
        return await self._thread.call(self._again, job_id)

    async def rescue(self, endpoint_id: str, request_id: str) -> Job:
        """Bring home the clip of a request; raises as ``Engine.rescue``."""
        return await self._thread.call(self._running.rescue, endpoint_id, request_id)

    async def catalog(self) -> Catalog:
        """The endpoints as they are known now."""
        return await self._thread.call(self._catalog)

    async def refresh_models(self) -> Difference:
        """Ask what has changed; raises as ``engine.catalogs.Catalogs.refresh``."""
        return await self._thread.call(self._running.refresh_models)

    async def close(self) -> None:
        """Stop the engine, then its thread; jobs go on at the next start."""
        self._engine = None  # Whoever asks something now is told that it is not open.
        await self._thread.call(self._stack.aclose)
        await asyncio.to_thread(self._thread.close)

    @property
    def _running(self) -> Engine:
        assert self._engine is not None, "open() first"
        return self._engine

    async def _do(self, work: Callable[[Engine], T]) -> T:
        """Call something quick of the engine on its own thread."""

        async def there() -> T:
            return work(self._running)

        return await self._thread.call(there)

    async def _open(self) -> str:
        self._engine = await self._stack.enter_async_context(self._opener())
        self._engine.subscribe(self._listener)
        return self._engine.backend

    async def _catalog(self) -> Catalog:
        return self._running.catalog

    async def _story(self, job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
        job = self._running.job(job_id)
        return job, tell(job, self._running.history(job_id))

    async def _look_again(self, job_id: JobId) -> bool:
        return self._running.look_now(job_id)

    async def _searched(self) -> list[JobId]:
        return self._running.searched()

    async def _again(self, job_id: JobId) -> Job:
        return self._running.again(job_id)
