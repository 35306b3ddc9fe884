"""The engine's side of chains: frames of clips, clips that are joined, pictures from elsewhere."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.jobs import JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kling_desktop.domain.foreign import Fetched, MovedTo
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.lineage import Frame, Joined, Moment, Still
    from kling_desktop.engine.work_ports import Bench
    from kling_desktop.engine.world import World

    Report = Callable[[int, int], None]

FEWEST = 2
"""Clips that can be joined."""


class _Stopped(Exception):
    """Nobody waits for the file any more."""


class CutClips(ABC):
    """What an engine does with clips that are there."""

    _world: World

    @abstractmethod
    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""

    async def frame_of(self, job_id: JobId, moment: Moment) -> Frame:
        """A frame of a job's clip, exactly as it is decoded.

        Raises:
            UnknownJob, InvalidParams: there is no such job, or it has no clip.
            BadMedia: the clip is gone or damaged, or it has no such frame.
        """
        return await asyncio.to_thread(self._bench.frame, self._with_clip(job_id), moment)

    async def still_of(self, video: Path, moment: Moment, *, within: int = 0) -> Still:
        """A frame of any video on this computer; ``within`` makes a small one of it.

        Raises:
            BadMedia: it cannot be read, or it has no such frame.
        """
        return await asyncio.to_thread(self._bench.still, video, moment, within)

    async def join(self, job_ids: Sequence[JobId], out: Path | None, report: Report) -> Joined:
        """One clip of several, in the order given; cancelling it leaves nothing behind.

        ``report`` hears on another thread how many frames of how many are done.

        Raises:
            UnknownJob, InvalidParams, BadMedia: as :meth:`frame_of`; or they do not go together.
            FolderUnusable: the file cannot be written.
        """
        jobs = [self._with_clip(each) for each in job_ids]
        if len(jobs) < FEWEST:
            raise InvalidParams((Problem("clips", "must be two or more to be joined"),))
        stopped = threading.Event()

        def still(done: int, total: int) -> None:
            if stopped.is_set():
                raise _Stopped
            report(done, total)

        try:
            return await asyncio.to_thread(self._bench.join, jobs, out, still)
        finally:
            stopped.set()

    async def fetch_picture(self, url: str) -> Fetched | MovedTo:
        """A picture of the web, asked for once, without key or cookies. Raises BadPicture."""
        assert self._world.fetch_picture is not None, "this world does not reach the web"
        return await self._world.fetch_picture(url)

    @property
    def _bench(self) -> Bench:
        assert self._world.bench is not None, "this world has no bench"
        return self._world.bench

    def _with_clip(self, job_id: JobId) -> Job:
        job = self.job(job_id)
        if job.state is not JobState.DONE or not job.clips:
            text = f"is {job.state}; its clip has to be there"
            raise InvalidParams((Problem(f"job {job.id}", text),))
        return job
