"""``/platform``: prices, past requests and the bill, as on api.fal.ai (``fal-protocol.md`` §12)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.sandbox.answers import answer
from kling_desktop.sandbox.records import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.sandbox.records import Record, Requests

LARGEST_PAGE = 100
_LAST_PAGE = {"next_cursor": None, "has_more": False}


@dataclass(frozen=True, slots=True)
class PlatformRoutes:
    """What the account page shows."""

    catalog: Catalog
    requests: Requests

    def routes(self) -> Sequence[Route]:
        return (
            Route("/v1/models/pricing", self.pricing, methods=["GET"]),
            Route("/v1/models/billing-events", self.bill, methods=["GET"]),
            Route("/v1/models/requests/by-endpoint", self.history, methods=["GET"]),
        )

    async def pricing(self, request: Request) -> Response:
        wanted = _several(request.query_params, "endpoint_id")
        if not wanted:
            return _invalid("endpoint_id is required")
        prices = [
            {
                "endpoint_id": each.id,
                "unit_price": float(each.price.usd_per_second),
                "unit": "seconds",
                "currency": "USD",
            }
            for each in self.catalog.endpoints
            if each.price and each.id in wanted
        ]
        return answer({"prices": prices, **_LAST_PAGE})

    async def bill(self, request: Request) -> Response:
        try:
            search = _search(request.query_params, billed=True)
        except ValueError as error:
            return _invalid(str(error))
        records, paging = self._page(search)
        return answer({"billing_events": [self._event(each) for each in records], **paging})

    async def history(self, request: Request) -> Response:
        try:
            search = _search(request.query_params, billed=False)
        except ValueError as error:
            return _invalid(str(error))
        if not search.endpoints:
            return _invalid("endpoint_id is required")
        with_payloads = "payloads" in _several(request.query_params, "expand")
        records, paging = self._page(search)
        items = [_item(each, with_payloads=with_payloads) for each in records]
        return answer({"items": items, **paging})

    def _page(self, search: Search) -> tuple[list[Record], dict[str, Any]]:
        records = self.requests.search(search)
        if len(records) < search.limit:
            return records, _LAST_PAGE
        page = records[: search.limit - 1]
        return page, {"next_cursor": str(page[-1].seq), "has_more": True}

    def _event(self, record: Record) -> dict[str, Any]:
        try:
            price = self.catalog.endpoint(record.endpoint).price
        except UnknownEndpoint:  # made by a version of this program that knew it
            price = None
        unit_price = price.usd_per_second if price else Decimal(0)
        cost = unit_price * record.units
        return {
            "request_id": record.id,
            "endpoint_id": record.endpoint,
            "timestamp": _iso(record.ended_at),
            "output_units": record.units,
            "unit_price": float(unit_price),
            "percent_discount": 0,
            "cost_subtotal": float(cost),
            "cost_discount": 0,
            "cost_total": float(cost),
            "cost_estimate_nano_usd": int(cost * 10**9),
        }


def _item(record: Record, *, with_payloads: bool) -> dict[str, Any]:
    item = {
        "request_id": record.id,
        "endpoint_id": record.endpoint,
        "sent_at": _iso(record.sent_at),
        "started_at": _iso(record.started_at),
        "ended_at": _iso(record.ended_at),
        "status_code": record.status_code,
        "duration": record.seconds,
    }
    return item | {"json_input": json.loads(record.input)} if with_payloads else item


def _search(query: QueryParams, *, billed: bool) -> Search:
    """The filters of a call.

    Raises:
        ValueError: one of them makes no sense.
    """
    cursor = query.get("cursor")
    limit = int(query.get("limit", "50"))
    if not 1 <= limit <= LARGEST_PAGE:
        raise ValueError(f"limit must be 1 to {LARGEST_PAGE}")
    return Search(
        endpoints=_several(query, "endpoint_id"),
        ids=_several(query, "request_id"),
        start=_seconds(query.get("start")),
        end=_seconds(query.get("end")),
        before=int(cursor) if cursor else None,
        limit=limit + 1,  # one more tells whether there is another page
        billed=billed,
    )


def _several(query: QueryParams, name: str) -> list[str]:
    """Values that are repeated, or joined by commas."""
    return [part for value in query.getlist(name) for part in value.split(",") if part]


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


def _invalid(message: str) -> Response:
    return answer({"error": {"type": "validation_error", "message": message}}, 400)
