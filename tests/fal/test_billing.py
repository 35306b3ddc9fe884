"""The bill, as the platform tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.requests import BilledRequest
from kling_desktop.fal.billing import MOST_PAGES
from kling_desktop.fal.provider import FalProvider
from tests.fal.fakes import BACKEND, ORIGIN, Script, answer
from tests.fal.test_nonsense import outcome
from tests.helpers.nonsense import documents

if TYPE_CHECKING:
    from typing import Any

    from kling_desktop.fal.answers import Answer

KEY = SecretStr("nonsense-key-id:nonsense-key-secret")
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
EVENT = {
    "request_id": "abc-1",
    "endpoint_id": "fal-ai/x",
    "timestamp": "2026-11-25T12:00:01+00:00",
    "output_units": 5,
    "unit_price": 0.095,
    "percent_discount": 0,
    "cost_subtotal": 0.475,
    "cost_discount": 0,
    "cost_total": 0.475,
    "cost_estimate_nano_usd": 475_000_000,
}
D = Decimal


async def billed(
    *answers: Answer, ids: tuple[str, ...] = ("abc-1", "abc-2"), days: int = 1
) -> tuple[list[BilledRequest], Script]:
    script = Script(*answers)
    provider = FalProvider(BACKEND, KEY, transport=script)
    return await provider.billed(ids, NOON - timedelta(days=days), NOON), script


def page(*events: Any, cursor: str | None = None) -> Answer:
    told = {"billing_events": list(events), "next_cursor": cursor, "has_more": bool(cursor)}
    return answer(200, told)


async def test_an_amount_is_told_exactly_with_its_units_and_its_time() -> None:
    found, script = await billed(page(EVENT))
    at = NOON + timedelta(seconds=1)
    assert found == [BilledRequest("abc-1", D("0.475"), D(5), at)]
    address = urlsplit(str(script.last.url))
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        f"{ORIGIN}/platform/v1/models/billing-events"
    )
    assert parse_qs(address.query) == {
        "request_id": ["abc-1,abc-2"],
        "start": ["2026-11-24T12:00:00+00:00"],
        "end": ["2026-11-25T12:00:00+00:00"],
        "limit": ["100"],
    }


async def test_a_bill_in_pieces_is_added_up_over_all_pages() -> None:
    found, script = await billed(page(EVENT, cursor="7"), page(EVENT | {"cost_total": 0.025}))
    assert [each.usd for each in found] == [D("0.5")]
    assert parse_qs(urlsplit(str(script.last.url)).query)["cursor"] == ["7"]


async def test_a_bill_without_an_end_is_not_taken_for_the_whole() -> None:
    with pytest.raises(e.ServiceDown, match="no end"):
        await billed(page(EVENT, cursor="7"))
    script = Script(page(EVENT, cursor="7"))
    provider = FalProvider(BACKEND, KEY, transport=script)
    with pytest.raises(e.ServiceDown):
        await provider.billed(("abc-1",), NOON, NOON)
    assert len(script.requests) == MOST_PAGES


async def test_more_than_fifty_requests_are_asked_for_in_several_calls() -> None:
    ids = tuple(f"r{number}" for number in range(120))
    _, script = await billed(page(), ids=ids)
    asked = [parse_qs(urlsplit(str(each.url)).query)["request_id"][0] for each in script.requests]
    assert [len(each.split(",")) for each in asked] == [50, 50, 20]


async def test_no_more_than_ninety_days_are_asked_about() -> None:
    _, script = await billed(page(), days=400)
    begin = parse_qs(urlsplit(str(script.last.url)).query)["start"][0]
    assert begin == "2026-08-27T12:00:00+00:00"


async def test_nothing_is_asked_for_nothing() -> None:
    found, script = await billed(page(), ids=())
    assert (found, script.requests) == ([], [])


async def test_a_discount_counts_and_a_bill_of_nothing_is_a_bill() -> None:
    found, _ = await billed(page(EVENT | {"cost_total": 0, "cost_discount": 0.475}))
    assert [each.usd for each in found] == [D(0)]


async def test_nano_dollars_do_where_there_is_no_total() -> None:
    found, _ = await billed(page({k: v for k, v in EVENT.items() if k != "cost_total"}))
    assert [each.usd for each in found] == [D("0.475")]


@pytest.mark.parametrize(
    "change",
    [
        {"request_id": "somebody-elses"},
        {"request_id": 7},
        {"timestamp": "noon"},
        {"cost_total": -1, "cost_estimate_nano_usd": None},
        {"cost_total": True, "cost_estimate_nano_usd": True},
        {"cost_total": "0.475", "cost_estimate_nano_usd": "1"},
        {"cost_total": 1e300, "cost_estimate_nano_usd": 10**40},
    ],
)
async def test_an_entry_that_makes_no_sense_is_no_bill(change: dict[str, Any]) -> None:
    found, _ = await billed(page("x", EVENT | change))
    assert found == []


async def test_half_of_a_bill_that_can_be_read_is_not_taken_for_the_whole() -> None:
    found, _ = await billed(page(EVENT, EVENT | {"timestamp": "noon"}, EVENT))
    assert found == []


async def test_a_key_without_the_scope_is_told_apart() -> None:
    refused = answer(403, {"error": {"type": "authorization_error", "message": "no scope"}})
    with pytest.raises(r.KeyLacksScope):
        await billed(refused)


@given(documents)
@settings(deadline=None)
def test_any_bill_is_survived(told: Any) -> None:
    events = {"billing_events": [told, EVENT]}
    provider = FalProvider(BACKEND, KEY, transport=Script(answer(200, events)))
    found = outcome(provider, lambda each: each.billed(["abc-1"], NOON, NOON))
    assert [each.request_id for each in found] == ["abc-1"]


@pytest.mark.parametrize("events", [None, "x", {}, 7])
async def test_a_list_that_is_none_is_asked_for_again(events: Any) -> None:
    with pytest.raises(e.ServiceDown):
        await billed(answer(200, {"billing_events": events}))
