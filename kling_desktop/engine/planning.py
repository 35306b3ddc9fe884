"""What can be asked of a wish before anything is sent, and of a job after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.errors import UnknownJob
from kling_desktop.engine.inspecting import inspection_of_job, inspection_of_plan
from kling_desktop.engine.intake import Draft, Plan, make_plan
from kling_desktop.engine.twins import with_clips

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.parcel import Inspection
    from kling_desktop.engine.world import World


class PlannedJobs:
    """What an engine knows of requests without sending any."""

    _world: World

    async def plan(self, draft: Draft) -> Plan:
        """What a draft would send and cost; sends nothing. Raises as :func:`make_plan`."""
        return await make_plan(self._world.catalog, self._world.files, draft)

    async def keep_picture(self, path: Path) -> Path:
        """Our own upright copy of a picture, made before a job needs it. Raises BadPicture."""
        return await self._world.files.keep_picture(path)

    async def media_seconds(self, path: Path) -> float:
        """The length of a video or a sound. Raises BadMedia."""
        return await self._world.files.media_seconds(path)

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        """A path for something that is in memory only. Raises FolderUnusable."""
        return await self._world.files.keep_bytes(name, data)

    async def twins(self, draft: Draft) -> list[Job]:
        """Finished jobs that asked for the same and whose clips are there, newest first.

        Raises as :func:`make_plan`.
        """
        plan = await self.plan(draft)
        return await with_clips(self._world.ledger.alike(self._world.backend, plan.fingerprint))

    async def inspect(self, draft: Draft) -> Inspection:
        """Exactly what a draft would send; sends nothing. Raises as :func:`make_plan`."""
        return await inspection_of_plan(self._world, await self.plan(draft))

    async def inspect_job(self, job_id: JobId) -> Inspection:
        """Exactly what a job has sent, or will send.

        Raises:
            UnknownJob: there is none, or its input is not known.
            UnknownEndpoint: nobody can tell any more which of its fields are pictures.
        """
        job = self._world.ledger.get(job_id)
        if not job.params:
            raise UnknownJob(f"{job_id} was taken in by its request id; its input is not known")
        return await inspection_of_job(self._world, job)
