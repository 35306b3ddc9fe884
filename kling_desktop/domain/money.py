"""Prices: what a request will cost, as far as anyone can know before it is sent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from kling_desktop.domain.catalog import Endpoint, Price


def estimate(
    endpoint: Endpoint, params: Mapping[str, Any], *, given_seconds: float | None = None
) -> Decimal | None:
    """Price of a request in US dollars, or None where the price is not known.

    ``given_seconds`` is the length of the video or sound that is given, if somebody measured it.
    """
    price = endpoint.price
    if price is None:
        return None
    if price.usd_per_second is None:
        return price.usd_per_clip
    a_second = _a_second(price, params)
    if not price.of_input:
        seconds = clip_seconds(endpoint, params)
        return None if seconds is None else a_second * seconds
    if given_seconds is None:
        return None
    return a_second * math.ceil(given_seconds / price.of_input) * price.of_input


def clip_seconds(endpoint: Endpoint, params: Mapping[str, Any]) -> int | None:
    """Length of the clip that is asked for, in seconds; None where the given files decide."""
    if shots := params.get("multi_prompt"):
        usual = _shot_seconds(endpoint)
        return sum(int(each.get("duration") or usual) for each in shots)
    told = params.get("duration") or _usual(endpoint)
    return int(told) if told else None


def _usual(endpoint: Endpoint) -> str:
    """The length that a clip has if nobody says another."""
    return str(endpoint.field("duration").default or "") if endpoint.has("duration") else ""


def _shot_seconds(endpoint: Endpoint) -> str:
    (length,) = (each for each in endpoint.field("multi_prompt").fields if each.name == "duration")
    return str(length.default)


def _a_second(price: Price, params: Mapping[str, Any]) -> Decimal:
    """US dollars a second, by what sounds in the clip."""
    assert price.usd_per_second is not None
    speaks = params.get("voice_ids") or any(
        each.get("voice_id") for each in params.get("elements") or ()
    )
    if speaks and price.with_voice is not None:
        return price.with_voice
    if params.get("generate_audio") and price.with_sound is not None:
        return price.with_sound
    return price.usd_per_second


def rate(price: Price, each: str = " a second") -> str:
    """What it is reckoned by, in words; ``each`` is how a second is called."""
    unit = exact_dollars(price.usd_per_unit)
    if price.usd_per_second is None:
        return f"{unit} a clip"
    told = f"{unit}{each}"
    if price.of_input:
        return f"{told} of what you give"
    if price.with_sound is None:
        return told
    return f"{told}, {exact_dollars(price.with_sound)} with sound"


def priced(endpoint: Endpoint, amount: Decimal | None) -> str:
    """An estimate with what it is reckoned by: prices drift, so their date and source are told."""
    price = endpoint.price
    if price is None:
        return "Its price is not known."
    source = price.source.removesuffix(f", {price.date}")
    reckoned = f"{rate(price, '/s')} as of {price.date} ({source})"
    if amount is None:
        return f"Its price is not known: {reckoned}."
    return f"About {exact_dollars(amount)}: {reckoned}."


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
