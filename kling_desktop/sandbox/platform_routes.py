"""``/platform``: past requests, the bill and the account, as on api.fal.ai (§12)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from kling_desktop.sandbox.answers import answer
from kling_desktop.sandbox.paging import (
    DAY,
    LAST_PAGE,
    BadQuery,
    invalid,
    iso,
    limit_of,
    refusal,
    seconds,
    several,
)
from kling_desktop.sandbox.records import Search
from kling_desktop.sandbox.usage import BUCKETS, time_series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.account import Account
    from kling_desktop.sandbox.records import Record, Requests
    from kling_desktop.sandbox.telling import Telling

LONGEST_WINDOW = 90 * DAY


@dataclass(frozen=True, slots=True)
class PlatformRoutes:
    """What the account page shows."""

    requests: Requests
    account: Account
    telling: Telling
    now: Callable[[], float]

    def routes(self) -> Sequence[Route]:
        payloads = "/v1/models/requests/{request_id}/payloads"
        return (
            Route("/v1/account/billing", self.balance, methods=["GET"]),
            Route("/v1/models/usage", self.usage, methods=["GET"]),
            Route("/v1/models/billing-events", self.bill, methods=["GET"]),
            Route("/v1/models/requests/by-endpoint", self.history, methods=["GET"]),
            Route(payloads, self.forget, methods=["DELETE"]),
            Route("/v1/meta", self.meta, methods=["GET"]),
        )

    async def balance(self, request: Request) -> Response:
        told: dict[str, Any] = {"username": "sandbox"}
        if "credits" in several(request.query_params, "expand"):
            balance = float(self.account.balance)
            told["credits"] = {"current_balance": balance, "currency": "USD"}
        return answer(told)

    async def usage(self, request: Request) -> Response:
        query = request.query_params
        search = replace(_search(query, self.now(), billed=True), limit=10_000)
        if query.get("timeframe", "day") not in BUCKETS:
            raise BadQuery(f"timeframe must be one of: {', '.join(BUCKETS)}")
        records = self.requests.search(search)
        series = time_series(records, self.account, BUCKETS[query.get("timeframe", "day")])
        return answer({"time_series": series, **LAST_PAGE})

    async def bill(self, request: Request) -> Response:
        search = _search(request.query_params, self.now(), billed=True)
        records, paging = self._page(search)
        return answer({"billing_events": [self._event(each) for each in records], **paging})

    async def history(self, request: Request) -> Response:
        query = request.query_params
        search = _search(query, self.now(), billed=False)
        if not search.endpoints:
            return invalid("endpoint_id is required")
        with_payloads = "payloads" in several(query, "expand")
        records, paging = self._page(search)
        items = [self._item(each, with_payloads=with_payloads) for each in records]
        return answer({"items": items, **paging})

    async def forget(self, request: Request) -> Response:
        """Delete what a request took and made."""
        try:
            record = self.requests.get(request.path_params["request_id"])
        except KeyError:
            return refusal(404, "not_found", "Unknown request")
        if record.outcome is None:
            return invalid("The request has not finished")
        links = []
        if record.clip is not None:
            links.append(self.telling.addresses.file(self.telling.files.get(record.clip)))
            self.telling.files.remove(record.clip)
        self.requests.forget_payloads(record.id)
        return answer({"cdn_delete_results": [{"link": each, "exception": None} for each in links]})

    async def meta(self, _request: Request) -> Response:
        return answer({"webhook_ip_ranges": ["127.0.0.0/8"]})

    def _page(self, search: Search) -> tuple[list[Record], dict[str, Any]]:
        records = self.requests.search(replace(search, limit=search.limit + 1))
        if len(records) <= search.limit:
            return records, LAST_PAGE
        listed = records[: search.limit]
        return listed, {"next_cursor": str(listed[-1].seq), "has_more": True}

    def _event(self, record: Record) -> dict[str, Any]:
        unit_price = self.account.unit_price(record.endpoint)
        cost = self.account.price_of(record.endpoint, record.units)
        return {
            "request_id": record.id,
            "endpoint_id": record.endpoint,
            "timestamp": iso(record.ended_at),
            "output_units": record.units,
            "unit_price": float(unit_price),
            "percent_discount": 0,
            "cost_subtotal": float(cost),
            "cost_discount": 0,
            "cost_total": float(cost),
            "cost_estimate_nano_usd": int(cost * 10**9),
        }

    def _item(self, record: Record, *, with_payloads: bool) -> dict[str, Any]:
        item = {
            "request_id": record.id,
            "endpoint_id": record.endpoint,
            "sent_at": iso(record.sent_at),
            "started_at": iso(record.started_at),
            "ended_at": iso(record.ended_at),
            "status_code": record.status_code,
            "duration": record.seconds,
        }
        if not (with_payloads and record.is_stored):
            return item
        output = self.telling.payload(record)
        return item | {"json_input": json.loads(record.input), "json_output": output}


def _search(query: QueryParams, now: float, *, billed: bool) -> Search:
    """The filters of a call; a request that is named is looked for in a longer time.

    Raises:
        BadQuery: one of them makes no sense.
    """
    ids, cursor = several(query, "request_id"), query.get("cursor", "")
    status, order = query.get("status"), query.get("sort_by", "ended_at")
    if status not in {None, "success", "error", "user_error"}:
        raise BadQuery("status must be one of: success, error, user_error")
    if order not in {"ended_at", "duration"}:
        raise BadQuery("sort_by must be one of: ended_at, duration")
    if cursor and not cursor.isdecimal():
        raise BadQuery("cursor is not one of ours")
    usual = now - (LONGEST_WINDOW if ids else DAY)
    start, end = seconds(query.get("start")), seconds(query.get("end"))
    return Search(
        endpoints=several(query, "endpoint_id"),
        ids=ids,
        start=usual if start is None else max(start, now - LONGEST_WINDOW),
        end=end,
        before=int(cursor) if cursor else None,
        limit=limit_of(query),
        billed=billed,
        status=status,
        by_duration=order == "duration",
    )
