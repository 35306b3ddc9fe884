"""Over real TLS: who is believed, and that nothing leaves for those who are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.messages import explain
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.key import ApiKey
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Patience, Wire
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import Progress, http, raw_server
from tests.fal.networks import HOST, Authority, deafness, silence

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pydantic import SecretStr

    from kling_desktop.domain.requests import RequestRef
    from tests.fal.fakes import RawServer
    from tests.fal.networks import Names

QUEUED = http("202 Accepted", b'{"status": "IN_QUEUE"}')
IMPATIENT = Patience(connect=0.3, read=0.3, write=0.3, answer=20.0)

pytestmark = pytest.mark.usefixtures("names")


@pytest.fixture(autouse=True)
def _host(names: Names) -> None:
    names.known.add(HOST)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def believed(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, in the environment."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write_file(tmp_path)))
    return authority


def at(server: RawServer) -> Backend:
    return Backend.at(f"https://{HOST}:{server.port}")


async def refusal(provider: FalProvider) -> e.NetworkDown:
    """What a submit says that never left."""
    with pytest.raises(e.NetworkDown) as raised:
        await provider.submit(ENDPOINT, {"prompt": "x"})
    await provider.aclose()
    return raised.value


async def test_an_authority_in_a_file_of_the_environment_is_believed(
    believed: Authority, key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server(believed.server()) as server:
        server.acts = [server.reply(QUEUED)]
        provider = FalProvider(at(server), key)
        await provider.status(ref)
        await provider.aclose()
    assert f"Authorization: Key {key.get_secret_value()}".encode() in server.requests[0]


async def test_an_authority_in_a_folder_of_the_environment_is_believed(
    authority: Authority,
    key: SecretStr,
    ref: RequestRef,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(authority.write_folder(tmp_path)))
    async with raw_server(authority.server()) as server:
        server.acts = [server.reply(QUEUED)]
        provider = FalProvider(at(server), key)
        await provider.status(ref)
        await provider.aclose()
    assert len(server.requests) == 1


async def _submit(provider: FalProvider, _: RequestRef, __: Path) -> object:
    return await provider.submit(ENDPOINT, {"prompt": "x"})


async def _status(provider: FalProvider, ref: RequestRef, _: Path) -> object:
    return await provider.status(ref)


async def _upload(provider: FalProvider, _: RequestRef, folder: Path) -> object:
    return await provider.upload(folder / "authority.pem", Progress())


async def _download(provider: FalProvider, _: RequestRef, folder: Path) -> object:
    url = f"{provider.backend.cdn}/x.mp4"
    return await provider.download(url, folder / "part", Progress())


@pytest.mark.parametrize("call", [_submit, _status, _upload, _download])
async def test_an_authority_that_nobody_named_is_not_believed_and_nothing_leaves(
    call: Callable[[FalProvider, RequestRef, Path], Awaitable[object]],
    authority: Authority,
    key: SecretStr,
    ref: RequestRef,
    tmp_path: Path,
) -> None:
    authority.write_file(tmp_path)
    async with raw_server(authority.server()) as server:
        server.acts = [server.reply(QUEUED)]
        provider = FalProvider(at(server), key)
        with pytest.raises(e.NetworkDown) as raised:
            await call(provider, ref, tmp_path)
        await provider.aclose()
    assert server.connections == 0
    assert explain(raised.value).what == (
        "There is no connection to the service. (the certificate of fal.example.test cannot be"
        " trusted: unable to get local issuer certificate. A network with an authority of its own"
        " needs SSL_CERT_FILE to name that authority's file)"
    )


async def test_another_authority_than_the_named_one_is_not_believed(
    believed: Authority, key: SecretStr
) -> None:
    async with raw_server(Authority().server()) as server:
        server.acts = [server.reply(QUEUED)]
        error = await refusal(FalProvider(at(server), key))
    assert not server.requests
    assert f"the certificate of {HOST} cannot be trusted" in error.detail


@pytest.mark.parametrize("name", ["fal.example.invalid", "example.test", "*.test", "127.0.0.1"])
async def test_a_certificate_for_another_name_is_not_believed(
    name: str, believed: Authority, key: SecretStr
) -> None:
    async with raw_server(believed.server(name)) as server:
        server.acts = [server.reply(QUEUED)]
        error = await refusal(FalProvider(at(server), key))
    assert not server.requests
    assert error.detail == f"the certificate of {HOST} is made out for another name"


async def test_an_expired_certificate_makes_us_ask_about_the_clock(
    believed: Authority, key: SecretStr
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    async with raw_server(believed.server(until=yesterday)) as server:
        server.acts = [server.reply(QUEUED)]
        error = await refusal(FalProvider(at(server), key))
    assert not server.requests
    assert error.detail == (
        f"the certificate of {HOST} is not valid at this time; is this computer's clock right?"
    )


@pytest.mark.parametrize("kind", ["missing", "folder", "garbage", "empty"])
async def test_a_file_of_authorities_that_cannot_be_read_is_named(
    kind: str, key: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "garbage").write_text("no certificate")
    (tmp_path / "empty").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / kind))
    error = await refusal(FalProvider(Backend.at(f"https://{HOST}"), key))
    assert error.detail == "SSL_CERT_FILE does not name a file of certificates that can be read"


async def test_a_service_that_hangs_up_in_the_handshake_was_sent_nothing(key: SecretStr) -> None:
    async with raw_server() as server:
        server.acts = [server.hang_up]
        error = await refusal(FalProvider(at(server), key))
    assert error.detail == f"{HOST} broke the connection off"


async def test_a_service_that_does_not_speak_tls_was_sent_nothing(key: SecretStr) -> None:
    async def speak_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(QUEUED)
        await silence(reader, writer)

    async with raw_server() as server:
        server.acts = [speak_first]
        error = await refusal(FalProvider(at(server), key))
    assert error.detail.startswith(f"no secure connection to {HOST} can be made: ")


async def test_what_breaks_after_it_was_written_may_have_arrived(
    believed: Authority, key: SecretStr, ref: RequestRef
) -> None:
    async with raw_server(believed.server()) as server:
        server.acts = [server.read_and_hang_up]
        provider = FalProvider(at(server), key)
        with pytest.raises(e.SubmitUncertain):
            await provider.submit(ENDPOINT, {"prompt": "x"})
        with pytest.raises(e.Transient) as raised:
            await provider.status(ref)
        await provider.aclose()
    assert not isinstance(raised.value, e.NetworkDown)
    # The short cut broke as well, and a look may be repeated.
    assert [each.split()[0] for each in server.requests] == [b"POST", b"GET", b"GET"]


class TestPatience:
    async def test_a_handshake_that_takes_too_long_has_sent_nothing(self, key: SecretStr) -> None:
        async with raw_server() as server:
            server.acts = [silence]
            error = await refusal(FalProvider(at(server), key, patience=IMPATIENT))
        assert error.detail == f"{HOST} did not answer in time"

    async def test_an_answer_that_takes_too_long_times_out(
        self, believed: Authority, key: SecretStr, ref: RequestRef
    ) -> None:
        async with raw_server(believed.server()) as server:
            server.acts = [silence]
            hasty = replace(IMPATIENT, answer=2.0)  # the bare connection knows no other limit
            provider = FalProvider(at(server), key, patience=hasty)
            with pytest.raises(e.TimedOut):
                await provider.status(ref)
            with pytest.raises(e.SubmitUncertain, match=f"^{HOST} did not answer in time$"):
                await provider.submit(ENDPOINT, {"prompt": "x"})
            await provider.aclose()

    async def test_a_request_that_is_not_taken_in_time_times_out(
        self, believed: Authority, key: SecretStr
    ) -> None:
        body = {"prompt": "x" * 32 * 1024 * 1024}
        async with raw_server(believed.server()) as server:
            server.acts = [deafness]
            wire = Wire(at(server), ApiKey(key), patience=IMPATIENT)
            with pytest.raises(e.TimedOut, match=f"^{HOST} did not take the request in time$"):
                await wire.call("POST", f"{wire.backend.queue}/{ENDPOINT}", body=body)
            await wire.aclose()
