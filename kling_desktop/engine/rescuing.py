"""The engine's side of rescue: requests that no job knows become jobs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import RESUMABLE, Job, JobId, JobState
from kling_desktop.domain.wanted import read_wanted
from kling_desktop.engine import rescue
from kling_desktop.engine.errand import Errand
from kling_desktop.engine.glimpse import glimpse
from kling_desktop.engine.rescue import Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.requests import PastRequest
    from kling_desktop.engine.world import World


class RescuedJobs(ABC):
    """What an engine does with requests that it has not sent."""

    _world: World

    @abstractmethod
    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""

    @abstractmethod
    def _begin(self, job: Job, cause: str) -> None:
        """Record a new job and work on it."""

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
        if known is not None and known.state in RESUMABLE | {JobState.DONE}:
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
        if lost := rescue.lost_one(self._world, endpoint, past):
            await self._stop(lost.id)
        # From here to the record nothing waits, so no request gets two jobs in this program.
        known = self._known(past.request_id)
        if known is not None and known.state in RESUMABLE | {JobState.DONE}:
            return known
        if known is not None:
            job = rescue.again(self._world, known, past, state)
        elif lost is not None and self._is_lost(lost.id):
            return self._found_lost(lost.id, past)
        else:
            job = rescue.adopted(self._world, endpoint, past, state)
        self._begin(job, "taken in from the account's list")
        return job

    def _is_lost(self, job_id: JobId) -> bool:
        is_uncertain = self.job(job_id).state is JobState.UNCERTAIN
        return is_uncertain and self._world.ledger.claim(job_id)

    def _found_lost(self, job_id: JobId, past: PastRequest) -> Job:
        errand = Errand(self._world, self.job(job_id))
        errand.advance(JobState.QUEUED, "found in fal's list", request_id=past.request_id)
        self._run(errand.job)
        return errand.job

    def _known(self, request_id: str) -> Job | None:
        """The job of a request; the last one, where several tried to bring its clip home."""
        return rescue.job_of(self._world, request_id)
