"""The engine as the window sees it: awaited from the window's loop, run on the engine's thread."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from kling_desktop.domain.errors import Closing
from kling_desktop.domain.story import tell
from kling_desktop.engine.remote_bench import RemoteBench
from kling_desktop.engine.thread import EngineThread

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from kling_desktop.domain.accounts import Accounts, Foresight, Period
    from kling_desktop.domain.budgets import Budgets
    from kling_desktop.domain.calibration import Calibration
    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.differences import Difference
    from kling_desktop.domain.events import Event
    from kling_desktop.domain.foreign import Fetched, MovedTo
    from kling_desktop.domain.holders import Holder
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.domain.lineage import Frame, Joined, Moment, Still
    from kling_desktop.domain.many import Forecast
    from kling_desktop.domain.outlook import Outlook
    from kling_desktop.domain.parcel import Inspection
    from kling_desktop.domain.reports import By
    from kling_desktop.domain.requests import PastRequest
    from kling_desktop.domain.story import Line
    from kling_desktop.domain.watched import Watched, WatchStatus
    from kling_desktop.engine.batch import Batch
    from kling_desktop.engine.batch_source import Source
    from kling_desktop.engine.engine import Engine
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.ladder import FirstDraft, Promotion
    from kling_desktop.engine.rescue import Found

    Values = Mapping[str, Any]

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST = 300
"""Jobs that are shown before somebody scrolls; a year of work has thousands."""


class RemoteEngine(RemoteBench):
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
        self._told: Engine | None = None
        """The engine that the window knows of; it says whether clips cost money, and whose."""
        self._thread = EngineThread()
        self._ending: asyncio.Future[None] | None = None
        """The end of an engine that another has taken the place of."""

    @property
    def is_open(self) -> bool:
        return self._engine is not None

    async def open(self) -> str:
        """Start the engine and return the name of its backend. Raises KlingDesktopError."""
        name = await self._thread.call(self._open)
        self._told = self._engine
        return name

    async def switch(self) -> str:
        """Put the engine that is opened now in the place of the one before, and say its backend.

        The work in the window goes over to it; jobs of the one before go on when its backend is
        opened again. Raises KlingDesktopError: then the one before stays.
        """
        name = await self._thread.call(self._switch)
        self._told = self._engine
        return name

    async def generate(self, draft: Draft) -> Job:
        """Begin a job; raises as :func:`kling_desktop.engine.intake.make_plan`, and Closing."""
        return await self._thread.call(self._maker.generate, draft)

    async def twins(self, draft: Draft) -> list[Job]:
        """Finished jobs that asked for the same; raises as :meth:`generate`."""
        return await self._thread.call(self._running.twins, draft)

    async def inspect(self, draft: Draft) -> Inspection:
        """Exactly what a draft would send; raises as :meth:`generate`."""
        return await self._thread.call(self._running.inspect, draft)

    async def inspect_job(self, job_id: JobId) -> Inspection:
        """Exactly what a job has sent, or will send; raises as ``Engine.inspect_job``."""
        return await self._thread.call(self._running.inspect_job, job_id)

    async def cancel(self, job_id: JobId) -> Job:
        return await self._thread.call(self._running.cancel, job_id)

    async def hold(self, job_id: JobId) -> Job:
        """Raises as ``Engine.hold``; so do the others."""
        return await self._thread.call(self._running.hold, job_id)

    async def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        return await self._do(lambda engine: engine.release(job_id, over_budget=over_budget))

    async def move(self, job_id: JobId, before: JobId | None) -> None:
        await self._do(lambda engine: engine.move(job_id, before))

    async def move_all(self, job_ids: Sequence[JobId], before: JobId | None) -> None:
        await self._do(lambda engine: engine.move_all(job_ids, before))

    async def move_first(self, job_id: JobId) -> None:
        await self._do(lambda engine: engine.move_first(job_id))

    async def edit(self, job_id: JobId, draft: Draft) -> Job:
        return await self._thread.call(self._running.edit, job_id, draft)

    async def put_off(self, job_id: JobId, run_at: datetime | None) -> Job:
        return await self._do(lambda engine: engine.put_off(job_id, run_at))

    async def holder(self) -> Holder:
        """The account in use, and what is known of others."""
        return await self._do(lambda engine: engine.holder)

    async def hand_over(self, job_id: JobId) -> Job:
        """Let this account make a job of another one; raises as ``Engine.hand_over``."""
        return await self._do(lambda engine: engine.hand_over(job_id))

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
        return await self._thread.call(self._maker.resend, job_id)

    async def again(self, job_id: JobId) -> Job:
        """Begin a new job with the input of an earlier one."""
        return await self._thread.call(self._maker.again, job_id)

    async def frame_of(self, job_id: JobId, moment: Moment) -> Frame:
        """A frame of a job's clip; raises as ``Engine.frame_of``."""
        return await self._thread.call(self._running.frame_of, job_id, moment)

    async def still_of(self, video: Path, moment: Moment, *, within: int = 0) -> Still:
        """A frame of any video; raises as ``Engine.still_of``."""

        async def there() -> Still:
            return await self._running.still_of(video, moment, within=within)

        return await self._thread.call(there)

    async def join(
        self, job_ids: Sequence[JobId], out: Path | None, report: Callable[[int, int], None]
    ) -> Joined:
        """One clip of several; raises as ``Engine.join``, and reports on another thread."""
        return await self._thread.call(self._running.join, job_ids, out, report)

    async def fetch_picture(self, url: str) -> Fetched | MovedTo:
        """A picture of the web, asked for once. Raises BadPicture."""
        return await self._thread.call(self._running.fetch_picture, url)

    async def first_draft(self, wish: Draft) -> FirstDraft:
        """Raises as ``Engine.first_draft``; so do the others."""
        return await self._thread.call(self._running.first_draft, wish)

    async def promotion(self, job_id: JobId, endpoint_id: str = "") -> Promotion:
        return await self._thread.call(self._running.promotion, job_id, endpoint_id)

    async def promote(self, job_id: JobId, endpoint_id: str = "", *, twice: bool = False) -> Job:
        async def there() -> Job:
            return await self._maker.promote(job_id, endpoint_id, twice=twice)

        return await self._thread.call(there)

    async def calibrations(self) -> list[Calibration]:
        """What is known of where each endpoint counts from."""
        return await self._do(lambda engine: engine.calibrations())

    async def calibrate(self, endpoint_id: str) -> Job:
        """Send a probe; raises as ``Engine.calibrate``."""
        return await self._thread.call(self._maker.calibrate, endpoint_id)

    async def forget_origin(self, endpoint_id: str) -> None:
        """Raises FolderUnusable."""
        await self._thread.call(self._running.forget_origin, endpoint_id)

    async def rescue(self, endpoint_id: str, request_id: str) -> Job:
        """Bring home the clip of a request; raises as ``Engine.rescue``."""
        return await self._thread.call(self._running.rescue, endpoint_id, request_id)

    async def listed(self, since: datetime, endpoint_ids: Sequence[str] = ()) -> list[Found]:
        """The account's requests, each with its job; raises as ``Engine.listed``."""
        return await self._thread.call(self._running.listed, since, endpoint_ids)

    async def look_up(self, endpoint_id: str, what: str) -> Found:
        """What is known of a request; raises as ``Engine.look_up``."""
        return await self._thread.call(self._running.look_up, endpoint_id, what)

    async def glimpse(self, past: PastRequest) -> bytes | None:
        """The picture that a request was made from, if it can be had."""
        return await self._thread.call(self._running.glimpse, past)

    async def take_in(self, past: PastRequest) -> Job:
        """Bring home the clip of a request that was listed; raises as ``Engine.take_in``."""
        return await self._thread.call(self._running.take_in, past)

    async def accounts(self, period: Period, by: By) -> Accounts:
        """All that is known of this backend's money. Raises LedgerUnusable."""
        return await self._thread.call(self._running.accounts, period, by)

    async def foresee(self, price: Decimal | None, project: str = "") -> Foresight:
        """What the budgets would say to one more job. Raises LedgerUnusable."""
        return await self._do(lambda engine: engine.foresee(price, project))

    async def survey(
        self, source: Source, endpoint: str, prompts: Sequence[str], settings: Values
    ) -> Batch:
        """Read and check a batch; raises as ``Engine.survey``, and so do the others."""
        return await self._thread.call(self._running.survey, source, endpoint, prompts, settings)

    async def recheck(self, batch: Batch, number: int, name: str, text: str) -> Batch:
        return await self._thread.call(self._running.recheck, batch, number, name, text)

    async def settled(self, batch: Batch) -> Batch:
        return await self._thread.call(self._running.settled, batch)

    async def begin_batch(self, batch: Batch, numbers: Collection[int]) -> dict[int, Job]:
        return await self._thread.call(self._maker.begin_batch, batch, numbers)

    async def forecast(self, prices: Sequence[Decimal | None]) -> Forecast:
        """What the budgets would say to so many jobs. Raises LedgerUnusable."""
        return await self._do(lambda engine: engine.forecast(prices))

    async def watch(self, wish: Watched) -> WatchStatus:
        """Watch a folder; raises as ``Engine.watch``."""
        return await self._thread.call(self._maker.watch, wish)

    async def unwatch(self) -> WatchStatus:
        return await self._thread.call(self._running.unwatch)

    async def watch_status(self) -> WatchStatus:
        return await self._do(lambda engine: engine.watch_status)

    async def change_budgets(self, changed: Callable[[Budgets], Budgets]) -> Budgets:
        """Put other limits in place. Raises FolderUnusable."""
        return await self._thread.call(self._running.change_budgets, changed)

    async def ask_bill(self) -> list[Job]:
        """Ask now what was billed; raises as ``Engine.ask_bill``."""
        return await self._thread.call(self._running.ask_bill)

    async def catalog(self) -> Catalog:
        """The endpoints as they are known now."""
        return await self._thread.call(self._catalog)

    async def refresh_models(self) -> Difference:
        """Ask what has changed; raises as ``engine.catalogs.Catalogs.refresh``."""
        return await self._thread.call(self._running.refresh_models)

    async def close(self) -> None:
        """Stop the engine, then its thread; jobs go on at the next start."""
        self._engine = None  # Whoever asks something now is told that it is not open.
        await self._thread.call(self._close)
        await asyncio.to_thread(self._thread.close)

    @property
    def _running(self) -> Engine:
        assert self._engine is not None, "open() first"
        return self._engine

    @property
    def _maker(self) -> Engine:
        """The engine for what is made of a wish alone.

        While the one before comes to its end the window still says what that one costs.

        Raises:
            Closing: the window does not know of the engine yet.
        """
        engine = self._running
        if engine is not self._told:
            raise Closing
        return engine

    async def _do(self, work: Callable[[Engine], T]) -> T:
        """Call something quick of the engine on its own thread."""

        async def there() -> T:
            return work(self._running)

        return await self._thread.call(there)

    async def _open(self) -> str:
        engine = self._engine = await self._stack.enter_async_context(self._opener())
        engine.subscribe(lambda event: self._hear(engine, event))
        return engine.backend

    async def _close(self) -> None:
        if self._ending is not None:
            await asyncio.gather(self._ending, return_exceptions=True)
        await self._stack.aclose()

    async def _switch(self) -> str:
        before, old = self._engine, self._stack
        fresh = AsyncExitStack()
        engine = await fresh.enter_async_context(self._opener())
        if before is not None:
            # What is painted outlives the engine that kept it so far.
            engine._workshop, before._workshop = before._workshop, None  # noqa: SLF001
        self._engine, self._stack = engine, fresh
        engine.subscribe(lambda event: self._hear(engine, event))
        self._ending = asyncio.ensure_future(old.aclose())
        await asyncio.wait({self._ending})
        if (trouble := self._ending.exception()) is not None:
            # The new one is at work all the same, and everybody must hear that it is.
            log.error("the engine before did not end well", exc_info=trouble)
        engine.take_up()  # What the one before still had when this one looked.
        return engine.backend

    def _hear(self, engine: Engine, event: Event) -> None:
        """What an engine says that is being closed belongs to another backend."""
        if engine is self._engine:
            self._listener(event)

    async def _catalog(self) -> Catalog:
        return self._running.catalog

    async def _story(self, job_id: JobId) -> tuple[Job, tuple[Line, ...]]:
        job = self._running.job(job_id)
        return job, tell(job, self._running.history(job_id))

    async def _look_again(self, job_id: JobId) -> bool:
        return self._running.look_now(job_id)

    async def _searched(self) -> list[JobId]:
        return self._running.searched()
