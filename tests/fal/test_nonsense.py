"""Whatever a server answers, each call ends in a typed value or an error of ours, and in time."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain.requests import (
    Accepted,
    CancelAnswer,
    RequestRef,
    RequestResult,
    RequestStatus,
)
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import LARGEST_ANSWER, Patience
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import BACKEND, Script, raw_server
from tests.helpers.nonsense import any_answer, documents
from tests.helpers.services import SSE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.fal.fakes import Act, RawServer

pytestmark = pytest.mark.thorough

KEY = SecretStr("nonsense-key-id:nonsense-key-secret")
REF = RequestRef(ENDPOINT, "request-1")
IMPATIENT = Patience(connect=2.0, read=0.3, write=0.3, answer=0.5, block=0.3, silence=0.3, news=0.3)
TIME_LIMIT = 10.0
"""Seconds for one call to give up; its own patience ends after one."""


async def followed(provider: FalProvider) -> list[RequestStatus]:
    async with aclosing(provider.follow(REF)) as stream:
        return [status async for status in stream]


CALLS: dict[str, tuple[Callable[[FalProvider], Awaitable[Any]], type]] = {
    "submit": (lambda provider: provider.submit(ENDPOINT, {"prompt": "x"}), Accepted),
    "status": (lambda provider: provider.status(REF), RequestStatus),
    "follow": (followed, list),
    "result": (lambda provider: provider.result(REF), RequestResult),
    "cancel": (lambda provider: provider.cancel(REF), CancelAnswer),
}
each_call = pytest.mark.parametrize(("call", "kind"), CALLS.values(), ids=CALLS)


def outcome(provider: FalProvider, call: Callable[[FalProvider], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        try:
            async with asyncio.timeout(TIME_LIMIT):
                return await call(provider)
        except e.KlingDesktopError as error:
            return error
        finally:
            await provider.aclose()

    return asyncio.run(run())


@each_call
@given(st.lists(any_answer, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_any_answer_is_a_value_or_an_error_of_ours(
    call: Callable[[FalProvider], Awaitable[Any]], kind: type, answers: list[Answer]
) -> None:
    provider = FalProvider(BACKEND, KEY, transport=Script(*answers))
    assert isinstance(outcome(provider, call), kind | e.KlingDesktopError)


@given(st.lists(documents, max_size=4), st.binary(max_size=30))
@settings(deadline=None)
def test_any_event_is_a_status_or_an_error_of_ours(events: list[Any], rest: bytes) -> None:
    body = "".join(f"data: {json.dumps(each)}\n\n" for each in events).encode() + rest
    provider = FalProvider(BACKEND, KEY, transport=Script(Answer(200, SSE, body)))
    assert isinstance(outcome(provider, followed), list | e.KlingDesktopError)


@given(st.lists(any_answer, min_size=1, max_size=3))
@settings(deadline=None)
def test_any_answer_to_an_upload_is_an_address_or_an_error_of_ours(answers: list[Answer]) -> None:
    provider = FalProvider(BACKEND, KEY, transport=Script(*answers))
    path = Path(__file__)
    found = outcome(provider, lambda each: each.upload(path, lambda *_: None))
    assert isinstance(found, str | e.KlingDesktopError)


def pour(server: RawServer, kind: str, start: bytes, more: bytes) -> Act:
    """An answer without an end."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.read(reader)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n"
        writer.write(head.encode() + start)
        while True:
            writer.write(more)
            await writer.drain()

    return act


ENDLESS = {
    "json": ("application/json", b'{"status": "', b"x" * 65536),
    "spaces": ("application/json", b"", b" " * 65536),
    "page": ("text/html", b"<html>", b"<p>" * 20000),
    "comments": ("text/event-stream", b"", b": ping\n\n" * 8000),
    "event": ("text/event-stream", b"data: ", b"x" * 65536),
}


@each_call
@pytest.mark.parametrize("endless", ENDLESS)
async def test_an_answer_without_an_end_is_given_up(
    call: Callable[[FalProvider], Awaitable[Any]], kind: type, endless: str
) -> None:
    async with raw_server() as server:
        server.acts = [pour(server, *ENDLESS[endless])]
        provider = FalProvider(Backend.at(server.origin), KEY, patience=IMPATIENT)
        async with asyncio.timeout(TIME_LIMIT):
            with pytest.raises(e.KlingDesktopError):
                await call(provider)
        await provider.aclose()


TEN_MEGABYTES = json.dumps({"status": "COMPLETED", "logs": [{"message": "x" * 100}] * 90_000})


@each_call
async def test_ten_megabytes_of_json_are_given_up_before_they_are_read(
    call: Callable[[FalProvider], Awaitable[Any]], kind: type
) -> None:
    body = TEN_MEGABYTES.encode()
    assert len(body) > 10_000_000 > 2 * LARGEST_ANSWER
    provider = FalProvider(
        BACKEND, KEY, transport=Script(Answer(200, {"content-type": "application/json"}, body))
    )
    with pytest.raises(e.KlingDesktopError):
        await call(provider)


DEEP = list(itertools.chain(*((b"[" * n, b'{"status":' * n) for n in (1000, 100_000))))


@pytest.mark.parametrize("body", DEEP, ids=len)
@each_call
async def test_json_without_a_bottom_is_nonsense(
    call: Callable[[FalProvider], Awaitable[Any]], kind: type, body: bytes
) -> None:
    provider = FalProvider(BACKEND, KEY, transport=Script(Answer(500, {}, body)))
    with pytest.raises(e.KlingDesktopError):
        await call(provider)
