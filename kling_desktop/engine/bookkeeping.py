"""What jobs were billed in the end: the provider's bill is asked for, and asked again, on the side.

The bill comes with a delay and nothing waits for it. An entry is the last word on a job's money,
also where nobody knew whether there would be a charge. No entry proves nothing.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.spending import counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.requests import BilledRequest
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

ASK_AFTER = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0)
"""Seconds from an end to the first question, then from each to the next; the last for ever."""
TOGETHER = timedelta(seconds=15)
"""What would be asked within this time is asked in one call."""
MOST = 50
"""Requests that one call may name."""
OLDEST = timedelta(days=89)
"""What has no bill by then gets none: nothing older can be asked for."""
MOST_KNOWN = 1000
"""Jobs without a bill that are taken up at a start, newest first."""
SKEW = timedelta(minutes=10)
"""How much this computer's clock and the service's may differ."""
_NOT_FOR_US = (e.Fixable, e.ProviderFailed)
"""A key that may not see the bill, or a service that has none."""


@dataclass(slots=True)
class _Open:
    """A job whose bill is awaited."""

    due: datetime
    asked: int = 0


class Bookkeeper:
    """Writes down what each job was billed, as soon as the service says so."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[JobId, _Open] = {}
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Ask for every bill that is missing, for as long as the program runs."""
        unsubscribe = self._world.bus.subscribe(self._hear)
        try:
            for job in self._unbilled():
                self._note(job)
            while True:
                await self._until_due()
                await self._ask_what_is_due()
        except _NOT_FOR_US as error:
            log.info("the bill cannot be seen with this key code=%s", error.code)
        finally:
            unsubscribe()

    async def ask_now(self) -> list[Job]:
        """Ask for all that is missing; returns the jobs whose bill came.

        Raises:
            KlingDesktopError: the bill cannot be read, now or with this key.
        """
        missing = self._unbilled()
        found: list[Job] = []
        for start in range(0, len(missing), MOST):
            found += await self._ask(missing[start : start + MOST])
        return found

    def _unbilled(self) -> list[Job]:
        since = self._world.clock.now() - OLDEST
        found = self._world.ledger.unbilled(self._world.backend, since, MOST_KNOWN)
        return [job for job in found if self._world.whose.may_work_on(job)]

    def _hear(self, event: Event) -> None:
        if isinstance(event, JobChanged) and _is_open(event.job):
            self._note(event.job)

    def _note(self, job: Job) -> None:
        is_ours = job.backend == self._world.backend and self._world.whose.may_work_on(job)
        if is_ours and job.id not in self._open:
            due = self._world.clock.now() + timedelta(seconds=ASK_AFTER[0])
            self._open[job.id] = _Open(due)
            self._news.set()

    async def _until_due(self) -> None:
        while not self._due():
            self._news.clear()
            waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._news.wait())]
            if self._open:
                next_due = min(each.due for each in self._open.values())
                left = (next_due - self._world.clock.now()).total_seconds()
                waits.append(asyncio.ensure_future(self._world.clock.sleep(left)))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()
                await asyncio.gather(*waits, return_exceptions=True)

    def _due(self) -> list[JobId]:
        now = self._world.clock.now()
        if all(each.due > now for each in self._open.values()):
            return []
        return [name for name, each in self._open.items() if each.due <= now + TOGETHER][:MOST]

    async def _ask_what_is_due(self) -> None:
        names = self._due()
        for name in names:
            known = self._open[name]
            known.asked = min(known.asked + 1, len(ASK_AFTER) - 1)
            known.due = self._world.clock.now() + timedelta(seconds=ASK_AFTER[known.asked])
        try:
            jobs = {name: self._world.ledger.get(name) for name in names}
            await self._ask([job for job in jobs.values() if _is_open(job)])
            for name in names:
                if not _is_open(self._world.ledger.get(name)):
                    del self._open[name]
        except _NOT_FOR_US:
            raise
        except e.KlingDesktopError as error:
            log.info("the bill is asked for again later code=%s", error.code)

    async def _ask(self, jobs: Sequence[Job]) -> list[Job]:
        if not jobs:
            return []
        now = self._world.clock.now()
        since = min(job.sent_at or job.created_at for job in jobs) - SKEW
        ids = [job.request_id for job in jobs if job.request_id]
        told = await self._world.provider.billed(ids, since, now + SKEW)
        bills = {each.request_id: each for each in told}
        mine = [(job.id, bills[job.request_id]) for job in jobs if job.request_id in bills]
        return self._record(mine)

    def _record(self, bills: Sequence[tuple[JobId, BilledRequest]]) -> list[Job]:
        """Write amounts down where no other program has the job: its owner does it there."""
        found = self._world.ledger.alone(lambda: self._settle(bills))
        for job in found:
            log.info("billed job=%s usd=%s", job.id, job.cost_usd)
            self._world.bus.publish(JobChanged(job))
        return found

    def _settle(self, bills: Sequence[tuple[JobId, BilledRequest]]) -> list[Job]:
        """In one step: no program brings a job back to life between a look at it and its bill."""
        ledger, now = self._world.ledger, self._world.clock.now()
        holder = self._world.whose.holder
        found = [
            replace(settled(job, bill, now), **holder.facts(job))
            for job, bill in ((ledger.get(name), bill) for name, bill in bills)
            if _is_open(job) and ledger.claim(job.id)
        ]
        ledger.save_all([(job, "the bill") for job in found])
        return found


def settled(job: Job, bill: BilledRequest, at: datetime) -> Job:
    """The job with what it was billed; the doubt whether it was charged is over."""
    trouble = job.trouble
    if trouble is not None:
        trouble = replace(trouble, charge=(Charge.YES if bill.usd else Charge.NO).value)
    return job.but(
        at,
        cost_usd=bill.usd,
        billed_at=bill.at,
        trouble=trouble,
        ended_at=job.ended_at or job.updated_at,
    )


def _is_open(job: Job) -> bool:
    return job.is_over and counts(job) and job.request_id is not None and job.billed_at is None
