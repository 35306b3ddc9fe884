"""What counts as spent: what was billed, and before anybody knows that, what it may cost.

The doubtful counts as spent, so that a budget is never overrun by an answer that was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import NOT_YET_SENT, TERMINAL, JobState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kling_desktop.domain.jobs import Job

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Spending:
    """What jobs of one backend have cost together; the sandbox's money is play money."""

    usd: Decimal = NOTHING
    jobs: int = 0
    """How many of them count."""
    unknown: int = 0
    """How many of those have an amount that nobody knows: they are not in ``usd``."""


def counts(job: Job) -> bool:
    """Whether a job has cost money or may yet turn out to have."""
    if job.state in NOT_YET_SENT:
        return False
    if job.state not in TERMINAL or job.state is JobState.DONE:
        return True  # What a job on its way waits out says nothing about its money.
    was_sent = job.body is not None or job.request_id is not None
    return was_sent and (job.trouble is None or job.trouble.charge != Charge.NO)


def counted(job: Job) -> Decimal | None:
    """US dollars that a job counts for: the bill, else the estimate; None if nobody knows."""
    if not counts(job):
        return NOTHING
    return job.estimate_usd if job.cost_usd is None else job.cost_usd


def counts_from(job: Job) -> datetime:
    """When a job that has just begun to count did cost its money.

    A request that was taken in later was paid for when it was sent.
    """
    return job.updated_at if job.sent_at is None else min(job.sent_at, job.updated_at)


def tally(jobs: Iterable[Job], backend: str) -> Spending:
    """The sum over those jobs that belong to a backend."""
    amounts = [counted(job) for job in jobs if job.backend == backend and counts(job)]
    known = [amount for amount in amounts if amount is not None]
    return Spending(sum(known, NOTHING), len(amounts), len(amounts) - len(known))
