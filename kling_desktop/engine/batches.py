"""The engine's side of batches: rows become jobs, each in one transaction, and none twice."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.budgets import Budgets, limits_for
from kling_desktop.domain.errors import BudgetReached
from kling_desktop.domain.events import JobAdded
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.batch import check, own_job, settle, under_way
from kling_desktop.engine.batch_source import gather
from kling_desktop.engine.intake import make_job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.batch import Batch, Row
    from kling_desktop.engine.world import World


class BatchedJobs(ABC):
    """What an engine does with many wishes at once."""

    _world: World

    @abstractmethod
    def _work_on(self, job_id: JobId) -> None:
        """Work on a job that goes on, unless somebody does."""

    @abstractmethod
    def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        """Let a held job take its turn."""

    async def survey(
        self,
        source: Path | None,
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
        to make the same, that one is returned.

        Raises:
            FolderUnusable, LedgerUnusable: the row has not become a job.
        """
        job, is_new = self._world.ledger.alone(lambda: self._found_or_added(batch, row))
        if is_new:
            self._world.bus.publish(JobAdded(job))
        if job.goes_on:
            self._work_on(job.id)
        return job

    def go_on(self, job: Job) -> Job:
        """Take up a job of a batch that has stopped; one that a budget held back asks it again."""
        if job.state is JobState.HELD and _held_by_budget(job):
            return self.release(job.id)
        if job.goes_on:
            self._work_on(job.id)
        return job

    def limits_now(self, project: str = "") -> tuple[Budgets, Sequence[Any]]:
        """The budgets, and those of their limits that a job has to keep. Raises FolderUnusable."""
        book, now = self._world.budgets, self._world.clock.now()
        budgets = book.load(self._world.backend) if book else Budgets()
        return budgets, limits_for(budgets, now, project)

    def _found_or_added(self, batch: Batch, row: Row) -> tuple[Job, bool]:
        world = self._world
        assert row.plan is not None
        job_id = batch.job_id(row, world.backend)
        found = own_job(world.ledger, job_id)
        found = found or under_way(world.ledger, world.backend, row.plan.fingerprint)
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
