"""The list of requests, as the platform tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.requests import PastRequest
from kling_desktop.fal.past import MOST_PAGES
from kling_desktop.fal.provider import FalProvider
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import BACKEND, ORIGIN, Script, answer
from tests.fal.test_nonsense import outcome
from tests.helpers.nonsense import documents

if TYPE_CHECKING:
    from typing import Any

    from kling_desktop.fal.answers import Answer

KEY = SecretStr("nonsense-key-id:nonsense-key-secret")
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ITEM = {
    "request_id": "abc-1",
    "endpoint_id": ENDPOINT,
    "sent_at": "2026-11-25T12:00:01+00:00",
    "ended_at": None,
    "status_code": None,
    "json_input": {"prompt": "x"},
}


async def past(*answers: Answer) -> tuple[list[PastRequest], Script]:
    script = Script(*answers)
    provider = FalProvider(BACKEND, KEY, transport=script)
    return await provider.past_requests(ENDPOINT, NOON, NOON + timedelta(hours=1)), script


def page(*items: Any, cursor: str | None = None) -> Answer:
    return answer(200, {"items": list(items), "next_cursor": cursor, "has_more": bool(cursor)})


async def test_a_request_is_told_with_its_body_and_its_time() -> None:
    found, script = await past(page(ITEM))
    second = NOON + timedelta(seconds=1)
    assert found == [PastRequest(ENDPOINT, "abc-1", second, None, {"prompt": "x"})]
    address = urlsplit(str(script.last.url))
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        f"{ORIGIN}/platform/v1/models/requests/by-endpoint"
    )
    assert parse_qs(address.query) == {
        "endpoint_id": [ENDPOINT],
        "start": ["2026-11-25T12:00:00+00:00"],
        "end": ["2026-11-25T13:00:00+00:00"],
        "expand": ["payloads"],
        "limit": ["100"],
    }


async def test_all_pages_are_read() -> None:
    found, script = await past(page(ITEM, cursor="7"), page(ITEM | {"request_id": "abc-2"}))
    assert [each.request_id for each in found] == ["abc-1", "abc-2"]
    assert parse_qs(urlsplit(str(script.last.url)).query)["cursor"] == ["7"]


async def test_a_list_without_an_end_is_left_after_some_pages() -> None:
    found, script = await past(page(ITEM, cursor="7"))
    assert len(script.requests) == len(found) == MOST_PAGES


async def test_a_time_without_a_zone_is_utc() -> None:
    found, _ = await past(page(ITEM | {"sent_at": "2026-11-25T12:00:00"}))
    assert found[0].sent_at == NOON


async def test_an_entry_that_makes_no_sense_is_left_out() -> None:
    bad = ("x", ITEM | {"request_id": 7}, ITEM | {"sent_at": "noon"}, ITEM | {"request_id": "a/b"})
    found, _ = await past(page(*bad, ITEM))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(403, {"error": {"type": "authorization_error", "message": "x"}}), r.KeyLacksScope),
        (answer(429, {}), e.RateLimited),
        (answer(500, {}), e.ServiceDown),
    ],
)
async def test_a_list_that_cannot_be_read_says_why(
    given: Answer, error: type[e.KlingDesktopError]
) -> None:
    with pytest.raises(error):
        await past(given)


@given(documents)
@settings(deadline=None)
def test_any_list_is_survived(told: Any) -> None:
    provider = FalProvider(BACKEND, KEY, transport=Script(answer(200, {"items": [told, ITEM]})))
    found = outcome(provider, lambda each: each.past_requests(ENDPOINT, NOON, NOON))
    assert isinstance(found, list)
