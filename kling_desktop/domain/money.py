"""Prices: what a request will cost, as far as anyone can know before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from kling_desktop.domain.catalog import Endpoint


def estimate(endpoint: Endpoint, params: Mapping[str, Any]) -> Decimal | None:
    """Price of a request in US dollars, or None where the price is not known."""
    if endpoint.price is None:
        return None
    return endpoint.price.usd_per_second * clip_seconds(endpoint, params)


def clip_seconds(endpoint: Endpoint, params: Mapping[str, Any]) -> int:
    """Length of the clip that is asked for, in seconds."""
    return int(str(params.get("duration") or endpoint.field("duration").default))


def priced(endpoint: Endpoint, amount: Decimal | None) -> str:
    """An estimate with what it is reckoned by: prices drift, so their date and source are told."""
    price = endpoint.price
    if price is None or amount is None:
        return "Its price is not known."
    rate = exact_dollars(price.usd_per_second)
    source = price.source.removesuffix(f", {price.date}")
    return f"About {exact_dollars(amount)}: {rate}/s as of {price.date} ({source})."


def dollars(amount: Decimal | None) -> str:
    """An amount as people read it; tenths of a cent are kept where there are any."""
    if amount is None:
        return "price unknown"
    exact = amount.normalize()
    places = max(2, -int(exact.as_tuple().exponent))
    return f"${amount:.{min(places, 3)}f}"


def exact_dollars(amount: Decimal) -> str:
    """An amount to its last digit: two prices that differ must not read the same."""
    exact = amount.normalize()
    return f"${exact:.{max(2, -int(exact.as_tuple().exponent))}f}"
