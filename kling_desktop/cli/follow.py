"""Watch one job from the terminal until it comes to rest."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.cli.output import say
from kling_desktop.domain.errors import Charge, NetworkDown, RateLimited, ServiceDown, TimedOut
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState
from kling_desktop.domain.messages import explain_trouble

if TYPE_CHECKING:
    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, Trouble
    from kling_desktop.engine.engine import Engine

PATIENCE = 30.0
"""Seconds that a script waits for a connection while nothing has been sent yet."""
_WEATHER = {kind.code for kind in (NetworkDown, TimedOut, RateLimited, ServiceDown)}


async def follow(engine: Engine, job: Job) -> Job:
    """Tell every change on stderr; give up on a dead network only while that is free."""
    teller = _Teller(job)
    unsubscribe = engine.subscribe(teller.hear)
    give_up = asyncio.create_task(_give_up(engine, teller), name="give up")
    try:
        say(f"Job {job.id}")
        return teller.verdict(await engine.wait(job.id))
    except asyncio.CancelledError:
        say(f"Stopped watching; job {job.id} goes on when the program starts next.")
        raise
    finally:
        unsubscribe()
        give_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await give_up


async def _give_up(engine: Engine, teller: _Teller) -> None:
    while True:
        await teller.stuck.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(teller.moving.wait(), PATIENCE)
            continue
        if teller.job.state in NOT_YET_SENT:
            teller.gave_up = teller.job.trouble
            await engine.cancel(teller.job.id)


class _Teller:
    """Says each new state once, and each new trouble once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stuck = asyncio.Event()
        self.moving = asyncio.Event()
        self.gave_up: Trouble | None = None
        """What made us cancel."""

    def hear(self, event: Event) -> None:
        match event:
            case JobChanged(job=job) if job.id == self.job.id:
                self._tell(self.job, job)
                self.job = job
                waits = job.trouble is not None and job.trouble.code in _WEATHER
                (self.stuck if waits else self.moving).set()
                (self.moving if waits else self.stuck).clear()
            case _:
                pass

    def verdict(self, job: Job) -> Job:
        """The job as it ended; one that we gave up says why."""
        if self.gave_up is None:
            return job
        free = f"gave up after {PATIENCE:.0f} s; nothing was sent"
        return replace(job, trouble=replace(self.gave_up, detail=free, charge=Charge.NO.value))

    def _tell(self, before: Job, now: Job) -> None:
        if now.trouble and now.trouble != before.trouble and not now.is_over:
            say(f"  {explain_trouble(now.trouble, waiting=True)}")
        if (line := _line(now)) != _line(before):
            say(f"  {line}")


def _line(job: Job) -> str:
    ahead = f", {job.queue_position} ahead" if job.queue_position else ""
    return job.state.value + (ahead if job.state is JobState.QUEUED else "")
