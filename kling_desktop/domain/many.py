"""What the budgets would say to many jobs, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.budgets import Breach, Kind, breach, refusal
from kling_desktop.domain.money import dollars, exact_dollars

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kling_desktop.domain.allowances import Standing
    from kling_desktop.domain.spending import Spending


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of prices, and how many are not known."""

    usd: Decimal = Decimal(0)
    number: int = 0
    unknown: int = 0

    def __str__(self) -> str:
        if self.unknown == self.number and self.number:
            return "an unknown price"
        unknown = f" and {self.unknown} of unknown price" if self.unknown else ""
        return f"about {exact_dollars(self.usd) if self.usd else dollars(self.usd)}{unknown}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many of the jobs would wait here, unsent, and what holds the first of them."""

    held: int = 0
    first: Breach | None = None
    unreadable: str = ""

    def __str__(self) -> str:
        """For whoever is about to begin; empty if all would be sent."""
        if self.unreadable:
            return f"All of them would wait here, unsent: {self.unreadable}."
        if self.first is None:
            return ""
        clips = "1 clip" if self.held == 1 else f"{self.held} clips"
        return f"{clips} would wait here, unsent: {refusal(self.first).detail}."


def total_of(prices: Iterable[Decimal | None]) -> Total:
    """Prices added up."""
    found = list(prices)
    known = [each for each in found if each is not None]
    return Total(sum(known, Decimal(0)), len(found), len(found) - len(known))


def foresee(
    prices: Iterable[Decimal | None], standings: Sequence[Standing], *, allows_unknown: bool
) -> Forecast:
    """Send them in thought, in their order; one that does not fit waits, and a cheaper one goes."""
    now = list(standings)
    held, first = 0, None
    for price in prices:
        against = next(
            (
                each
                for each in now
                if breach(each.limit, each.spent, price, allows_unknown=allows_unknown)
            ),
            None,
        )
        if against is not None:
            held += 1
            first = first or Breach(against.limit, against.spent, price)
            continue
        now = [
            each if each.limit.kind is Kind.JOB else replace(each, spent=_more(each.spent, price))
            for each in now
        ]
    return Forecast(held, first)


def _more(spent: Spending, price: Decimal | None) -> Spending:
    if price is None:
        return replace(spent, jobs=spent.jobs + 1, unknown=spent.unknown + 1)
    return replace(spent, usd=spent.usd + price, jobs=spent.jobs + 1)
