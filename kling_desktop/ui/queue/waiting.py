"""The waiting jobs among the rows: their order, their neighbours, and what each waits for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import WAITING, Job, JobState
from kling_desktop.domain.line import why_it_waits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kling_desktop.domain.jobs import JobId
    from kling_desktop.domain.line import Steering


class Where(StrEnum):
    """Where a waiting job can go."""

    FRONT = "Move to front"
    UP = "Move up"
    DOWN = "Move down"


def line_of(jobs: Iterable[Job]) -> list[Job]:
    """Those that wait here, in their order."""
    waiting = (job for job in jobs if job.state in WAITING)
    return sorted(waiting, key=lambda job: (job.place, job.created_at))


def ways_of(jobs: Iterable[Job], job: Job) -> dict[Where, JobId | None]:
    """Where the job can go now: in front of which other one, or behind all (None)."""
    ids = [each.id for each in line_of(jobs)]
    if job.id not in ids:
        return {}
    at, ways = ids.index(job.id), dict[Where, "JobId | None"]()
    if at > 0:
        ways = {Where.FRONT: ids[0], Where.UP: ids[at - 1]}
    if at < len(ids) - 1:
        ways[Where.DOWN] = ids[at + 2] if at + 2 < len(ids) else None
    return ways


def waits(jobs: Iterable[Job], job: Job, steering: Steering, now: datetime) -> str:
    """What a job waits for, and where in the line it is; empty for one that just begins."""
    why = why_it_waits(job, steering, now).capitalize()
    if not why or why.startswith("Begins"):
        return why
    mine = (job.place, job.created_at)
    others = (each for each in jobs if each.state is JobState.INTENT)
    ahead = sum((each.place, each.created_at) < mine for each in others)
    return f"{why}, {ahead} ahead" if ahead else f"{why}, first in line"
