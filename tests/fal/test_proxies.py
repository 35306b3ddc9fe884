"""Through the proxies of the environment: tunnels see no key, logins are told to nobody else."""

from __future__ import annotations

import asyncio
import base64
import logging
import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.requests import Accepted
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import http, raw_server
from tests.fal.networks import HOST, Authority, Proxy, silence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pydantic import SecretStr

    from kling_desktop.domain.requests import RequestRef
    from tests.fal.fakes import RawServer
    from tests.fal.networks import Names

ACCEPTED = http("200 OK", b'{"request_id": "abc"}')
QUEUED = http("202 Accepted", b'{"status": "IN_QUEUE"}')
LIVE = Backend.at(f"https://{HOST}")
PLAIN = Backend.at(f"http://{HOST}")
USER, PASSWORD = "somebody", "p@ss:w/rd-4711"
LOGIN = "somebody:p%40ss%3Aw%2Frd-4711"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
IMPATIENT = Patience(connect=0.3, read=0.3, write=0.3, answer=20.0)

pytestmark = pytest.mark.usefixtures("names")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that the environment tells us to believe."""
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write_file(tmp_path)))
    return authority


@asynccontextmanager
async def network(authority: Authority) -> AsyncIterator[tuple[Proxy, RawServer]]:
    """A proxy, and the service behind it, which accepts a submit."""
    async with raw_server(authority.server()) as server, raw_server() as front:
        server.acts = [server.reply(ACCEPTED)]
        proxy = Proxy(front, server.port)
        front.acts = [proxy.tunnel]
        yield proxy, server


@asynccontextmanager
async def provider_at(
    backend: Backend, key: SecretStr, patience: Patience | None = None
) -> AsyncIterator[FalProvider]:
    provider = FalProvider(backend, key, patience=patience)
    yield provider
    await provider.aclose()


async def unsent(provider: FalProvider) -> e.NetworkDown:
    """Why a submit did not leave."""
    with pytest.raises(e.NetworkDown) as raised:
        await provider.submit(ENDPOINT, {"prompt": "x"})
    return raised.value


def shown(error: BaseException) -> str:
    return "".join([repr(error), *traceback.format_exception(error)])


class TestTheWayThrough:
    @pytest.mark.parametrize("setting", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
    @pytest.mark.parametrize("port", [443, 8443])
    async def test_it_is_a_tunnel_that_sees_neither_key_nor_prompt(
        self,
        setting: str,
        port: int,
        authority: Authority,
        key: SecretStr,
        names: Names,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async with network(authority) as (proxy, server):
            monkeypatch.setenv(setting, proxy.address())
            async with provider_at(Backend.at(f"https://{HOST}:{port}"), key) as provider:
                assert await provider.submit(ENDPOINT, {"prompt": "a lake"}) == Accepted("abc")
        secret = key.get_secret_value().encode()
        assert secret in server.requests[0]
        assert proxy.first_lines == [f"CONNECT {HOST}:{port} HTTP/1.1"]
        assert proxy.clear
        for visible in (*proxy.server.requests, bytes(proxy.clear)):
            assert secret not in visible
            assert b"a lake" not in visible
        assert not names.asked, "the name is the proxy's to look up"

    async def test_a_proxy_for_plain_http_is_not_used_for_https(
        self, authority: Authority, key: SecretStr, names: Names, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names.known.add(HOST)
        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTP_PROXY", proxy.address())
            async with provider_at(Backend.at(f"https://{HOST}:{server.port}"), key) as provider:
                await provider.submit(ENDPOINT, {"prompt": "x"})
        assert (proxy.server.connections, server.connections) == (0, 1)

    @pytest.mark.parametrize(
        "exempt", [HOST, "example.test", ".example.test", f"a.test, {HOST}", "*"]
    )
    @pytest.mark.parametrize("setting", ["NO_PROXY", "no_proxy"])
    async def test_an_exempt_host_is_spoken_to_directly(
        self,
        exempt: str,
        setting: str,
        authority: Authority,
        key: SecretStr,
        names: Names,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        names.known.add(HOST)
        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            monkeypatch.setenv(setting, exempt)
            async with provider_at(Backend.at(f"https://{HOST}:{server.port}"), key) as provider:
                await provider.submit(ENDPOINT, {"prompt": "x"})
        assert (proxy.server.connections, server.connections) == (0, 1)

    async def test_an_exemption_is_for_nobody_else(
        self, authority: Authority, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_PROXY", "other.test, le.test")
        async with network(authority) as (proxy, _):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            async with provider_at(LIVE, key) as provider:
                await provider.submit(ENDPOINT, {"prompt": "x"})
        assert proxy.server.connections == 1

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "sandbox.localhost"])
    async def test_our_own_computer_is_spoken_to_directly(
        self, host: str, key: SecretStr, names: Names, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names.known.add(host)
        async with raw_server() as front, raw_server() as server:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, Proxy(front, server.port).address())
            server.acts = [server.reply(ACCEPTED)]
            async with provider_at(Backend.at(f"http://{host}:{server.port}"), key) as provider:
                await provider.submit(ENDPOINT, {"prompt": "x"})
        assert (front.connections, server.connections) == (0, 1)


class TestALogin:
    async def test_it_goes_to_the_proxy_alone_and_into_no_log(
        self,
        authority: Authority,
        key: SecretStr,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address(LOGIN))
            async with provider_at(LIVE, key) as provider:
                await provider.submit(ENDPOINT, {"prompt": "x"})
                looks = repr((provider, vars(provider._wire), provider._wire._pools))
        assert f"\r\nProxy-Authorization: Basic {BASIC}\r\n".encode() in proxy.server.requests[0]
        assert b"proxy-authorization" not in server.requests[0].lower()
        assert "CONNECT" in caplog.text
        for secret in (PASSWORD, LOGIN, BASIC, key.get_secret_value()):
            assert secret not in caplog.text
            assert secret not in looks

    @pytest.mark.parametrize("status", [f"407 {PASSWORD} {BASIC}", f"502 {PASSWORD} {BASIC}"])
    async def test_it_is_not_told_even_if_the_proxy_repeats_it(
        self,
        status: str,
        authority: Authority,
        key: SecretStr,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="kling_desktop")
        async with network(authority) as (proxy, _):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address(LOGIN))
            proxy.server.acts = [proxy.refuse(status), proxy.server.reply(f"{BASIC}\r\n".encode())]
            async with provider_at(LIVE, key) as provider:
                errors = [await unsent(provider), await unsent(provider)]
        for text in (caplog.text, *map(shown, errors)):
            assert not any(secret in text for secret in (PASSWORD, LOGIN, BASIC))

    async def test_a_proxy_that_is_not_there_is_named_without_it(
        self, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with raw_server() as front:
            proxy = Proxy(front, 0)
        monkeypatch.setenv("HTTPS_PROXY", proxy.address(LOGIN))
        async with provider_at(LIVE, key) as provider:
            error = await unsent(provider)
        assert error.detail.startswith(f"{proxy.shown} cannot be reached: ")
        assert not any(secret in shown(error) for secret in (PASSWORD, LOGIN, BASIC, USER))


class TestNothingWasSent:
    @pytest.mark.parametrize(
        ("status", "told"),
        [
            ("407 Proxy Authentication Required", "answered 407: it wants a sign-in"),
            ("403 Forbidden", "answered 403"),
            ("502 Bad Gateway", "answered 502"),
            ("503 Service Unavailable", "answered 503"),
        ],
    )
    async def test_where_the_proxy_refuses(
        self,
        status: str,
        told: str,
        authority: Authority,
        key: SecretStr,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            proxy.server.acts = [proxy.refuse(status)]
            async with provider_at(LIVE, key) as provider:
                error = await unsent(provider)
        assert error.detail == f"{proxy.shown} {told}"
        assert server.connections == 0

    async def test_where_the_proxy_hangs_up_or_talks_nonsense(
        self, authority: Authority, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            front = proxy.server
            front.acts = [front.hang_up, front.read_and_hang_up, front.reply(b"What?\r\n\r\n")]
            async with provider_at(LIVE, key) as provider:
                told = [(await unsent(provider)).detail for _ in range(3)]
        assert told == [f"{proxy.shown} broke the connection off"] * 3
        assert server.connections == 0

    @pytest.mark.parametrize("drips", [False, True])
    async def test_where_the_proxy_keeps_us_waiting_for_the_tunnel(
        self, drips: bool, authority: Authority, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        patience = Patience(connect=5.0, read=5.0, write=5.0, answer=0.3) if drips else IMPATIENT
        async with network(authority) as (proxy, _):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            proxy.server.acts = [proxy.server.drip if drips else silence]
            async with provider_at(LIVE, key, patience) as provider:
                error = await unsent(provider)
        assert error.detail == f"{proxy.shown} did not answer in time"

    async def test_where_the_tunnel_leads_to_a_stranger(
        self, authority: Authority, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with network(Authority()) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            async with provider_at(LIVE, key) as provider:
                error = await unsent(provider)
        assert error.detail.startswith(f"the certificate of {HOST} cannot be trusted: ")
        assert server.connections == 0
        assert key.get_secret_value().encode() not in proxy.clear

    async def test_where_a_proxy_for_plain_http_wants_a_sign_in(
        self, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with raw_server() as front:
            proxy = Proxy(front, 0)
            monkeypatch.setenv("HTTP_PROXY", proxy.address())
            front.acts = [proxy.refuse("407 Proxy Authentication Required")]
            async with provider_at(PLAIN, key) as provider:
                error = await unsent(provider)
        assert error.detail == f"{proxy.shown} wants a sign-in"

    @pytest.mark.parametrize(
        ("value", "told"),
        [
            ("socks5://127.0.0.1:1080", "SOCKS"),
            ("gopher://somebody:pass-word@x", "HTTPS_PROXY"),
            ("http://somebody:pass-word@:::", "HTTPS_PROXY"),
        ],
    )
    async def test_where_the_setting_is_no_proxy(
        self, value: str, told: str, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", value)
        async with provider_at(LIVE, key) as provider:
            error = await unsent(provider)
        assert told in error.detail
        assert "pass-word" not in shown(error)


class TestATunnelThatBreaks:
    async def test_after_the_request_was_written_it_may_have_arrived(
        self,
        authority: Authority,
        key: SecretStr,
        ref: RequestRef,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            server.acts = [server.read_and_hang_up]
            async with provider_at(LIVE, key) as provider:
                with pytest.raises(e.SubmitUncertain):
                    await provider.submit(ENDPOINT, {"prompt": "x"})
                with pytest.raises(e.Transient) as raised:
                    await provider.status(ref)
        assert not isinstance(raised.value, e.NetworkDown)

    async def test_in_the_handshake_it_has_carried_nothing_and_the_next_ones_work(
        self, authority: Authority, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tries = 10
        async with network(authority) as (proxy, _):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            proxy.server.acts = [*[proxy.tunnel_that_breaks] * tries, proxy.tunnel]
            async with provider_at(LIVE, key, IMPATIENT) as provider:
                told = [(await unsent(provider)).detail for _ in range(tries)]
                assert await provider.submit(ENDPOINT, {"prompt": "x"}) == Accepted("abc")
        assert told == [f"{HOST} broke the connection off"] * tries

    async def test_in_the_handshake_it_takes_no_other_request_with_it(
        self, authority: Authority, key: SecretStr, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arrived, go_on = asyncio.Event(), asyncio.Event()

        async def answer_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.read(reader)
            arrived.set()
            await go_on.wait()
            writer.write(ACCEPTED)
            await writer.drain()

        async with network(authority) as (proxy, server):
            monkeypatch.setenv("HTTPS_PROXY", proxy.address())
            server.acts = [answer_late]
            proxy.server.acts = [proxy.tunnel, proxy.tunnel_that_breaks]
            async with provider_at(LIVE, key) as provider:
                paid = asyncio.ensure_future(provider.submit(ENDPOINT, {"prompt": "x"}))
                await arrived.wait()
                await unsent(provider)
                go_on.set()
                assert await paid == Accepted("abc")
