"""The one door to everything that takes time: the window and the command line both use it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingDesktopError, SubmitUncertain, UnknownJob
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import NOT_YET_SENT, RESTING, RESUMABLE, Job, JobId, JobState
from kling_desktop.engine.batches import BatchedJobs
from kling_desktop.engine.belonging import OwnedJobs
from kling_desktop.engine.bookkeeping import Bookkeeper
from kling_desktop.engine.brush_checks import BrushChecks
from kling_desktop.engine.cutting import CutClips
from kling_desktop.engine.errand import Errand, NotSeen, trouble_of
from kling_desktop.engine.intake import make_job
from kling_desktop.engine.matching import look
from kling_desktop.engine.planning import PlannedJobs
from kling_desktop.engine.probing import ProbedEndpoints
from kling_desktop.engine.rescuing import RescuedJobs
from kling_desktop.engine.sending import cancel_here
from kling_desktop.engine.steps import STEPS
from kling_desktop.engine.waiting import WaitingJobs
from kling_desktop.engine.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.differences import Difference
    from kling_desktop.domain.events import Event
    from kling_desktop.domain.history import JobEvent
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.world import World

log = logging.getLogger(__name__)

SEND_PATIENCE = 15.0
"""Seconds that closing waits for the answer to a request that is just being sent."""
CRASHES = 3
"""A job that a defect of ours stopped this often rests until the next start."""
LOOK_EVERY = 1.0
"""Seconds between looks at what other programs do with the ledger."""


class Engine(
    PlannedJobs, WaitingJobs, RescuedJobs, BatchedJobs, ProbedEndpoints, CutClips, OwnedJobs
):
    """Runs jobs on one asyncio loop and keeps the ledger true."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._errands: dict[JobId, Errand] = {}
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._crashes: Counter[JobId] = Counter()
        """How often a defect of ours stopped a job in this run of the program."""
        self._unseen = set()
        self._kin = None
        self._takes_unsent = True
        self._looker: asyncio.Task[None] | None = None
        self._bookkeeper = Bookkeeper(world)
        self._bookkeeping: asyncio.Task[None] | None = None
        self._brush_checks = BrushChecks(world)
        self.looked_at = self._brush_checks.settled
        self._workshop: Workshop | None = None

    @property
    def workshop(self) -> Workshop:
        """What the motion brush needs of the disk."""
        if self._workshop is None:
            assert self._world.brush_disk is not None, "this world has no motion brush"
            self._workshop = Workshop(self._world.brush_disk, self._world.clock)
        return self._workshop

    @property
    def backend(self) -> str:
        return self._world.backend

    @property
    def catalog(self) -> Catalog:
        """The endpoints as they are known now."""
        return self._world.catalog

    async def refresh_models(self) -> Difference:
        """Ask the backend what has changed, and use it from now on. Raises as ``Catalogs``."""
        world = self._world
        return await world.catalogs.refresh(world.provider, world.clock.now().date().isoformat())

    async def start(self, *, takes_unsent: bool = True) -> None:
        """Take up every job that was under way, now and whenever another program dies.

        A program that was started for one thing leaves alone what has not been sent yet
        (``takes_unsent``): who tries again must not find two clips made.
        """
        self._takes_unsent = takes_unsent
        self._brush_checks.start(takes_missed=takes_unsent)
        self.take_up()
        self._kin = asyncio.create_task(self._find_kin(), name="look for this account's jobs")
        self._looker = asyncio.create_task(self._keep_looking(), name="look at other programs")
        self._bookkeeping = asyncio.create_task(self._bookkeeper.run(), name="ask for bills")

    def take_up(self) -> None:
        """Take up all that nobody alive works on, once an engine that still had jobs is gone."""
        self._brush_checks.take_up()
        self.adopt()
        for job in self._world.ledger.uncertain(self.backend):
            self.look_again(job.id)

    async def generate(self, draft: Draft) -> Job:
        """Begin a job; returns once its intent is on disk. Raises as :func:`make_plan`."""
        plan = await self.plan(draft)
        job = make_job(self._world, plan, draft.out_dir)
        state = JobState.HELD if draft.held else JobState.INTENT
        job = replace(job, state=state, run_at=draft.run_at)
        self._begin(job, "asked by the user")
        return job

    async def wait(self, job_id: JobId) -> Job:
        """The job once it rests: it is over, or only the user can decide.

        A job that another program owns is waited for as well, one of another account is not.
        """
        while True:
            if (task := self._tasks.get(job_id)) is not None:
                await asyncio.wait((task,))
            job = self.job(job_id)
            is_at_rest = not job.goes_on or self._crashes[job_id] or self.is_left_alone(job)
            if is_at_rest or self._looker is None:
                return job
            await self._world.clock.sleep(LOOK_EVERY)

    async def cancel(self, job_id: JobId) -> Job:
        """Stop a job if that is still possible; what it means for money is in its trouble.

        Raises:
            UnknownJob: there is none, or it belongs to another backend.
            OtherAccount: only the key that it was sent with may stop it.
        """
        job = self.job(job_id)
        self._check_stoppable(job)
        if job.is_over:
            return job
        self._world.ledger.ask_cancel(job_id)
        if job.state is JobState.UNCERTAIN:
            self._end_search(job_id)
            return self.job(job_id)
        if job.state in RESTING:
            self._end_resting(job_id)  # Nobody is working on it.
            return self.job(job_id)
        if not self._world.ledger.claim(job_id):
            return self.job(job_id)  # Another program owns it and has our word.
        if job.state in NOT_YET_SENT:
            await self._stop(job_id)
        errand = self._errands.get(job_id)
        if errand is not None:
            errand.nudge()
        else:
            self._end_resting(job_id)
        return self.job(job_id)

    def look_again(self, job_id: JobId) -> bool:
        """Look for the request of an uncertain job in the provider's list, in the background.

        False where there is nothing to look for, or another program sees to it.
        """
        job = self.job(job_id)
        if job.state is not JobState.UNCERTAIN or job.backend != self.backend:
            return False
        if not self._world.whose.may_work_on(job):
            return False
        if job_id not in self._tasks and self._world.ledger.claim(job_id):
            self._run(job)
        return job_id in self._tasks

    def look_now(self, job_id: JobId) -> bool:
        """As :meth:`look_again`, without a wait before the first look, or the next one."""
        looks = self.look_again(job_id)
        if looks:
            self._errands[job_id].nudge()
        return looks

    def searched(self) -> list[JobId]:
        """The uncertain jobs whose requests are looked for at the moment."""
        found = (each.job for each in self._errands.values())
        return [job.id for job in found if job.state is JobState.UNCERTAIN]

    async def resend(self, job_id: JobId) -> Job:
        """Make an uncertain job anew: the one thing that may pay twice, so only the user asks it.

        The list is looked at once more; a request that is found is taken instead. Returns the job
        that goes on.

        Raises:
            UnknownJob: there is none that is uncertain, or it was just given up.
        """
        await self._stop(job_id)
        job = self._own(job_id)
        self._world.whose.check(job)
        if job.state is not JobState.UNCERTAIN or not self._world.ledger.claim(job_id):
            raise UnknownJob(f"{job_id} is not uncertain, or another program has it")
        errand = Errand(self._world, job)
        if await look(errand):
            if errand.job.request_id is None:
                raise UnknownJob(f"{job_id} was given up meanwhile")
            self._run(errand.job)
            return errand.job
        return self._begin_instead(job_id, await self._length_given(errand.job))

    def jobs(self, limit: int | None = None) -> list[Job]:
        """Jobs of this backend, newest first."""
        if limit is not None:
            return self._world.ledger.page(None, limit, self.backend)
        return [job for job in self._world.ledger.newest() if job.backend == self.backend]

    def job(self, job_id: JobId) -> Job:
        """One job. Raises UnknownJob."""
        return self._world.ledger.get(job_id)

    async def ask_bill(self) -> list[Job]:
        """Ask now what was billed; the jobs whose bill came. Raises as ``Bookkeeper.ask_now``."""
        return await self._bookkeeper.ask_now()

    def history(self, job_id: JobId) -> list[JobEvent]:
        """What happened to a job, change by change, oldest first."""
        return self._world.ledger.history(job_id)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event, on the engine's thread; call what this returns to stop."""
        return self._world.bus.subscribe(listener)

    def adopt(self) -> list[JobId]:
        """Take up jobs of this backend that nobody alive is running."""
        found = self._world.ledger.under_way(self.backend)
        idle = [job for job in found if job.id not in self._tasks and self._wants(job)]
        return [job.id for job in idle if self._take(job.id)]

    async def aclose(self) -> None:
        """Stop working; jobs stay in the ledger and go on at the next start."""
        self._world.doors.are_shut = True
        await self.unwatch()
        for task in (self._looker, self._bookkeeping, self._kin):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        sending = [each for each in self._errands.values() if not each.not_sending.is_set()]
        # The others first, so that none begins to send while we wait for those that do.
        await self._stop(*self._tasks.keys() - {each.job.id for each in sending})
        with contextlib.suppress(TimeoutError):
            answers = asyncio.gather(*(each.not_sending.wait() for each in sending))
            await asyncio.wait_for(answers, SEND_PATIENCE)
        await self._stop(*self._tasks)
        try:
            await self._brush_checks.aclose()
            if self._workshop is not None:
                await self._workshop.aclose()
            await self._world.provider.aclose()
            self._world.places.write()
        finally:
            self._world.ledger.close()  # Until then its jobs belong to a program that lives.

    def _look_at(self, job: Job) -> None:
        self._brush_checks.consider(job)

    def _wants(self, job: Job) -> bool:
        may_go_on = self._takes_unsent or job.state not in NOT_YET_SENT
        may_go_on = may_go_on and job.id not in self._unseen
        return may_go_on and self._world.whose.may_work_on(job) and self._crashes[job.id] < CRASHES

    def _begin(self, job: Job, cause: str) -> None:
        self._world.ledger.add(job, cause)
        self._world.bus.publish(JobAdded(job))
        if job.goes_on:
            self._run(job)

    def _take(self, job_id: JobId) -> bool:
        job, is_open = self.job(job_id), not self._world.doors.are_shut
        if job.backend != self.backend or not (is_open and self._world.whose.may_work_on(job)):
            return False
        if not self._world.ledger.claim(job_id):
            return False
        job = self.job(job_id)  # As its last owner left it.
        log.info("adopted job=%s state=%s", job.id, job.state)
        if job.state is JobState.SENDING:
            # A program died between the POST and its answer: it may have been accepted.
            unknown = SubmitUncertain("the program stopped while the request was being sent")
            errand = Errand(self._world, job)
            errand.advance(JobState.UNCERTAIN, "stopped while sending", trouble=trouble_of(unknown))
            self._run(errand.job)
        elif job.state is JobState.UPLOADING:
            # It needs a turn of its own. Addresses of uploads may be stale by now; sending the
            # files again is free.
            errand = Errand(self._world, job)
            waits = job.trouble
            errand.advance(JobState.INTENT, "taken over", uploads={}, trouble=waits)
            self._run(errand.job)
        elif job.state in RESUMABLE:
            self._run(job)
        return True

    def _work_on(self, job_id: JobId) -> None:
        if job_id not in self._tasks:
            self._take(job_id)

    def _begin_again(self, job: Job) -> None:
        is_ours = self._world.whose.may_work_on(job)
        if is_ours and job.id not in self._tasks and self._world.ledger.claim(job.id):
            self._run(job)

    def _errand(self, job_id: JobId) -> Errand | None:
        return self._errands.get(job_id)

    def _run(self, job: Job) -> None:
        """Work on a job, unless it is not ours, is worked on, or this engine is about to close.

        Then it stays as the ledger has it, for the next one. Two would send it twice.
        """
        is_ours = self._world.whose.may_work_on(job)
        if self._world.doors.are_shut or not is_ours or job.id in self._tasks:
            return
        errand = Errand(self._world, job)
        self._errands[job.id] = errand
        task = asyncio.create_task(self._live(errand), name=f"job {job.id}")
        task.add_done_callback(lambda _: self._forget(job.id))
        self._tasks[job.id] = task

    async def _live(self, errand: Errand) -> None:
        job_id = errand.job.id
        try:
            while step := STEPS.get(errand.job.state):
                before = errand.job.state
                await step(errand)
                if before in RESTING and errand.job.state is before:
                    break  # Nothing more can be known without the user.
        except asyncio.CancelledError:
            # Closing leaves a job as it is; the user's wish ends one that was not sent yet.
            if errand.job.state not in NOT_YET_SENT or not errand.cancel_asked:
                raise
            cancel_here(errand)
        except NotSeen:
            self._unseen.add(job_id)
            log.info("job=%s rests: this account does not know it, another one may", job_id)
        except KlingDesktopError as error:
            # The ledger fails; the job is taken up again at the next look around.
            log.warning("job=%s rests code=%s", job_id, error.code)
        except Exception:
            # A defect of ours must not turn a paid job into a failed one: it stays as it is.
            self._crashes[job_id] += 1
            log.exception("job stopped unexpectedly job=%s state=%s", job_id, errand.job.state)

    def _forget(self, job_id: JobId) -> None:
        self._errands.pop(job_id, None)
        self._tasks.pop(job_id, None)

    async def _stop(self, *job_ids: JobId) -> None:
        tasks = [self._tasks[each] for each in job_ids if each in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end_resting(self, job_id: JobId) -> None:
        """Cancel a job that no task is working on; one that was sent goes on, with our word."""
        job = self._told(self.desk.cancel(job_id))
        if not job.is_over:
            self._take(job_id)

    def _end_search(self, job_id: JobId) -> None:
        """Let an uncertain job look for its request once more, and give up if it is not there."""
        if self.look_again(job_id):
            self._errands[job_id].is_given_up = True
            self._errands[job_id].nudge()

    async def _keep_looking(self) -> None:
        while True:
            await self._world.clock.sleep(LOOK_EVERY)
            try:
                self._look_around()
            except KlingDesktopError as error:
                log.warning("cannot look around code=%s", error.code)

    def _look_around(self) -> None:
        """Tell what other programs did, and take up the jobs of those that have died."""
        for job in self._world.ledger.changed_elsewhere():
            if job.backend == self.backend and job.id not in self._tasks:
                self._world.bus.publish(JobChanged(job))
        for job_id in self._world.ledger.cancel_wishes(self.backend):
            if (errand := self._errands.get(job_id)) is None:
                self._end_search(job_id)
            elif not errand.job.cancel_asked:
                errand.is_given_up = errand.job.state is JobState.UNCERTAIN
                errand.nudge()
        self._steered(self.steering)
        self._world.line.learn(self._world)
        for job_id in self.adopt():
            self._world.bus.publish(JobChanged(self.job(job_id)))
