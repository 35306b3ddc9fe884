"""Did the brush take? Each clip of a brush job is looked at after it has come home.

The job is done before this begins, and whatever goes wrong here is only written into the log.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.calibration import PROJECT, PURPOSE, Answer, finding_of, origin_shown
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import ClipDamaged, KlingDesktopError, UnknownEndpoint
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.motion.asked import Asked, asked_of
from kling_desktop.domain.motion.verdict import Took, Verdict
from kling_desktop.domain.motion.verdict_json import verdict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.work_ports import BrushEye
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

CAUSE = "the clip was held against what was painted"
REST = 8.0
"""Seconds after a start before old clips are looked at: the start comes first."""
MOST_MISSED = 20
"""Clips that are looked at after a start, the newest first."""
OLDEST = timedelta(days=7)
NOT_SEEN: Mapping[str, Any] = {
    "took": Took.UNKNOWN.value,
    "headline": "Whether the brush took could not be seen.",
    "words": [],
    "score": 0.0,
    "regions": [],
}
"""What is kept of a clip that was looked at a second time in vain, so that there is no third."""


class BrushChecks:
    """Looks at one clip at a time, in the order in which they came."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._turn = asyncio.Lock()
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._missed: asyncio.Task[None] | None = None
        self._takes_missed = False

    def start(self, *, takes_missed: bool = False) -> None:
        """Hear of every clip from now on; ``take_up`` looks at those that were left unseen."""
        if self._world.brush_eye is None:
            return
        self._unsubscribe = self._world.bus.subscribe(self._hear)
        self._takes_missed = takes_missed

    def take_up(self) -> None:
        """Look at what earlier programs and engines have left unseen."""
        if self._unsubscribe is None:
            return
        # A program may have died between a probe's clip and the look at it: it is paid for.
        for job in self._world.ledger.of_project(self._world.backend, PROJECT):
            if job.purpose == PURPOSE:
                self.consider(job)
        if self._takes_missed and (self._missed is None or self._missed.done()):
            self._missed = asyncio.create_task(self._take_missed(), name="missed clips")

    async def settled(self, job_id: JobId) -> Job:
        """The job once the look at its clip is over, if there is one."""
        if task := self._tasks.get(job_id):
            await asyncio.wait((task,))
        return self._world.ledger.get(job_id)

    async def aclose(self) -> None:
        """Stop looking."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        tasks = [*self._tasks.values(), *([self._missed] if self._missed else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _hear(self, event: Event) -> None:
        if isinstance(event, JobChanged):
            self.consider(event.job)

    def consider(self, job: Job) -> None:
        """Look at the clip of a job, unless somebody has, or there is nothing to look at."""
        is_new = job.state is JobState.DONE and job.brush is None and job.clips
        if not is_new or job.backend != self._world.backend or job.id in self._tasks:
            return
        if self._unsubscribe is None:
            return  # Nobody looks here.
        self._begin(job)

    def _begin(self, job: Job, *, again: bool = False) -> None:
        if asked := asked_of(job.params, self._origin(job), job.regions):
            look = self._look(job, asked, again=again)
            task = self._tasks[job.id] = asyncio.create_task(look, name=f"look at {job.id}")
            task.add_done_callback(lambda _: self._tasks.pop(job.id, None))

    async def _take_missed(self) -> None:
        """Clips of a program that died after *done*; each is looked at once more and no more."""
        world = self._world
        missed = world.ledger.unseen(world.backend, world.clock.now() - OLDEST, MOST_MISSED)
        if not missed:
            return
        await world.clock.sleep(REST)
        for job in missed:
            if job.clips and job.id not in self._tasks and world.ledger.get(job.id).brush is None:
                self._begin(job, again=True)

    def _origin(self, job: Job) -> Origin:
        """Where its points were counted from; old programs did not write it down."""
        if job.origin in set(Origin):
            return Origin(job.origin)
        try:
            brush = self._world.catalog.endpoint(job.endpoint).brush
        except UnknownEndpoint:
            brush = None
        return brush.origin if brush else Origin.BOTTOM_LEFT

    async def _look(self, job: Job, asked: Asked, *, again: bool) -> None:
        eye = self._world.brush_eye
        assert eye is not None
        try:
            async with self._turn:
                if not self._world.ledger.claim(job.id):
                    return  # Another program has it, and looks.
                told = await self._see(eye, job, asked)
                await self._learn(job, told, asked.origin)
                log.info("brush job=%s took=%s score=%s", job.id, told["took"], told["score"])
                await self._keep(job.id, told)
        except (KlingDesktopError, OSError) as error:
            log.info("brush job=%s not seen: %r", job.id, error)
            if again:
                await self._keep(job.id, NOT_SEEN)
        except Exception:
            log.exception("the look at a clip failed job=%s", job.id)

    async def _see(self, eye: BrushEye, job: Job, asked: Asked) -> Mapping[str, Any]:
        """What the clip shows; that of a probe which nobody can follow shows nothing, for good."""
        try:
            return await eye(Path(job.clips[0].path), asked)
        except ClipDamaged:
            if job.purpose != PURPOSE:
                raise
            return verdict_json(Verdict((), 0.0, None))

    async def _learn(self, job: Job, told: Mapping[str, Any], sent: Origin) -> None:
        """Keep what a probe shows before the look counts as done: it can be made again."""
        origins = self._world.catalogs.origins
        if job.purpose != PURPOSE or origins is None:
            return
        if (shown := origin_shown(finding_of(told), sent)) is not None:
            today = self._world.clock.now().astimezone().date().isoformat()
            answer = Answer(job.endpoint, shown, today, job.id)
            await asyncio.to_thread(origins.keep, job.backend, answer)
            log.info("origin endpoint=%s is %s", job.endpoint, shown)

    async def _keep(self, job_id: JobId, told: Mapping[str, Any]) -> None:
        world = self._world
        job = world.ledger.alone(lambda: self._record(job_id, told))
        if job is not None:
            world.bus.publish(JobChanged(job))
            await world.files.retell(job)

    def _record(self, job_id: JobId, told: Mapping[str, Any]) -> Job | None:
        """In one step, as another program may have its bill at the same moment."""
        ledger = self._world.ledger
        job = ledger.get(job_id)
        if job.state is not JobState.DONE or not ledger.claim(job_id):
            return None
        ended = job.ended_at or job.updated_at
        job = job.but(self._world.clock.now(), brush=dict(told), ended_at=ended)
        ledger.save_all([(job, CAUSE)])
        return job
