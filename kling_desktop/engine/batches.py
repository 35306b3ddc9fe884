"""The engine's side of batches: rows become jobs, each in one transaction, and none twice."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.allowances import Standing
from kling_desktop.domain.budgets import limits_for
from kling_desktop.domain.errors import BudgetReached
from kling_desktop.domain.events import JobAdded
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.many import Forecast, foresee
from kling_desktop.domain.watched import WatchStatus
from kling_desktop.engine.accounts import AccountedJobs
from kling_desktop.engine.batch import (
    Fate,
    check,
    check_backend,
    check_row,
    own_job,
    retyped,
    settle,
    stands_for,
)
from kling_desktop.engine.batch_source import gather
from kling_desktop.engine.intake import make_job
from kling_desktop.engine.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from decimal import Decimal
    from typing import Any

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.watched import Watched
    from kling_desktop.engine.batch import Batch, Row
    from kling_desktop.engine.batch_source import Source

WATCHING = "watch a folder"
"""What the task is called."""
NO_BUDGET = (
    "there is no budget for a day, and nothing is made unwatched without one; set it with "
    "File, Money, or with `kling-desktop budget set day=USD`"
)
NO_PRICE = "the price of such a clip is not known, so no budget can hold it"


class BatchedJobs(AccountedJobs):
    """What an engine does with many wishes at once."""

    _watch: Watch | None = None
    _watching: asyncio.Task[None] | None = None
    _watch_words = 0
    """How often somebody said that a folder be watched, or none: the last word counts."""

    @abstractmethod
    def _work_on(self, job_id: JobId) -> None:
        """Work on a job that goes on, unless somebody does."""

    @abstractmethod
    def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        """Let a held job take its turn."""

    async def survey(
        self,
        source: Source,
        endpoint: str,
        prompts: Sequence[str] = (),
        settings: Mapping[str, Any] | None = None,
        *,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> Batch:
        """Read, multiply out and check a batch; nothing is sent.

        Raises:
            InvalidParams, UnknownEndpoint, FolderUnusable: there is no batch.
        """
        world = self._world
        wanted = await gather(source, world.catalog.endpoint(endpoint), prompts, settings)
        batch = await check(world.catalog, world.files, endpoint, wanted, on_progress=on_progress)
        return await self.settled(batch)

    async def settled(self, batch: Batch) -> Batch:
        """The batch as the ledger sees it now."""
        return await settle(batch, self._world.ledger, self._world.backend)

    def begin_row(self, batch: Batch, row: Row) -> Job:
        """The job of a row, made if there is none, and taken up if nobody is working on it.

        The look and the record are one transaction: however often it is called, by however many
        programs, and wherever they are killed, there is one job. Where another job is just about
        to make the same, or has made it since the batch was settled, that one is returned.

        Raises:
            InvalidParams: the batch was settled with another backend.
            FolderUnusable, LedgerUnusable: the row has not become a job.
        """
        check_backend(batch, self._world.backend)
        job, is_new = self._world.ledger.alone(lambda: self._found_or_added(batch, row))
        if is_new:
            self._world.bus.publish(JobAdded(job))
        if job.goes_on:
            self._work_on(job.id)
        return job

    def go_on(self, job: Job) -> Job:
        """Take up a job of a batch that has stopped; one that a budget held back asks it again.

        How it stands is read anew: since the batch was checked, other programs may have moved it.
        """
        job = self._world.ledger.get(job.id)
        if job.state is JobState.HELD and _held_by_budget(job):
            return self.release(job.id)
        if job.goes_on:
            self._work_on(job.id)
        return job

    async def recheck(self, batch: Batch, number: int, name: str, text: str) -> Batch:
        """The batch with another value in one field of one row; an empty one is taken out.

        The batch stays the same one: what has begun stays begun. Raises as :meth:`survey`.
        """
        world = self._world
        row = batch.rows[number - 1]
        endpoint = world.catalog.endpoint(batch.endpoint)
        entry = retyped(endpoint, row.entry, name, text)
        checked = await check_row(world.catalog, world.files, endpoint.id, entry, batch.project)
        rows = tuple(checked if each is row else each for each in batch.rows)
        return await self.settled(replace(batch, rows=rows))

    async def begin_batch(self, batch: Batch, numbers: Collection[int]) -> dict[int, Job]:
        """Let these rows become jobs, and those that are jobs go on. Raises as ``begin_row``."""
        jobs: dict[int, Job] = {}
        for row in batch.rows:
            if row.entry.number not in numbers or row.plan is None:
                continue
            if row.fate is Fate.READY:
                jobs[row.entry.number] = self.begin_row(batch, row)
            elif row.fate is Fate.BEGUN and row.job is not None:
                jobs[row.entry.number] = self.go_on(row.job)
            await asyncio.sleep(0)  # The first are on their way while the rest is written down.
        return jobs

    def forecast(self, prices: Sequence[Decimal | None], project: str = "") -> Forecast:
        """What the budgets would say to so many jobs. Raises LedgerUnusable."""
        budgets, trouble = self._budgets()
        if budgets is None:
            return Forecast(len(prices), unreadable=trouble)
        limits = limits_for(budgets, self._world.clock.now(), project)
        standings = [Standing(each, self._spent_of(each)) for each in limits]
        return foresee(prices, standings, allows_unknown=budgets.allows_unknown)

    async def watch(self, wish: Watched) -> WatchStatus:
        """Make a clip of each new picture of a folder from now on, as long as a budget holds.

        Where another word about watching came before the folder was looked at, that one counts,
        and how things stand then is returned.

        Raises:
            InvalidParams: there is no budget for a day, or the folder cannot be watched.
            Closing: the engine begins nothing new.
        """
        self._world.doors.check()
        self._watch_words += 1
        word = self._watch_words
        await self._end_watch()
        watch = Watch(self._world, self, wish)
        status = await watch.begin()
        if word != self._watch_words:
            return self.watch_status
        self._watch = watch
        self._watching = asyncio.create_task(watch.run(), name=WATCHING)
        return status

    async def unwatch(self) -> WatchStatus:
        """Watch no longer; what was begun goes on."""
        self._watch_words += 1
        await self._end_watch()
        return WatchStatus()

    async def _end_watch(self) -> None:
        task, self._watch, self._watching = self._watching, None, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def watch_status(self) -> WatchStatus:
        return self._watch.status if self._watch else WatchStatus()

    def guard_of_watch(self, price: Decimal | None) -> str:
        """Why nothing may be made without somebody there; empty if it may."""
        budgets, trouble = self._budgets()
        if budgets is None:
            return f"the budgets cannot be read: {trouble}"
        if budgets.day is None:
            return NO_BUDGET
        if price is None:
            return NO_PRICE
        return str(self.foresee(price))

    def _found_or_added(self, batch: Batch, row: Row) -> tuple[Job, bool]:
        world = self._world
        assert row.plan is not None
        job_id = batch.job_id(row, world.backend)
        found = own_job(world.ledger, job_id) or stands_for(world.ledger, world.backend, row)
        if found:
            return found, False
        job = replace(
            make_job(world, row.plan, batch.out_dir),
            id=job_id,
            batch=f"{batch.id}:{row.entry.number}",
        )
        world.ledger.add(job, "row of a batch")
        return job, True


def _held_by_budget(job: Job) -> bool:
    return job.trouble is not None and job.trouble.code == BudgetReached.code
