"""All that is known of the money of one backend at one moment, as the window shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.budgets import refusal
from kling_desktop.domain.days import day_began, midnight, month_began

if TYPE_CHECKING:
    from datetime import tzinfo

    from kling_desktop.domain.allowances import Standing
    from kling_desktop.domain.budgets import Breach, Budgets
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.reports import By, Report, Row


class Period(StrEnum):
    """Which part of the past a report is about."""

    DAY = "day"
    MONTH = "month"
    LAST_MONTH = "last month"
    YEAR = "year"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment, to just before another; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def has(self, at: datetime) -> bool:
        after = self.since is None or at >= self.since
        return after and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Sums, budgets and doubts; the sandbox's are of play money."""

    backend: str
    today: Row
    month: Row
    ever: Row
    by: By
    span: Span
    report: Report
    """What was asked for: the jobs of the span, added up."""
    doubtful: tuple[Job, ...]
    """Jobs without a clip that may have been charged, newest first."""
    held: tuple[Job, ...]
    """Jobs that wait here because of a budget."""
    budgets: Budgets | None
    """None where there is a file of budgets that nobody can read."""
    standings: tuple[Standing, ...] = ()
    projects: tuple[str, ...] = ()
    """Names of projects that anything was spent on."""
    trouble: str = ""
    """Why the budgets cannot be read."""

    @property
    def is_play(self) -> bool:
        return self.backend == "sandbox"


@dataclass(frozen=True, slots=True)
class Foresight:
    """What the budgets would say to one more job now."""

    breach: Breach | None = None
    unreadable: str = ""
    """Why nobody can tell: then every job waits."""

    def __str__(self) -> str:
        """Why a job would wait; empty if it would be sent."""
        if self.unreadable:
            return f"the budgets cannot be read: {self.unreadable}"
        return refusal(self.breach).detail if self.breach else ""


def span_of(period: Period, now: datetime, zone: tzinfo | None = None) -> Span:
    """The span of a period of the user's calendar."""
    match period:
        case Period.DAY:
            return Span(day_began(now, zone))
        case Period.MONTH:
            return Span(month_began(now, zone))
        case Period.LAST_MONTH:
            began = month_began(now, zone)
            return Span(month_began(began - timedelta(hours=12), zone), began)
        case Period.YEAR:
            return Span(midnight(now.astimezone(zone).date().replace(month=1, day=1), zone))
        case Period.EVER:
            return Span()
