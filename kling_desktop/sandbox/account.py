"""The play money of the sandbox: what is on the account, and whether it is locked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import UnknownEndpoint

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.sandbox.records import Requests

TOP_UP = Decimal(1000)
"""US dollars that come whenever nothing is left, unless the account was given a credit."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account; what it spent is the sum of the bill."""

    catalog: Catalog
    requests: Requests
    credit: Decimal | None = None
    """US dollars that it was given once; None is topped up for ever."""

    @property
    def spent(self) -> Decimal:
        units = self.requests.billed_units()
        return sum((self.price_of(id_, count) for id_, count in units.items()), Decimal(0))

    @property
    def balance(self) -> Decimal:
        if self.credit is None:
            return TOP_UP - self.spent % TOP_UP
        return self.credit - self.spent

    @property
    def is_locked(self) -> bool:
        """Whether nothing is left: fal refuses submits then (``fal-protocol.md`` §2)."""
        return self.balance <= 0

    def price_of(self, endpoint_id: str, units: float) -> Decimal:
        """US dollars for so many units."""
        return self.unit_price(endpoint_id) * Decimal(str(units))

    def unit_price(self, endpoint_id: str) -> Decimal:
        """US dollars for a second or a clip; 0 for an endpoint that only another version knew."""
        try:
            price = self.catalog.endpoint(endpoint_id).price
        except UnknownEndpoint:
            return Decimal(0)
        return price.usd_per_unit if price else Decimal(0)

    def usual_units(self, endpoint_id: str) -> Decimal:
        """Seconds that its requests made so far, on average; 5 before there is one."""
        units, count = self.requests.billed_count(endpoint_id)
        return Decimal(units) / count if count else Decimal(5)
