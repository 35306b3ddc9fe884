"""Limits of what may be spent, and whether one more job stays within them.

What is uncertain or still on its way counts as spent, so a budget can only be kept too well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.days import day_began, month_began
from kling_desktop.domain.errors import BudgetReached
from kling_desktop.domain.money import exact_dollars

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kling_desktop.domain.spending import Spending


class Kind(StrEnum):
    """What a budget is for."""

    JOB = "job"
    DAY = "day"
    MONTH = "month"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """The limits of one backend in US dollars; None is no limit."""

    job: Decimal | None = None
    day: Decimal | None = None
    """A day of the user's calendar."""
    month: Decimal | None = None
    projects: Mapping[str, Decimal] = field(default_factory=dict)
    """Project to what may be spent on it, ever."""
    allows_unknown: bool = False
    """Whether a job whose price nobody knows may be sent although there is a limit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One budget as it holds at one moment."""

    kind: Kind
    usd: Decimal
    since: datetime | None = None
    """When its day or month began."""
    project: str | None = None

    @property
    def name(self) -> str:
        """The budget as a sentence names it."""
        match self.kind:
            case Kind.JOB:
                return "the budget of one job"
            case Kind.PROJECT:
                return f"the budget of the project {self.project!r}"
            case _:
                return f"this {self.kind}'s budget"


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a job may not be sent."""

    limit: Limit
    spent: Spending
    price: Decimal | None


def limits_for(budgets: Budgets, now: datetime, project: str = "") -> tuple[Limit, ...]:
    """The limits that a job of a project has to keep at this moment, the narrowest first."""
    found = [
        Limit(Kind.JOB, budgets.job) if budgets.job is not None else None,
        Limit(Kind.DAY, budgets.day, day_began(now)) if budgets.day is not None else None,
        Limit(Kind.MONTH, budgets.month, month_began(now)) if budgets.month is not None else None,
    ]
    if project in budgets.projects:
        found.append(Limit(Kind.PROJECT, budgets.projects[project], project=project))
    return tuple(each for each in found if each is not None)


def all_limits(budgets: Budgets, now: datetime) -> Iterator[Limit]:
    """Every limit that is set, those of all projects included."""
    yield from limits_for(Budgets(job=budgets.job, day=budgets.day, month=budgets.month), now)
    for name, usd in sorted(budgets.projects.items()):
        yield Limit(Kind.PROJECT, usd, project=name)


def breach(limit: Limit, spent: Spending, price: Decimal | None, *, allows_unknown: bool) -> bool:
    """Whether one more job of that price would go over a limit, or nobody can tell."""
    if price is None:
        return not allows_unknown
    return spent.usd + price > limit.usd


def left(limit: Limit, spent: Spending) -> Decimal:
    """What may still be spent."""
    return max(limit.usd - spent.usd, Decimal(0))


def refusal(found: Breach) -> BudgetReached:
    """The error that says which budget it is, what is spent of it and what the job would cost."""
    limit, spent = found.limit, found.spent
    words = [f"{limit.name} is {exact_dollars(limit.usd)}"]
    if limit.kind is not Kind.JOB:
        words.append(f"{exact_dollars(spent.usd)} of it is spent or may be")
    if spent.unknown:
        words.append(f"beside {spent.unknown} of unknown price")
    if found.price is None:
        words.append("the price of this job is not known")
    else:
        words.append(f"this job would cost about {exact_dollars(found.price)}")
    return BudgetReached(", ".join(words))
