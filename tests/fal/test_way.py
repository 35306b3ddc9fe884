"""In doubt a request has left: a future httpcore's unknown events must never allow a resend."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from kling_desktop.domain import errors as e
from kling_desktop.fal.way import Way

URL = "https://fal.example.test/queue/x"
CONNECT = {"request": SimpleNamespace(method=b"CONNECT")}
POST = {"request": SimpleNamespace(method=b"POST")}
TO_PROXY = {"host": "::1", "port": 3128}

Events = list[tuple[str, dict[str, Any]]]
REACHED: Events = [("connection.connect_tcp.started", TO_PROXY)]
ASKED: Events = [*REACHED, ("http11.send_request_headers.started", CONNECT)]
TUNNELLED: Events = [*ASKED, ("proxy.start_tls.started", {})]


async def _went(events: Events) -> Way:
    way = Way(URL)
    for event, info in events:
        await way(event, info)
    return way


@pytest.mark.parametrize(
    "events",
    [
        REACHED,
        ASKED,
        TUNNELLED,
        [*ASKED, ("http11.response_closed.started", {})],
        [*ASKED, ("http11.receive_response_headers.failed", {"exception": OSError()})],
    ],
)
async def test_until_its_head_is_written_a_request_has_not_left(events: Events) -> None:
    assert (await _went(events)).has_not_left


@pytest.mark.parametrize(
    "events",
    [
        [],
        [("http11.send_request_headers.started", POST)],
        [*TUNNELLED, ("http11.send_request_headers.started", POST)],
        [*TUNNELLED, ("http11.send_request_headers.started", POST), *REACHED],
        [*TUNNELLED, ("http9.something_new.started", {})],
    ],
)
async def test_otherwise_it_may_have_left_for_good(events: Events) -> None:
    way = await _went(events)
    assert not way.has_not_left
    with pytest.raises(e.Transient) as raised, way.own_errors():
        raise httpx.ReadError("broken")
    assert not isinstance(raised.value, e.NetworkDown)


async def test_a_proxy_is_named_by_its_address_and_its_own_words_are_not_repeated() -> None:
    way = await _went(ASKED)
    with pytest.raises(e.NetworkDown) as raised, way.own_errors():
        raise httpx.RemoteProtocolError("illegal status line: what it said")
    assert raised.value.detail == "the proxy [::1]:3128 broke the connection off"
