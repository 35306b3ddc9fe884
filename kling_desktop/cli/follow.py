"""Watch one job from the terminal until it comes to rest, or until we have reason to leave it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.line import ALL_PAUSED
from kling_desktop.cli.output import say
from kling_desktop.domain.errors import NetworkDown, RateLimited, ServiceDown, TimedOut
from kling_desktop.domain.events import JobChanged, RequestLogged, SteeringChanged
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import NOT_YET_SENT, Job, JobState
from kling_desktop.domain.line import PAUSED
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.motion.verdict_json import brush_words

if TYPE_CHECKING:
    from kling_desktop.domain.events import Event
    from kling_desktop.engine.engine import Engine

PATIENCE = 30.0
"""Seconds that a script waits for a connection while nothing has been sent yet."""
LEFT_ALONE = "It is not of this account, or may not be: it goes on with the key that began it."
_WEATHER = {kind.code for kind in (NetworkDown, TimedOut, RateLimited, ServiceDown)}


@dataclass(frozen=True, slots=True)
class Ending:
    """How we stopped watching a job."""

    job: Job
    code: Exit
    """That of the job if it rests, else why we left it: ``NETWORK`` or ``STOPPED``."""


async def follow(
    engine: Engine, job: Job, *, began_here: bool = False, patience: float = PATIENCE
) -> Ending:
    """Tell every change on stderr; leave when stopped, or when nothing can be sent for long.

    Leaving harms no job. One that this very command began is cancelled where it could not even be
    sent, since whoever waited for it would begin another.
    """
    teller = _Teller(engine.job(job.id))
    unsubscribe = engine.subscribe(teller.hear)
    try:
        say(f"Job {job.id}")
        teller.say_why(engine)
        if rested := await _rest(engine, teller, patience):
            if rested.goes_on and engine.is_left_alone(rested):
                say(f"  {LEFT_ALONE}")
                return Ending(rested, Exit.KEY)
            rested = await _looked_at(engine, rested)
            return Ending(rested, exit_of_job(rested))
        if began_here:
            return await _give_up(engine, teller.job, patience)
        return Ending(engine.job(job.id), Exit.NETWORK)
    except asyncio.CancelledError:
        if task := asyncio.current_task():
            task.uncancel()  # The wish is granted; what follows is the orderly end.
        return Ending(engine.job(job.id), Exit.STOPPED)
    finally:
        unsubscribe()


async def _rest(engine: Engine, teller: _Teller, patience: float) -> Job | None:
    """The job at rest; None if our patience ends first."""
    rest = asyncio.ensure_future(engine.wait(teller.job.id))
    impatience = asyncio.ensure_future(teller.stuck_for(patience))
    try:
        await asyncio.wait((rest, impatience), return_when=asyncio.FIRST_COMPLETED)
        return rest.result() if rest.done() else None
    finally:
        rest.cancel()
        impatience.cancel()
        await asyncio.gather(rest, impatience, return_exceptions=True)


async def _looked_at(engine: Engine, job: Job) -> Job:
    """The job with what its clip shows of the motion brush; stopping ends only the look."""
    if job.state is not JobState.DONE:
        return job
    try:
        job = await engine.looked_at(job.id)
    except asyncio.CancelledError:
        if task := asyncio.current_task():
            task.uncancel()
    for each in brush_words(job.brush):
        say(f"  {each}")
    return job


async def _give_up(engine: Engine, stuck: Job, patience: float) -> Ending:
    """Cancel the job; one that was never sent ends by what kept it from being sent."""
    await engine.cancel(stuck.id)
    job = await engine.wait(stuck.id)
    if stuck.trouble and job.state is JobState.CANCELLED and job.request_id is None:
        free = f"gave up after {patience:.0f} s; nothing was sent"
        why = replace(stuck.trouble, detail=free, charge=Charge.NO.value)
        job = replace(job, trouble=why)
    return Ending(job, exit_of_job(job))


class _Teller:
    """Says each new state once, and each new trouble once; knows how long nothing has moved."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._news = asyncio.Event()
        self._stuck_since: float | None = None
        self._note(job)

    def hear(self, event: Event) -> None:
        match event:
            case JobChanged(job=job) if job.id == self.job.id:
                self._tell(self.job, job)
                self._note(job)
            case RequestLogged(job_id=job_id, message=message) if job_id == self.job.id:
                say(f"  | {message}")
            case SteeringChanged(steering=steering) if self.job.state is JobState.INTENT:
                say("  paused" if steering.paused else "  the line goes on")
            case _:
                pass

    def say_why(self, engine: Engine) -> None:
        """Say what a job waits for that has not begun."""
        why = engine.why_it_waits(self.job.id)
        if why == PAUSED:
            say(f"  {ALL_PAUSED}")
        elif why:
            say(f"  {why}")

    async def stuck_for(self, patience: float) -> None:
        """Return once the job has waited for the network that long with nothing sent."""
        while (left := self._left(patience)) is None or left > 0:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()

    def _left(self, patience: float) -> float | None:
        if self._stuck_since is None or self.job.state not in NOT_YET_SENT:
            return None
        return self._stuck_since + patience - asyncio.get_running_loop().time()

    def _note(self, job: Job) -> None:
        if job.trouble is None or job.trouble.code not in _WEATHER:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = asyncio.get_running_loop().time()
        self.job = job
        self._news.set()

    def _tell(self, before: Job, now: Job) -> None:
        if now.trouble and now.trouble != before.trouble and now.goes_on:
            say(f"  {explain_trouble(now.trouble, waiting=True)}")
        if (line := _line(now)) != _line(before):
            say(f"  {line}")


def _line(job: Job) -> str:
    ahead = f", {job.queue_position} ahead" if job.queue_position else ""
    return job.state.value + (ahead if job.state is JobState.QUEUED else "")
