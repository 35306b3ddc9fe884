"""The engine's side of accounts: whose jobs it works on, and how they change hands."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import KlingDesktopError, NotWaiting, UnknownJob
from kling_desktop.domain.events import HolderChanged, JobChanged
from kling_desktop.domain.jobs import NOT_YET_SENT
from kling_desktop.engine.kinship import find_kin

if TYPE_CHECKING:
    import asyncio

    from kling_desktop.domain.holders import Holder
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.desk import Desk
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)


class OwnedJobs(ABC):
    """What an engine knows of accounts."""

    _world: World
    _unseen: set[JobId]
    """Old jobs that may be another account's, and that this one does not know."""
    _kin: asyncio.Task[None] | None
    """Looks whether jobs of other keys are of this account."""
    desk: Desk

    @abstractmethod
    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""

    @abstractmethod
    def take_up(self) -> None:
        """Take up all that nobody alive works on."""

    @abstractmethod
    def _work_on(self, job_id: JobId) -> None:
        """Work on a job that goes on, unless somebody does."""

    @property
    def holder(self) -> Holder:
        """The account in use, and what is known of others."""
        return self._world.whose.holder

    def hand_over(self, job_id: JobId) -> Job:
        """Let the account in use make a job of another one that was not sent yet.

        Raises:
            UnknownJob: there is none at this backend.
            OtherAccount: it was sent already, so it is the other one's.
            NotWaiting: another program is just sending it.
        """
        job = self.job(job_id)
        if job.backend != self._world.backend:
            raise UnknownJob(f"{job_id} belongs to {job.backend}")
        after = self._world.ledger.alone(lambda: self._handed_over(job_id))
        if after != job:
            self._world.bus.publish(JobChanged(after))
        if after.goes_on:
            self._work_on(job_id)
        return self.job(job_id)

    def _handed_over(self, job_id: JobId) -> Job:
        """The job of the account in use; one step, as its own program may just be sending it."""
        world, holder = self._world, self.holder
        job = world.ledger.get(job_id)
        if job.state not in NOT_YET_SENT or holder.has(job):
            world.whose.check(job)
            return job
        if not world.ledger.claim(job_id):
            raise NotWaiting("another program is at it; do it there")
        # Where its pictures were uploaded to is the other account's.
        facts: dict[str, Any] = {"account": holder.mark, "profile": holder.name, "uploads": {}}
        job = job.but(world.clock.now(), **facts)
        world.ledger.save(job, "handed over")
        return job

    def is_left_alone(self, job: Job) -> bool:
        """Whether this engine will not work on a job, as it is another account's, or may be."""
        is_looking = self._kin is not None and not self._kin.done()
        is_foreign = not is_looking and not self._world.whose.may_work_on(job)
        return is_foreign or job.id in self._unseen

    def _check_stoppable(self, job: Job) -> None:
        if job.backend != self._world.backend:
            raise UnknownJob(f"{job.id} belongs to {job.backend}")
        if job.state not in NOT_YET_SENT and not job.is_over:  # Before, nobody must be told.
            self._world.whose.check(job)

    async def _find_kin(self) -> None:
        """Jobs of another key may be this account's after all; then they go on at once."""
        try:
            if await find_kin(self._world):
                self.desk.holder = self.holder
                self._world.bus.publish(HolderChanged(self.holder))
                self.take_up()
        except KlingDesktopError as error:
            log.info("jobs of other keys stay where they are code=%s", error.code)
