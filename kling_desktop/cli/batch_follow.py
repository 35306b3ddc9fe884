"""Watch many jobs from the terminal until all of them rest, or there is reason to leave them."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from kling_desktop.cli.exits import Exit
from kling_desktop.cli.follow import LEFT_ALONE
from kling_desktop.cli.line import ALL_PAUSED
from kling_desktop.cli.output import say
from kling_desktop.domain.errors import NetworkDown, RateLimited, ServiceDown, TimedOut
from kling_desktop.domain.events import JobAdded, JobChanged, SteeringChanged
from kling_desktop.domain.jobs import NOT_YET_SENT, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.events import Event
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.engine.engine import Engine

PATIENCE = 60.0
"""Seconds without any change after which jobs are left that could not be sent."""
_WEATHER = {kind.code for kind in (NetworkDown, TimedOut, RateLimited, ServiceDown)}


async def follow_all(
    engine: Engine, jobs: Mapping[int, JobId], *, patience: float = PATIENCE
) -> Exit | None:
    """Tell each row that comes to rest, or is left alone; why we left if some had not rested."""
    rows = {job_id: number for number, job_id in jobs.items()}
    teller = _Teller(rows, engine.is_left_alone)
    unsubscribe = engine.subscribe(teller.hear)
    waiting = {asyncio.create_task(engine.wait(each)) for each in rows}
    try:
        if engine.steering.paused:
            say(ALL_PAUSED)
        while waiting:
            waiting, moved = await _some(waiting, teller, patience)
            if waiting and not moved and _stuck(engine, rows):
                say("There is no connection; what was not sent waits here.")
                return Exit.NETWORK
    except asyncio.CancelledError:
        if task := asyncio.current_task():
            task.uncancel()  # The wish is granted; what follows is the orderly end.
        return Exit.STOPPED
    finally:
        unsubscribe()
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    return Exit.KEY if teller.has_left else None


async def _some(
    waiting: set[asyncio.Task[Job]], teller: _Teller, patience: float
) -> tuple[set[asyncio.Task[Job]], bool]:
    """Wait until some rest; whether anything moved before our patience ended."""
    teller.moved.clear()
    news = asyncio.create_task(teller.moved.wait())
    either: set[asyncio.Task[Any]] = {*waiting, news}
    try:
        await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        moved = any(each.done() for each in either)
    finally:
        news.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await news
    done = {each for each in waiting if each.done()}
    for each in done:
        teller.rests(each.result())
    return waiting - done, moved


def _stuck(engine: Engine, rows: Mapping[JobId, int]) -> bool:
    """Whether all that are waited for wait for a connection."""
    jobs = [engine.job(each) for each in rows]
    found = [job for job in jobs if job.goes_on and not engine.is_left_alone(job)]
    return all(
        job.state in NOT_YET_SENT and job.trouble is not None and job.trouble.code in _WEATHER
        for job in found
    )


class _Teller:
    """Says each row once, when it rests or is left to another account's key."""

    def __init__(self, rows: Mapping[JobId, int], is_left_alone: Callable[[Job], bool]) -> None:
        self.moved = asyncio.Event()
        self.has_left = False
        self._rows = rows
        self._is_left_alone = is_left_alone
        self._told: set[JobId] = set()

    def hear(self, event: Event) -> None:
        match event:
            case JobChanged(job=job) | JobAdded(job=job) if job.id in self._rows:
                self.moved.set()
            case SteeringChanged(steering=steering):
                say("Paused." if steering.paused else "The line goes on.")
            case _:
                pass

    def rests(self, job: Job) -> None:
        if job.id not in self._told:
            self._told.add(job.id)
            where = f": {job.clips[0].path}" if job.state is JobState.DONE else ""
            if job.goes_on and self._is_left_alone(job):
                self.has_left, where = True, f". {LEFT_ALONE}"
            progress = f"{len(self._told)} of {len(self._rows)}"
            say(f"  {progress}  row {self._rows[job.id]}  job {job.id}  {job.state}{where}")
