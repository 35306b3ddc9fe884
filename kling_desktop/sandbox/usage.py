"""The chart of what was spent: bills added up by time and endpoint (§12)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kling_desktop.sandbox.paging import DAY, iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.sandbox.account import Account
    from kling_desktop.sandbox.records import Record

BUCKETS = {"minute": 60.0, "hour": 3600.0, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
"""Seconds of each timeframe."""


def time_series(records: Iterable[Record], account: Account, bucket: float) -> list[dict[str, Any]]:
    """Buckets in order of time, each with its endpoints."""
    units: dict[float, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for record in records:
        assert record.ended_at is not None
        units[record.ended_at // bucket * bucket][record.endpoint] += record.units
    return [
        {"bucket": iso(begins), "results": [_result(account, *each) for each in found.items()]}
        for begins, found in sorted(units.items())
    ]


def _result(account: Account, endpoint: str, quantity: float) -> dict[str, Any]:
    price = account.unit_price(endpoint)
    cost = float(account.price_of(endpoint, quantity))
    return {
        "endpoint_id": endpoint,
        "unit": "seconds",
        "quantity": quantity,
        "unit_price": float(price),
        "percent_discount": 0,
        "cost_subtotal": cost,
        "cost_discount": 0,
        "cost_total": cost,
        "cost": cost,
        "currency": "USD",
    }
