"""What people do with budgets: read an amount, set or remove a limit, see how much is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.budgets import Budgets, Kind, Limit, left
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.money import exact_dollars

if TYPE_CHECKING:
    from kling_desktop.domain.spending import Spending

MOST = Decimal(1_000_000)
_FINEST = -6
"""Exponent of the smallest part of a dollar that a budget may name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A limit and how much of it is spent."""

    limit: Limit
    spent: Spending

    def __str__(self) -> str:
        """For the person who is about to spend."""
        if self.limit.kind is Kind.JOB:
            return f"{self.limit.name.capitalize()}: {exact_dollars(self.limit.usd)}."
        rest = exact_dollars(left(self.limit, self.spent))
        name = self.limit.name
        return f"Left of {name}: {rest} of {exact_dollars(self.limit.usd)}."

    def as_json(self) -> dict[str, Any]:
        """Amounts are text: a number with a point is not exact in JSON."""
        return {
            "kind": self.limit.kind.value,
            "project": self.limit.project,
            "since": self.limit.since and self.limit.since.isoformat(),
            "limit_usd": f"{self.limit.usd:f}",
            "spent_usd": f"{self.spent.usd:f}",
            "left_usd": f"{left(self.limit, self.spent):f}",
            "unknown_jobs": self.spent.unknown,
        }


def with_limit(budgets: Budgets, kind: Kind, usd: Decimal | None, project: str = "") -> Budgets:
    """Budgets with one limit set, or removed where it is None."""
    if kind is not Kind.PROJECT:
        change: dict[str, Any] = {kind.value: usd}
        return replace(budgets, **change)
    rest = {name: each for name, each in budgets.projects.items() if name != project}
    return replace(budgets, projects=rest if usd is None else {**rest, project: usd})


def read_amount(text: str) -> Decimal:
    """Dollars as people write them. Raises InvalidParams."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        raise _bad("is no amount of dollars", text) from None
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise _bad(f"must be from 0 to {MOST} dollars", text)
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < _FINEST:
        raise _bad("is finer than a millionth of a dollar", text)
    return amount


def _bad(message: str, value: str) -> InvalidParams:
    return InvalidParams((Problem("budget", message, value or None),))
