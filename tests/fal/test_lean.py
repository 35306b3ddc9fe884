"""The short cut for questions: the same answers, and never worse than the ordinary way."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.requests import Phase, RequestRef
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.lean import is_direct
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import CONNECTIONS, LARGEST_ANSWER, Patience
from tests.fal.fakes import http, raw_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pydantic import SecretStr

    from tests.fal.fakes import Act, RawServer

IMPATIENT = Patience(connect=5.0, read=0.3, write=0.3, answer=0.5, block=0.3)
QUEUED = b'{"status": "IN_QUEUE"}'
ANSWER = http("202 Accepted", QUEUED, "Content-Type: application/json")


def kept(server: RawServer, *answers: bytes) -> Act:
    """Answer one request after the other on the same connection, then hang up."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for each in answers:
            await server.read(reader)
            writer.write(each)
            await writer.drain()

    return act


@asynccontextmanager
async def at(server: RawServer, key: SecretStr) -> AsyncIterator[FalProvider]:
    provider = FalProvider(Backend.at(server.origin), key, patience=IMPATIENT)
    try:
        yield provider
    finally:
        await provider.aclose()


async def test_one_connection_serves_many_questions(key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        server.acts = [kept(server, *[ANSWER] * 5)]
        async with at(server, key) as provider:
            for _ in range(5):
                assert (await provider.status(ref)).phase is Phase.QUEUED
    assert server.connections == 1
    first, *rest = server.requests
    assert all(each == first for each in rest)
    lines = first.decode().splitlines()
    assert lines[0].startswith("GET /queue/fal-ai/kling-video/requests/")
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert f"Authorization: Key {key.get_secret_value()}" in lines


async def test_no_more_connections_than_the_lane_allows(key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        server.acts = [kept(server, *[ANSWER] * 50)]
        async with at(server, key) as provider:
            await asyncio.gather(*(provider.status(ref) for _ in range(40)))
    assert server.connections <= CONNECTIONS


@pytest.mark.parametrize(
    "odd",
    [
        http("202 Accepted", QUEUED, "Connection: close"),
        b"HTTP/1.1 202 Accepted\r\n\r\n" + QUEUED,
        b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(QUEUED):x}\r\n".encode()
        + QUEUED
        + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + ANSWER,
    ],
    ids=["close", "no length", "chunked", "early hints"],
)
async def test_every_way_to_write_an_answer_is_read(
    odd: bytes, key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        server.acts = [server.reply(odd)]
        async with at(server, key) as provider:
            for _ in range(2):
                assert (await provider.status(ref)).phase is Phase.QUEUED


async def test_a_kept_connection_that_turns_out_dead_is_replaced(
    key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        server.acts = [kept(server, ANSWER), kept(server, ANSWER, ANSWER)]
        async with at(server, key) as provider:
            for _ in range(3):
                assert (await provider.status(ref)).phase is Phase.QUEUED


@pytest.mark.parametrize(
    "broken",
    [
        b"nonsense\r\n\r\n",
        http("200 OK", QUEUED)[:-5],
        http("200 OK", b"x", "Content-Encoding: gzip"),
        http("200 OK", b" " * (LARGEST_ANSWER + 1)),
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
    ],
    ids=["nonsense", "short", "compressed", "long", "giant header"],
)
async def test_what_is_not_plain_is_asked_again_on_the_ordinary_way(
    broken: bytes, key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        server.acts = [server.reply(broken), server.reply(ANSWER)]
        async with at(server, key) as provider:
            assert (await provider.status(ref)).phase is Phase.QUEUED
    assert server.connections == 2


async def test_a_compressed_answer_is_read_on_the_ordinary_way(
    key: SecretStr, ref: RequestRef
) -> None:
    import gzip

    squeezed = http("202 Accepted", gzip.compress(QUEUED), "Content-Encoding: gzip")
    async with raw_server() as server:
        server.acts = [server.reply(squeezed)]
        async with at(server, key) as provider:
            assert (await provider.status(ref)).phase is Phase.QUEUED


async def test_an_answer_that_does_not_come_is_not_waited_for_twice(
    key: SecretStr, ref: RequestRef
) -> None:
    async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server() as server:
        server.acts = [silence]
        async with at(server, key) as provider:
            with pytest.raises(e.TimedOut):
                await provider.status(ref)
    assert server.connections == 1


async def test_whoever_stops_waiting_leaves_no_half_read_connection(
    key: SecretStr, ref: RequestRef
) -> None:
    asked = asyncio.Event()

    async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(1)
        asked.set()
        await reader.read()

    async with raw_server() as server:
        server.acts = [silence, server.reply(ANSWER)]
        async with at(server, key) as provider:
            look = asyncio.create_task(provider.status(ref))
            await asked.wait()
            look.cancel()
            await asyncio.gather(look, return_exceptions=True)
            assert (await provider.status(ref)).phase is Phase.QUEUED


def test_behind_a_proxy_there_is_no_short_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kling_desktop.fal.lean.getproxies", lambda: {"https": "http://proxy:1"})
    assert not is_direct(is_loopback=False)
    assert is_direct(is_loopback=True)
    monkeypatch.setattr("kling_desktop.fal.lean.getproxies", dict)
    assert is_direct(is_loopback=False)


async def test_silence_ends_a_question_long_before_an_answer_that_drips_would(
    key: SecretStr, ref: RequestRef
) -> None:
    patience = Patience(connect=5.0, read=0.2, answer=60.0)
    async with raw_server() as server, asyncio.timeout(10):
        hangs = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await server.read(reader)
            await hangs.wait()

        server.acts = [silent]
        provider = FalProvider(Backend.at(server.origin), key, patience=patience)
        try:
            with pytest.raises(e.TimedOut):
                await provider.status(ref)
        finally:
            hangs.set()
            await provider.aclose()
    assert server.connections == 1
