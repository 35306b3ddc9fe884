"""The waiting jobs among the rows: their order, their neighbours, and what each waits for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import WAITING, Job, JobState
from kling_desktop.domain.line import clock_time, is_due, why_it_waits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from kling_desktop.domain.jobs import JobId
    from kling_desktop.domain.line import Steering

Rank = tuple[int, float, float]
UNDER_WAY, IN_LINE, OVER = range(3)


class Where(StrEnum):
    """Where a waiting job can go."""

    FRONT = "Move to front"
    UP = "Move up"
    DOWN = "Move down"


def rank(job: Job) -> Rank:
    """Where a row belongs: what is under way, newest first; the line; what is over, newest first.

    A row of the line that is higher up begins sooner, so that "up" means the same to the eye and
    to the line.
    """
    made = job.created_at.timestamp()
    if job.state in WAITING:
        return (IN_LINE, job.place, made)
    return (OVER if job.is_over else UNDER_WAY, -made, 0.0)


def line_of(jobs: Iterable[Job]) -> list[Job]:
    """Those that wait here, in their order."""
    return sorted((job for job in jobs if job.state in WAITING), key=rank)


def ways_of(jobs: Iterable[Job], moving: Collection[JobId]) -> dict[Where, JobId | None]:
    """Where waiting jobs can go now: in front of which other one, or behind all (None).

    Several go as one block, wherever each of them is now.
    """
    ids = [each.id for each in line_of(jobs)]
    found = [number for number, each in enumerate(ids) if each in moving]
    if not found or len(found) < len(moving):
        return {}
    first, last, ways = found[0], found[-1], dict[Where, "JobId | None"]()
    is_block = last - first == len(found) - 1
    if first > 0 or not is_block:
        ways[Where.FRONT] = next((each for each in ids if each not in moving), None)
    if first > 0:
        ways[Where.UP] = ids[first - 1]
    if last < len(ids) - 1:
        ways[Where.DOWN] = ids[last + 2] if last + 2 < len(ids) else None
    return ways


def is_change(line: Sequence[JobId], moving: Sequence[JobId], before: JobId | None) -> bool:
    """Whether the line is another one after such a move."""
    rest = [each for each in line if each not in moving]
    at = rest.index(before) if before in rest else len(rest)
    return [*rest[:at], *moving, *rest[at:]] != list(line)


def puts_off(job: Job, now: datetime) -> str:
    """A whole sentence about the time before which a job does not begin."""
    if job.run_at is None or is_due(job, now):
        return ""
    at = clock_time(job.run_at, now)
    release = " It is on hold as well, until you release it." if job.state is JobState.HELD else ""
    return f"It is put off to {at}; nothing of it is sent or charged before.{release}"


def waits(jobs: Iterable[Job], job: Job, steering: Steering, now: datetime) -> str:
    """What a job waits for, and where in the line it is; empty for one that just begins."""
    if job.state is JobState.HELD and job.run_at is not None and not is_due(job, now):
        return f"Held, then {clock_time(job.run_at, now)}"
    why = why_it_waits(job, steering, now).capitalize()
    if not why or why.startswith("Begins"):
        return why
    if job.run_at is not None and not is_due(job, now):
        return f"{why}; begins at {clock_time(job.run_at, now)}"
    mine = (job.place, job.created_at)
    others = (each for each in jobs if each.state is JobState.INTENT and is_due(each, now))
    ahead = sum((each.place, each.created_at) < mine for each in others)
    return f"{why}, {ahead} ahead" if ahead else f"{why}, first in line"
