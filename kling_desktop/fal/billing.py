"""What the account was billed, request by request (fal-protocol.md §12); it comes with a delay.

An amount ends all doubt about a request's money, so only a list that was read to its end counts,
and an entry that makes no sense makes its whole request unknown.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kling_desktop.domain import errors as e
from kling_desktop.domain.requests import BilledRequest
from kling_desktop.fal.errors import platform_error
from kling_desktop.fal.past import read_time
from kling_desktop.fal.reading import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from datetime import datetime

    from kling_desktop.fal.wire import Wire

MOST_IDS = 50
"""That one call may name."""
PAGE = 100
MOST_PAGES = 20
LONGEST_SPAN = timedelta(days=90)
"""That one call may ask about."""
_NANO = Decimal("0.000000001")
_TOO_MUCH = 1_000_000


class Billing:
    """Reads the bill of one account."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def billed(
        self, request_ids: Sequence[str], since: datetime, until: datetime
    ) -> list[BilledRequest]:
        """See ``Provider.billed``; a time before the longest span is left out."""
        begin = max(since, until - LONGEST_SPAN)
        wanted = [each for each in dict.fromkeys(request_ids) if REQUEST_ID.fullmatch(each)]
        found: list[BilledRequest] = []
        for start in range(0, len(wanted), MOST_IDS):
            some = wanted[start : start + MOST_IDS]
            found += _added_up([each async for each in self._events(some, begin, until)], some)
        return found

    async def _events(
        self, ids: Sequence[str], since: datetime, until: datetime
    ) -> AsyncIterator[object]:
        query = {
            "request_id": ",".join(ids),
            "start": _text(since),
            "end": _text(until),
            "limit": str(PAGE),
        }
        cursor = ""
        for _ in range(MOST_PAGES):
            told = await self._page(query | ({"cursor": cursor} if cursor else {}))
            events = told.get("billing_events")
            if not isinstance(events, list):
                raise e.ServiceDown("the bill makes no sense")
            for each in events:
                yield each
            following = told.get("next_cursor")
            if not isinstance(following, str) or not following:
                return
            cursor = following
        raise e.ServiceDown("the bill has no end")

    async def _page(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        words = urlencode(query, safe=",")
        url = f"{self._wire.backend.platform}/v1/models/billing-events?{words}"
        answer = await self._wire.call("GET", url)
        if not answer.is_fine:
            raise platform_error(answer)
        return answer.object


def _added_up(events: Sequence[object], ids: Sequence[str]) -> Iterator[BilledRequest]:
    """One amount for each request, whose bill may come in pieces."""
    sums: dict[str, BilledRequest | None] = {}
    for event in events:
        name = event.get("request_id") if isinstance(event, dict) else None
        if not isinstance(event, dict) or not isinstance(name, str) or name not in ids:
            continue
        read, known = _read(name, event), sums.get(name)
        if read is None or (name in sums and known is None):
            sums[name] = None
        else:
            sums[name] = read if known is None else _both(known, read)
    yield from (each for each in sums.values() if each is not None)


def _both(one: BilledRequest, other: BilledRequest) -> BilledRequest:
    units = None if one.units is None or other.units is None else one.units + other.units
    return replace(one, usd=one.usd + other.usd, units=units, at=max(one.at, other.at))


def _read(request_id: str, told: Mapping[str, Any]) -> BilledRequest | None:
    """An entry of the bill, or None where it does not say how much."""
    usd, at = _usd(told), read_time(told.get("timestamp"))
    if usd is None or at is None:
        return None
    return BilledRequest(request_id, usd, _number(told.get("output_units")), at)


def _usd(told: Mapping[str, Any]) -> Decimal | None:
    """What is paid in the end, after discounts; the nano dollars are the same, before rounding."""
    total = _number(told.get("cost_total"))
    if total is not None:
        return total
    nano = told.get("cost_estimate_nano_usd")
    is_whole = isinstance(nano, int) and not isinstance(nano, bool)
    return _number(nano * _NANO) if is_whole and isinstance(nano, int) else None


def _number(value: object) -> Decimal | None:
    """An amount; JSON's fractions are binary, so digits beyond the ninth are not fal's."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if not 0 <= value < _TOO_MUCH:  # not a number is in no order
        return None
    return Decimal(str(value)).quantize(_NANO).normalize() + Decimal(0)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
