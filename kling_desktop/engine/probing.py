"""The engine's side of the calibration: one probe at a time for each endpoint, and what is known.

A probe is an ordinary job. Its clip is looked at as those of all brush jobs, by whichever program
brings it home; ``brush_checks`` keeps what it shows.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING

from kling_desktop.domain.calibration import (
    PROJECT,
    PURPOSE,
    Calibration,
    brush_endpoints,
    brush_price,
)
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.rules import takes_brush
from kling_desktop.engine.intake import Draft, make_job, make_plan
from kling_desktop.engine.ladder import cheapest
from kling_desktop.engine.takes import FurtherTakes

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job

CAUSE = "asked where y counts from"


class ProbedEndpoints(FurtherTakes):
    """What an engine does about where endpoints count from."""

    def calibrations(self) -> list[Calibration]:
        """What is known of each endpoint with the brush, the cheapest first."""
        answers = {each.endpoint: each for each in self._world.catalogs.answers}
        probes = self._probes()
        return [
            Calibration(
                each,
                brush_price(each),
                answers.get(each.id),
                next((job for job in probes if job.endpoint == each.id), None),
            )
            for each in brush_endpoints(self._world.catalog)
        ]

    async def calibrate(self, endpoint_id: str = "") -> Job:
        """Send the probe to an endpoint, or to the cheapest; one that is under way stands for it.

        Raises:
            InvalidParams: the endpoint does not take the brush.
            UnknownEndpoint, BadPicture, FolderUnusable: nothing was sent.
        """
        world = self._world
        endpoint = self._probed(endpoint_id)
        plan = await make_plan(world.catalog, world.files, await self._probe(endpoint))
        job = make_job(world, plan, None)
        found = self._begun_unless(lambda: self._under_way(endpoint), job, CAUSE)
        self._look_at(found)
        return found

    async def forget_origin(self, endpoint_id: str) -> None:
        """Believe again what Kling has written. Raises FolderUnusable."""
        if (origins := self._world.catalogs.origins) is not None:
            await asyncio.to_thread(origins.forget, self._world.backend, endpoint_id)

    @abstractmethod
    def _look_at(self, job: Job) -> None:
        """Look at the clip of a brush job that is done, if nobody has."""

    def _probed(self, endpoint_id: str) -> Endpoint:
        catalog = self._world.catalog
        if not endpoint_id:
            return cheapest(catalog)
        endpoint = catalog.endpoint(endpoint_id)
        if not takes_brush(endpoint):
            taken = tuple(each.id for each in brush_endpoints(catalog))
            raise InvalidParams((Problem("endpoint", "has no motion brush", endpoint_id, taken),))
        return endpoint

    async def _probe(self, endpoint: Endpoint) -> Draft:
        from kling_desktop.domain.motion import probe

        data, motion = await asyncio.to_thread(lambda: (probe.picture_file(), probe.document()))
        picture = await self._world.files.keep_bytes(probe.NAME, data)
        return Draft(
            endpoint=endpoint.id,
            values={
                "prompt": probe.PROMPT,
                "negative_prompt": probe.NEGATIVE,
                "image_url": str(picture),
            },
            motion=motion,
            project=PROJECT,
            purpose=PURPOSE,
        )

    def _under_way(self, endpoint: Endpoint) -> Job | None:
        """The probe whose answer is still to come, be it uncertain or held back."""
        for job in self._probes():
            is_to_be_seen = job.state is JobState.DONE and job.brush is None
            if job.endpoint == endpoint.id and (is_to_be_seen or not job.is_over):
                return job
        return None

    def _probes(self) -> list[Job]:
        """The newest first; those that came to an end for nothing are forgotten."""
        world = self._world
        ledger, backend = world.ledger, world.backend
        found = (
            *ledger.under_way(backend),
            *ledger.uncertain(backend),
            *ledger.waiting(backend),
            *ledger.of_project(backend, PROJECT),
        )
        jobs = {job.id: job for job in found if job.purpose == PURPOSE}
        return sorted(jobs.values(), key=lambda job: job.created_at, reverse=True)
