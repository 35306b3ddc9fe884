"""The key is in one header of requests to the backend, and nowhere else."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain.requests import RequestRef
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.key import ApiKey
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.wire import Wire
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import BACKEND, ORIGIN, Progress, Script, answer

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from kling_desktop.fal.answers import Answer

REF = RequestRef(ENDPOINT, "abc")
PIECES = st.text("0123456789abcdef-", min_size=12, max_size=40)
KEYS = st.tuples(PIECES, PIECES).map(":".join)


def _calls(provider: FalProvider) -> list[Awaitable[object]]:
    return [
        provider.submit(ENDPOINT, {"prompt": "x"}),
        provider.status(REF),
        provider.result(REF),
        provider.cancel(REF),
        provider.upload(Path(__file__), Progress()),
        provider.download(f"{ORIGIN}/cdn/x", Path(__file__) / "x", Progress()),
    ]


async def _errors(key: str, told: Answer | Exception) -> list[e.KlingDesktopError]:
    provider = FalProvider(BACKEND, SecretStr(key), transport=Script(told))
    outcomes = await asyncio.gather(*_calls(provider), return_exceptions=True)
    return [each for each in outcomes if isinstance(each, e.KlingDesktopError)]


@settings(deadline=None, max_examples=30)
@given(KEYS, st.sampled_from([400, 401, 403, 404, 422, 429, 500, 503]), st.booleans())
def test_no_error_shows_the_key_even_if_the_server_quotes_it(
    key: str, status: int, by_halves: bool
) -> None:
    said = " and ".join(key.split(":")) if by_halves else f"Key {key} is no good"
    for error in asyncio.run(_errors(key, answer(status, {"detail": said}))):
        _assert_hidden(key, error)


@settings(deadline=None, max_examples=30)
@given(KEYS, st.sampled_from([httpx.ConnectError, httpx.ReadError, httpx.LocalProtocolError]))
def test_no_error_shows_the_key_even_if_the_library_quotes_it(
    key: str, kind: type[httpx.TransportError]
) -> None:
    errors = asyncio.run(_errors(key, kind(f"Illegal header value b'Key {key}'")))
    assert len(errors) == 6
    for error in errors:
        _assert_hidden(key, error)


def _assert_hidden(key: str, error: e.KlingDesktopError) -> None:
    shown = [str(error), repr(error), error.detail, "".join(traceback.format_exception(error))]
    for half in key.split(":"):
        assert not any(half in text for text in shown)


@pytest.mark.parametrize(
    "wrong", ["", "  ", "two words", "line\nbreak", "\u043a\u043b\u044e\u0447", "a\x00b"]
)
async def test_what_cannot_be_a_key_is_refused_before_anything_is_sent(wrong: str) -> None:
    script = Script(answer(200, {"request_id": "abc"}))
    with pytest.raises(e.KeyRefused) as raised:
        await FalProvider(BACKEND, SecretStr(wrong), transport=script).submit(ENDPOINT, {})
    assert not script.requests
    assert not wrong.strip() or wrong not in repr(raised.value)


async def test_spaces_that_copying_adds_are_forgiven() -> None:
    script = Script(answer(200, {"request_id": "abc"}))
    await FalProvider(BACKEND, SecretStr(" id:secret\n"), transport=script).submit(ENDPOINT, {})
    assert script.last.headers["authorization"] == "Key id:secret"


async def test_the_key_is_sent_to_no_other_origin(key: SecretStr) -> None:
    script = Script(answer(200))
    wire = Wire(Backend.live(), ApiKey(key), transport=script)
    for url in ("https://evil.example/x", "https://v3.fal.media/x", "http://queue.fal.run/x"):
        with pytest.raises(e.ForeignOrigin):
            await wire.call("GET", url)
    assert not script.requests


def test_neither_provider_nor_key_shows_the_key(key: SecretStr) -> None:
    provider, api_key = FalProvider(BACKEND, key), ApiKey(key)
    shown = repr((provider, vars(provider), api_key, vars(api_key), BACKEND))
    assert key.get_secret_value() not in shown


async def test_the_log_does_not_show_the_key_or_a_signature(
    key: SecretStr, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="kling_desktop")
    url = f"{ORIGIN}/cdn/put?signature=hush"
    script = Script(answer(200, {"upload_url": url, "file_url": url}), answer(503))
    with pytest.raises(e.ServiceDown):
        await FalProvider(BACKEND, key, transport=script).upload(Path(__file__), Progress())
    assert "path=/cdn/put status=503" in caplog.text
    assert "hush" not in caplog.text
    assert key.get_secret_value() not in caplog.text
