"""What only a real socket shows: where a connection breaks decides about people's money."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import Progress, http, raw_server

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from kling_desktop.domain.requests import RequestRef

ACCEPTED = http("200 OK", b'{"request_id": "abc"}')
QUEUED = http("202 Accepted", b'{"status": "IN_QUEUE"}')
IMPATIENT = Patience(connect=5.0, read=0.3, write=0.3, answer=0.5, block=0.3)


async def test_a_connection_dropped_after_the_submit_was_read_is_uncertain_and_not_repeated(
    key: SecretStr,
) -> None:
    async with raw_server() as server:
        server.acts = [server.read_and_hang_up]
        provider = FalProvider(Backend.at(server.origin), key)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        await provider.aclose()
    assert len(server.requests) == server.connections == 1


async def test_a_connection_dropped_before_the_submit_was_read_is_uncertain_too(
    key: SecretStr,
) -> None:
    async with raw_server() as server:
        server.acts = [server.hang_up]
        provider = FalProvider(Backend.at(server.origin), key)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        await provider.aclose()
    assert server.connections == 1


async def test_where_nobody_listens_nothing_was_sent(key: SecretStr) -> None:
    async with raw_server() as server:
        origin = server.origin
    provider = FalProvider(Backend.at(origin), key)
    with pytest.raises(e.NetworkDown):
        await provider.submit(ENDPOINT, {"prompt": "x"})
    await provider.aclose()


async def test_a_handshake_that_fails_has_sent_nothing(key: SecretStr) -> None:
    async with raw_server() as server:
        server.acts = [server.hang_up]
        provider = FalProvider(Backend.at(f"https://127.0.0.1:{server.port}"), key)
        with pytest.raises(e.NetworkDown):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        await provider.aclose()


@pytest.mark.parametrize("sent", [0, 10, len(ACCEPTED) - 1])
async def test_an_answer_that_breaks_off_is_uncertain(sent: int, key: SecretStr) -> None:
    async with raw_server() as server:
        server.acts = [server.reply(ACCEPTED[:sent])]
        provider = FalProvider(Backend.at(server.origin), key)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        await provider.aclose()
    assert len(server.requests) == 1


async def test_an_answer_that_drips_for_ever_is_given_up(key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        server.acts = [server.drip]
        provider = FalProvider(Backend.at(server.origin), key, patience=IMPATIENT)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        with pytest.raises(e.TimedOut):
            await provider.status(ref)
        await provider.aclose()


async def test_every_submit_has_a_connection_of_its_own(key: SecretStr) -> None:
    async def keep_alive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await server.read(reader)
            writer.write(ACCEPTED)
            await writer.drain()

    async with raw_server() as server:
        server.acts = [keep_alive]
        provider = FalProvider(Backend.at(server.origin), key)
        for _ in range(3):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        await provider.aclose()
    assert server.connections == 3


async def test_many_questions_share_few_connections(key: SecretStr, ref: RequestRef) -> None:
    async def keep_alive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await server.read(reader)
            writer.write(QUEUED)
            await writer.drain()

    async with raw_server() as server:
        server.acts = [keep_alive]
        provider = FalProvider(Backend.at(server.origin), key)
        await asyncio.gather(*(provider.status(ref) for _ in range(60)))
        await provider.aclose()
    assert len(server.requests) == 60
    assert server.connections <= 8


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_not_followed_so_the_key_stays(
    status: str, key: SecretStr, ref: RequestRef, tmp_path: Path
) -> None:
    async with raw_server() as stranger, raw_server() as server:
        stranger.acts = [stranger.reply(ACCEPTED)]
        server.acts = [server.reply(http(status, b"", f"Location: {stranger.origin}/x"))]
        provider = FalProvider(Backend.at(server.origin), key)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        with pytest.raises(e.Transient):
            await provider.status(ref)
        with pytest.raises(e.Transient):
            await provider.download(f"{server.origin}/cdn/x.mp4", tmp_path / "x", Progress())
        await provider.aclose()
    assert stranger.connections == 0


@pytest.mark.parametrize("location", ["n:n", "http://[", "/" + "x" * 70_000, "//"])
async def test_a_redirect_to_nonsense_leaves_a_request_uncertain(
    location: str, key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server() as server:
        server.acts = [server.reply(http("302 Found", b"", f"Location: {location}"))]
        provider = FalProvider(Backend.at(server.origin), key)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        with pytest.raises(e.Transient):
            await provider.cancel(ref)
        await provider.aclose()
    assert len(server.requests) == 2


async def test_our_own_computer_is_never_spoken_to_through_a_proxy(
    key: SecretStr, ref: RequestRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server() as proxy, raw_server() as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        server.acts = [server.reply(QUEUED)]
        provider = FalProvider(Backend.at(server.origin), key)
        await provider.status(ref)
        await provider.aclose()
    assert (proxy.connections, server.connections) == (0, 1)


async def test_a_server_elsewhere_is_spoken_to_through_the_proxy_of_the_environment(
    key: SecretStr, ref: RequestRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        proxy.acts = [proxy.reply(QUEUED)]
        provider = FalProvider(Backend.at("http://fal.test"), key)
        await provider.status(ref)
        await provider.aclose()
    assert proxy.requests[0].startswith(b"GET http://fal.test/queue/")


@pytest.mark.parametrize("value", ["gopher://x", "http://user:word@:::", "socks5://127.0.0.1:1"])
async def test_a_proxy_that_cannot_be_used_has_sent_nothing(
    value: str, key: SecretStr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    provider = FalProvider(Backend.at("http://fal.test"), key)
    with pytest.raises(e.NetworkDown) as raised:
        await provider.submit(ENDPOINT, {"prompt": "x"})
    assert "word" not in str(raised.value)


async def test_a_login_in_netrc_is_never_used(
    key: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine fal.test login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with raw_server() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        proxy.acts = [proxy.reply(http("200 OK", b"clip"))]
        provider = FalProvider(Backend.at("http://fal.test"), key)
        await provider.download("http://fal.test/cdn/x.mp4", tmp_path / "x", Progress())
        await provider.aclose()
    assert b"authorization" not in proxy.requests[0].lower()


async def test_a_cookie_of_the_service_is_not_sent_back(key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        answered = http("202 Accepted", b'{"status": "IN_QUEUE"}', "Set-Cookie: who=you; Path=/")
        server.acts = [server.reply(answered)]
        provider = FalProvider(Backend.at(server.origin), key)
        await provider.status(ref)
        await provider.status(ref)
        await provider.aclose()
    assert b"cookie" not in server.requests[-1].lower()


@pytest.mark.parametrize(
    "heads", [b"X-Long: " + b"x" * 200_000, b"\r\n".join([b"X-Many: x"] * 20_000)]
)
async def test_giant_headers_are_weather(heads: bytes, key: SecretStr, ref: RequestRef) -> None:
    async with raw_server() as server:
        server.acts = [server.reply(b"HTTP/1.1 200 OK\r\n" + heads + b"\r\n\r\n")]
        provider = FalProvider(Backend.at(server.origin), key, patience=IMPATIENT)
        with pytest.raises(e.Transient):
            await provider.status(ref)
        await provider.aclose()
