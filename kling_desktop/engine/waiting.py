"""The engine's side of the line: what the user does with waiting jobs, done and told at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingDesktopError, NotWaiting, UnknownJob
from kling_desktop.domain.events import JobChanged, SteeringChanged
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.desk import Desk
from kling_desktop.engine.intake import made, make_plan
from kling_desktop.engine.line import why
from kling_desktop.engine.outlooks import Outlooks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.domain.outlook import Outlook
    from kling_desktop.engine.errand import Errand
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.world import World


class WaitingJobs(ABC):
    """What an engine does with jobs that wait; the engine itself stops and starts their work."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.desk = Desk(
            world.ledger, world.wheel, world.backend, world.clock.now, world.whose.holder
        )
        self._outlooks = Outlooks(world.ledger, world.clock.now)
        self._steering = world.steering
        """As the listeners know it."""

    @abstractmethod
    def adopt(self) -> list[JobId]:
        """Take up jobs that nobody alive is running."""

    @abstractmethod
    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""

    @abstractmethod
    def _begin_again(self, job: Job) -> None:
        """Work on a job, unless somebody does."""

    @abstractmethod
    def _errand(self, job_id: JobId) -> Errand | None:
        """The work on a job, where this program does it."""

    @abstractmethod
    async def _stop(self, *job_ids: JobId) -> None:
        """End the work on jobs."""

    async def hold(self, job_id: JobId) -> Job:
        """Keep a job from being sent until it is released. Raises as ``Desk.hold``."""
        if self.job(job_id).state in {JobState.INTENT, JobState.UPLOADING}:
            await self._stop(job_id)
        try:
            held = self.desk.hold(job_id)
        except KlingDesktopError:
            self.adopt()  # It was too late; the job goes on.
            raise
        return self._told(held)

    def release(self, job_id: JobId, *, over_budget: bool = False) -> Job:
        """Let a held job take its turn. Raises as ``Desk.release``."""
        job = self._told(self.desk.release(job_id, over_budget=over_budget))
        self._begin_again(job)
        return job

    def move(self, job_id: JobId, before: JobId | None) -> None:
        """Put a waiting job in front of another one, or behind all. Raises as ``Desk.move``."""
        self.move_all((job_id,), before)

    def move_all(self, job_ids: Sequence[JobId], before: JobId | None) -> None:
        """Put waiting jobs in front of another one, or behind all. Raises as ``Desk.move_all``."""
        for job in self.desk.move_all(job_ids, before):
            self._told(job)

    def move_first(self, job_id: JobId) -> None:
        """Put a waiting job in front of all. Raises as ``Desk.move``."""
        for job in self.desk.move_first(job_id):
            self._told(job)

    async def edit(self, job_id: JobId, draft: Draft) -> Job:
        """Let a held job ask for something else. Raises as :func:`make_plan` and ``Desk.edit``."""
        return self._told(
            self.desk.edit(job_id, await make_plan(self._world.catalog, self._world.files, draft))
        )

    def put_elsewhere(self, job_id: JobId, folder: Path) -> Job:
        """Let the clip of a job come to another folder, say where its own cannot be written.

        Raises:
            UnknownJob: there is none at this backend that is not over.
            NotWaiting: another program has it.
            FolderUnusable: the folder cannot be made.
        """
        out_dir = str(made(folder))
        job = self._world.ledger.alone(lambda: self._put_elsewhere(job_id, out_dir))
        if (errand := self._errand(job_id)) is None:
            return self._told(job)
        errand.accept(job)
        errand.nudge()
        return job

    def _put_elsewhere(self, job_id: JobId, out_dir: str) -> Job:
        """One step, and of what the ledger says: one that waits may just have been held."""
        job, ledger = self.job(job_id), self._world.ledger
        if job.backend != self._world.backend or job.is_over:
            raise UnknownJob(f"{job_id} belongs to {job.backend}, and is {job.state}")
        self._world.whose.check(job)
        if not ledger.claim(job_id):
            raise NotWaiting("another program is bringing its clip home; choose the folder there")
        job = job.but(self._world.clock.now(), out_dir=out_dir)
        ledger.save(job, "another folder was chosen")
        return job

    def open_jobs(self) -> list[Job]:
        """Jobs of this account that are not over and were sent, or will be; newest first."""
        return [job for job in self._all_open() if self._world.whose.may_work_on(job)]

    def foreign_jobs(self) -> list[Job]:
        """Those of other accounts of this backend; nothing is done with them."""
        return [job for job in self._all_open() if not self._world.whose.may_work_on(job)]

    def _all_open(self) -> list[Job]:
        ledger, backend = self._world.ledger, self._world.backend
        found = (*ledger.under_way(backend), *ledger.uncertain(backend), *ledger.waiting(backend))
        jobs = {job.id: job for job in found}
        return sorted(jobs.values(), key=lambda job: job.created_at, reverse=True)

    def first_jobs(self, limit: int) -> list[Job]:
        """The newest jobs of this backend, and the older ones that are not over; newest first.

        Those of other accounts are among them: they wait until theirs is chosen. However many
        there are, only these are read.
        """
        jobs = self._world.ledger.page(None, limit, self._world.backend)
        known = {job.id for job in jobs}
        return jobs + [job for job in self._all_open() if job.id not in known]

    def older_jobs(self, before: JobId, limit: int) -> list[Job]:
        """The jobs of this backend that were made before one, newest first. Raises UnknownJob."""
        return self._world.ledger.page(before, limit, self._world.backend)

    def put_off(self, job_id: JobId, run_at: datetime | None) -> Job:
        """Let a waiting job not begin before a time. Raises as ``Desk.put_off``."""
        job = self._told(self.desk.put_off(job_id, run_at))
        self._world.line.stir(self._world)
        return job

    @property
    def steering(self) -> Steering:
        """Whether all is paused, and how many jobs run at once."""
        return self._world.steering

    def pause_all(self) -> Steering:
        """Send nothing new; what was sent goes on. Raises FolderUnusable."""
        return self._steered(self.desk.pause_all())

    def resume_all(self) -> Steering:
        """Let the line go on. Raises FolderUnusable."""
        return self._steered(self.desk.resume_all())

    def set_limit(self, limit: int) -> Steering:
        """So many jobs at once; 0 for any number. Raises as ``Desk.set_limit``."""
        return self._steered(self.desk.set_limit(limit))

    def learned_limit(self) -> int | None:
        """The most requests that the account was seen to run at once, if that is worth a word."""
        steering = self.steering
        return steering.learned if steering.learned not in {0, steering.limit} else None

    def outlook(self, job_id: JobId) -> Outlook:
        """What to expect of a request, and what can be done if it is late. Raises UnknownJob."""
        return self._outlooks.of(self.job(job_id))

    def outlooks(self) -> dict[JobId, Outlook]:
        """The same of every request of this backend that waits at the service or runs."""
        found = self._world.ledger.under_way(self._world.backend)
        states, may = {JobState.QUEUED, JobState.RUNNING}, self._world.whose.may_work_on
        there = [job for job in found if job.state in states and may(job)]
        return {job.id: self._outlooks.of(job) for job in there}

    def why_it_waits(self, job_id: JobId) -> str:
        """What keeps a job from beginning, in a few words; empty if nothing does."""
        return why(self._world, self.job(job_id))

    def _told(self, job: Job) -> Job:
        self._world.bus.publish(JobChanged(job))
        return job

    def _steered(self, steering: Steering) -> Steering:
        if steering != self._steering:
            self._steering = steering
            self._world.bus.publish(SteeringChanged(steering))
        self._world.line.stir(self._world)
        return steering
