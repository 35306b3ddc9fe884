"""What jobs have cost, added up by day, month, project, endpoint or state; every digit is kept.

Each job counts in one place: *billed* once the bill has come, *open* before that. *Uncertain* is
the part of what is open that may yet turn out to cost nothing. Unknown amounts are only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.spending import NOTHING, counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo
    from decimal import Decimal

    from kling_desktop.domain.jobs import Job

DOUBTFUL = (JobState.UNCERTAIN, JobState.REFUSED, JobState.FAILED, JobState.CANCELLED)
"""States in which a job that counts as spent has made no clip."""


class By(StrEnum):
    """What the rows of a report stand for."""

    DAY = "day"
    MONTH = "month"
    PROJECT = "project"
    ENDPOINT = "endpoint"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Row:
    """Some jobs together; amounts in US dollars."""

    key: str
    jobs: int = 0
    estimate_usd: Decimal = NOTHING
    """What was expected of them, where anything was."""
    billed_usd: Decimal = NOTHING
    """What the bill says."""
    open_usd: Decimal = NOTHING
    """What counts as spent without a bill."""
    uncertain_usd: Decimal = NOTHING
    """The part of what is open that may turn out to be free."""
    unknown: int = 0
    """Jobs whose amount nobody knows: they are in none of the sums."""

    @property
    def spent_usd(self) -> Decimal:
        return self.billed_usd + self.open_usd

    def plus(self, job: Job) -> Row:
        """With one more job that counts as spent."""
        amount = counted(job)
        known = NOTHING if amount is None else amount
        is_billed = job.billed_at is not None
        unsure = is_uncertain(job)
        return Row(
            key=self.key,
            jobs=self.jobs + 1,
            estimate_usd=self.estimate_usd + (job.estimate_usd or NOTHING),
            billed_usd=self.billed_usd + (known if is_billed else NOTHING),
            open_usd=self.open_usd + (NOTHING if is_billed else known),
            uncertain_usd=self.uncertain_usd + (known if unsure else NOTHING),
            unknown=self.unknown + (amount is None),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Rows in the order of their keys, and all of them together."""

    rows: tuple[Row, ...]
    total: Row


def report(spent: Iterable[tuple[datetime, Job]], by: By, zone: tzinfo | None = None) -> Report:
    """Add up jobs that count as spent, each with the moment since when it does."""
    rows: dict[str, Row] = {}
    total = Row("total")
    for at, job in spent:
        key = _key(at.astimezone(zone), job, by)
        rows[key] = rows.get(key, Row(key)).plus(job)
        total = total.plus(job)
    return Report(tuple(rows[key] for key in sorted(rows)), total)


def is_uncertain(job: Job) -> bool:
    """Whether a job that counts as spent may turn out to cost nothing."""
    if job.billed_at is not None:
        return False
    is_doubted = job.trouble is not None and job.trouble.charge == Charge.MAYBE
    return job.state is JobState.UNCERTAIN or (job.is_over and is_doubted)


def known_by(job: Job) -> str:
    """Where the amount that a job counts for comes from."""
    if job.billed_at is not None:
        return "bill"
    if job.cost_usd is not None:
        return "answer"
    return "unknown" if job.estimate_usd is None else "estimate"


def _key(at: datetime, job: Job, by: By) -> str:
    match by:
        case By.DAY:
            return f"{at:%Y-%m-%d}"
        case By.MONTH:
            return f"{at:%Y-%m}"
        case By.PROJECT:
            return job.project
        case By.ENDPOINT:
            return job.endpoint
        case By.STATE:
            return job.state.value
