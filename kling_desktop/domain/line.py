"""The line of jobs that wait here: its order, and why one of them waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import JobState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from kling_desktop.domain.jobs import Job, JobId

_BESIDE = 0.001
"""Seconds, as places are moments: so far in front of the first or behind the last one."""
_TOO_CLOSE = 1e-5
"""Between two places there must be room for others; floats of today's moments end at 2e-7."""
PAUSED = "paused"
TURN = "waits for its turn"


@dataclass(frozen=True, slots=True)
class Steering:
    """What the user wants of the line of one backend."""

    paused: bool = False
    """Nothing new is sent; what was sent goes on."""
    limit: int = 0
    """Jobs between upload and result at most; 0 is no limit, as fal lets the surplus wait."""
    learned: int = 0
    """The most of our requests that ran at once while others of ours had to wait at fal."""


def is_due(job: Job, now: datetime) -> bool:
    """Whether the time that it was put off to has come."""
    return job.run_at is None or job.run_at <= now


def why_it_waits(job: Job, steering: Steering, now: datetime) -> str:
    """What keeps a job from beginning, in a few words; empty if nothing is known to."""
    if job.state is not JobState.INTENT:
        return ""
    if steering.paused:
        return PAUSED
    if job.run_at is not None and not is_due(job, now):
        return f"begins at {clock_time(job.run_at, now)}"
    return TURN if steering.limit else ""


def clock_time(at: datetime, now: datetime) -> str:
    """A moment as people here say it: the time, and the day where it is another one."""
    here = at.astimezone()
    day = "" if here.date() == now.astimezone().date() else f"{here:%Y-%m-%d} "
    return f"{day}{here:%H:%M}"


def places(
    waiting: Sequence[Job], moving: Sequence[JobId], before: JobId | None
) -> Mapping[JobId, float]:
    """The new places after some jobs have moved, in this order, in front of another or behind all.

    ``waiting`` is the line as it is. Only what moves changes its place, unless there is no room
    between its new neighbours; then the whole line is numbered anew, up to where it ended, so that
    those who come later still come later.
    """
    moved = set(moving)
    rest = [job for job in waiting if job.id not in moved]
    ids = [job.id for job in rest]
    at = len(rest) if before is None or before not in ids else ids.index(before)
    if before in moved or not rest or not moving:
        return {}
    if at == 0:
        first = rest[0].place - _BESIDE * len(moving)
        return {each: first + _BESIDE * number for number, each in enumerate(moving)}
    if at == len(rest):
        last = rest[-1].place + _BESIDE
        return {each: last + _BESIDE * number for number, each in enumerate(moving)}
    low, high = rest[at - 1].place, rest[at].place
    if high - low > _TOO_CLOSE * len(moving):
        step = (high - low) / (len(moving) + 1)
        return {each: low + step * (number + 1) for number, each in enumerate(moving)}
    ids[at:at] = moving
    end = max(job.place for job in waiting)
    return {each: end - (len(ids) - 1 - number) for number, each in enumerate(ids)}
