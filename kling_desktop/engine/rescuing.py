"""The engine's side of rescue: requests that no job knows become jobs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import UnknownRequest
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import BROUGHT_BACK, Job, JobId, JobState
from kling_desktop.domain.wanted import read_wanted
from kling_desktop.engine import rescue
from kling_desktop.engine.glimpse import glimpse
from kling_desktop.engine.rescue import Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.events import Event
    from kling_desktop.domain.requests import PastRequest
    from kling_desktop.engine.world import World

TAKEN_IN = "taken in from the account's list"


class RescuedJobs(ABC):
    """What an engine does with requests that it has not sent."""

    _world: World

    @abstractmethod
    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""

    @abstractmethod
    def _run(self, job: Job) -> None:
        """Work on a job."""

    @abstractmethod
    async def _stop(self, *job_ids: JobId) -> None:
        """Stop working on jobs, and leave them as they are."""

    async def rescue(self, endpoint_id: str, what: str) -> Job:
        """Take in a request by its id or an address of it, and bring its clip home.

        Without an endpoint it is looked for in the account's list. Raises as ``rescue.find``.
        """
        known = self._known(read_wanted(what, self._world.catalog).request_id)
        if known is not None and known.state not in BROUGHT_BACK:
            return known
        endpoint_id = endpoint_id or (known.endpoint if known else "")
        return await self._adopt_request(*await rescue.find(self._world, what, endpoint_id))

    async def scan(self, since: datetime, endpoint_ids: Sequence[str] = ()) -> list[PastRequest]:
        """The account's requests that the ledger does not know. Raises as ``rescue.unknown``."""
        return await rescue.unknown(self._world, endpoint_ids, since)

    async def listed(self, since: datetime, endpoint_ids: Sequence[str] = ()) -> list[Found]:
        """The account's requests, each with its job. Raises as ``rescue.listed``."""
        return await rescue.listed(self._world, endpoint_ids, since)

    async def look_up(self, endpoint_id: str, what: str) -> Found:
        """What is known of a request that somebody names; takes nothing in.

        Raises as ``rescue.find``.
        """
        known = self._known(read_wanted(what, self._world.catalog).request_id)
        named = endpoint_id or (known.endpoint if known else "")
        endpoint, past = await rescue.find(self._world, what, named)
        return Found(replace(past, endpoint=endpoint.id), known)

    async def glimpse(self, past: PastRequest) -> bytes | None:
        """The picture that a request was made from, if it can be had; costs nothing."""
        return await glimpse(self._world, past)

    async def take_in(self, past: PastRequest) -> Job:
        """Bring home the clip of a request that :meth:`scan` has found. Raises as ``rescue``."""
        return await self._adopt_request(self._world.catalog.endpoint(past.endpoint), past)

    async def _adopt_request(self, endpoint: Endpoint, past: PastRequest) -> Job:
        state = await rescue.where_it_is(self._world, endpoint, past)
        found = rescue.job_of(self._world, endpoint, past)
        if found is not None and found.state is JobState.UNCERTAIN:
            await self._stop(found.id)  # It is not looked for any more.
        job, news = self._world.ledger.alone(lambda: self._take_up(endpoint, past, state))
        if news is not None:
            self._world.bus.publish(news)
            self._run(job)
        return job

    def _take_up(
        self, endpoint: Endpoint, past: PastRequest, state: JobState
    ) -> tuple[Job, Event | None]:
        """The job of a request, and what is new about it; in one step with the look for it.

        So no request gets two jobs, whichever programs ask for it at one moment.
        """
        world, found = self._world, rescue.job_of(self._world, endpoint, past)
        if found is None:
            job = rescue.adopted(world, endpoint, past, state)
            world.ledger.add(job, TAKEN_IN)
            return job, JobAdded(job)
        if found.state not in BROUGHT_BACK:
            return found, None
        if found.is_over:
            world.ledger.take_over(found.id)
        elif not world.ledger.claim(found.id):
            raise UnknownRequest(
                f"{past.request_id} is that of job {found.id}, which another program has open and "
                "looks for itself: look for it there, or close that program and try again"
            )
        job = rescue.brought_back(world, found, past, state)
        world.ledger.save(job, TAKEN_IN)
        return job, JobChanged(job)

    def _known(self, request_id: str) -> Job | None:
        """The job of a request; the last one, where several tried to bring its clip home."""
        return rescue.known_as(self._world, request_id)
