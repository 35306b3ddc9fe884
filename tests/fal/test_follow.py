"""A status stream tells each change once, and every way that it can break is an error of ours."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.requests import Phase, RequestRef, RequestStatus
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import CONNECTIONS, Patience
from tests.fal.fakes import http, raw_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pydantic import SecretStr

    from tests.fal.fakes import RawServer

IMPATIENT = Patience(connect=5.0, read=0.3, write=0.3, answer=0.5, block=0.3, silence=0.2, news=0.3)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
QUEUED = {"status": "IN_QUEUE", "queue_position": 2}
RUNNING = {"status": "IN_PROGRESS", "logs": [{"message": "start"}]}
COMPLETED = {"status": "COMPLETED", "metrics": {"inference_time": 3.4}}


def event(status: object) -> bytes:
    return f"data: {json.dumps(status)}\n\n".encode()


@asynccontextmanager
async def at(server: RawServer, key: SecretStr) -> AsyncIterator[FalProvider]:
    provider = FalProvider(Backend.at(server.origin), key, patience=IMPATIENT)
    try:
        yield provider
    finally:
        await provider.aclose()


async def heard(provider: FalProvider, ref: RequestRef) -> list[RequestStatus]:
    async with aclosing(provider.follow(ref)) as stream:
        return [status async for status in stream]


async def test_every_change_is_told_until_the_request_is_completed(
    key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        pieces = (event(QUEUED), b": ping\n\n", event(RUNNING), event(COMPLETED), event(QUEUED))
        server.acts = [server.reply(HEAD, *pieces, pause=0.01)]
        async with at(server, key) as provider:
            statuses = await heard(provider, ref)
    phases = [status.phase for status in statuses]
    assert phases == [Phase.QUEUED, Phase.RUNNING, Phase.COMPLETED]
    assert statuses[1].logs[0].message == "start"
    assert statuses[2].inference_seconds == 3.4
    [asked] = server.requests
    assert asked.startswith(
        b"GET /queue/fal-ai/kling-video/requests/" + ref.request_id.encode() + b"/status/stream?"
    )
    assert b"Authorization: Key " in asked


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ((HEAD, event(QUEUED)), e.Transient),
        ((HEAD,), e.Transient),
        ((HEAD, event({"status": "DANCING"})), e.ServiceDown),
        ((HEAD, b"data: not json\n\n"), e.ServiceDown),
        ((HEAD, b"data: " + b"x" * 2_000_000), e.ServiceDown),
        ((http("404 Not Found", b'{"status":"NOT_FOUND"}'),), e.ResultGone),
        ((http("401 Unauthorized", b"{}"),), e.KeyRefused),
        ((http("429 Slow", b"{}"),), e.RateLimited),
        ((http("500 Oh", b"{}"),), e.ServiceDown),
        ((http("302 Found", b"", "Location: http://evil.test/"),), e.ServiceDown),
        ((http("200 OK", b"<html>", "Content-Type: text/html"),), e.ServiceDown),
    ],
)
async def test_a_stream_that_is_none_or_breaks_says_so(
    pieces: tuple[bytes, ...], error: type[e.KlingDesktopError], key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        server.acts = [server.reply(*pieces)]
        async with at(server, key) as provider:
            with pytest.raises(error) as raised:
                await heard(provider, ref)
    assert type(raised.value) is error
    assert server.connections == 1


async def silent(server: RawServer, after: bytes, gone: asyncio.Event) -> None:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.read(reader)
        writer.write(after)
        await writer.drain()
        await reader.read()  # Until the other side hangs up.
        gone.set()

    server.acts = [act]


async def test_a_stream_that_falls_silent_is_broken(key: SecretStr, ref: RequestRef) -> None:
    gone = asyncio.Event()
    async with raw_server() as server:
        await silent(server, HEAD + event(QUEUED), gone)
        async with at(server, key) as provider:
            with pytest.raises(e.TimedOut):
                await heard(provider, ref)
            await gone.wait()


async def test_a_stream_that_gives_signs_of_life_and_no_news_is_broken(
    key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        pings = [b": ping\n\n"] * 200
        server.acts = [server.reply(HEAD, event(QUEUED), *pings, pause=0.01)]
        async with at(server, key) as provider:
            with pytest.raises(e.TimedOut, match="nothing new"):
                await heard(provider, ref)


async def test_whoever_stops_listening_hangs_up(key: SecretStr, ref: RequestRef) -> None:
    gone = asyncio.Event()
    async with raw_server() as server:
        await silent(server, HEAD + event(QUEUED), gone)
        async with at(server, key) as provider:
            async with aclosing(provider.follow(ref)) as stream:
                assert (await anext(stream)).queue_position == 2
            await gone.wait()


async def test_one_stream_too_many_is_not_opened(key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        await silent(server, HEAD + event(QUEUED), asyncio.Event())
        async with at(server, key) as provider:
            streams = [provider.follow(ref) for _ in range(CONNECTIONS)]
            for stream in streams:
                await anext(stream)
            with pytest.raises(e.Transient, match="enough"):
                await heard(provider, ref)
            for stream in streams:
                await stream.aclose()
    assert server.connections == CONNECTIONS


async def test_streams_leave_room_for_calls(key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        await silent(server, HEAD + event(QUEUED), asyncio.Event())
        async with at(server, key) as provider:
            streams = [provider.follow(ref) for _ in range(CONNECTIONS)]
            for stream in streams:
                await anext(stream)
            server.acts = [server.reply(http("200 OK", b'{"status": "COMPLETED"}'))]
            assert (await provider.status(ref)).phase is Phase.COMPLETED
            for stream in streams:
                await stream.aclose()
