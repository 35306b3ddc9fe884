"""What a server answers: HTTP that is parsed, HTTP as bytes, streams, packed bodies, redirects."""

from __future__ import annotations

import asyncio
import gzip
import json
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import cache
from ssl import SSLContext, create_default_context
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain.messages import explain
from kling_desktop.domain.renewal import Overlay, merged, overlaid
from kling_desktop.domain.requests import RequestRef
from kling_desktop.fal import errors
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.events import EventParser
from kling_desktop.fal.foreign import ForeignPictures
from kling_desktop.fal.lean import _Connection
from kling_desktop.fal.packing import unpacked
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.reading import read_object, read_status
from tests.fal.fakes import BACKEND, ORIGIN, Script
from tests.fuzz.target import Target
from tests.fuzz.targets.words import ENDPOINT, SCHEMA, catalog

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from pathlib import Path

KEY = SecretStr("nonsense-key-id:nonsense-key-secret")
NOW = datetime(2026, 10, 10, tzinfo=UTC)
BETWEEN = b"\n----\n"
REF = RequestRef(
    ENDPOINT, "request-1", status_url=f"{ORIGIN}/queue/fal-ai/kling-video/requests/request-1/status"
)


@cache
def _certificates() -> SSLContext:
    """Reading them takes longer than everything else."""
    return create_default_context()


def answer(data: bytes) -> Answer:
    """Status line, headers and body; whatever is none of it becomes the body."""
    head, mark, body = data.partition(b"\r\n\r\n")
    first, *lines = (head if mark else b"200").decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name.isascii() and name.isprintable() and name.strip():
            headers[name.strip().lower()] = value.strip(" \t").replace("\n", "").replace("\r", "")
    status = int(first) if first.isascii() and first.isdecimal() and len(first) == 3 else 200
    return Answer(max(200, min(status, 599)), headers, body if mark else data)


def _calling(
    call: Callable[[FalProvider, Path], Awaitable[Any]],
) -> Callable[[bytes, Path], object]:
    """A call of the provider whose answers, one after another, are the input."""

    def parse(data: bytes, place: Path) -> object:
        script = Script(*(answer(each) for each in data.split(BETWEEN)[:4]))
        return asyncio.run(_run(script, place))

    async def _run(script: Script, place: Path) -> object:
        provider = FalProvider(BACKEND, KEY, transport=script, bookmarks=place)
        provider._wire._certificates = _certificates()
        try:
            return await call(provider, place)
        finally:
            await provider.aclose()

    return parse


async def _followed(provider: FalProvider, _: Path) -> object:
    async with aclosing(provider.follow(REF)) as stream:
        return [status async for status in stream]


async def _described(provider: FalProvider, _: Path) -> object:
    found = await provider.describe([ENDPOINT])
    models = merged(None, found, "2030-01-01")
    overlay = Overlay(backend="x", checked="2030-01-01", catalog="2030-01-01", models=models)
    assert Overlay.model_validate_json(overlay.model_dump_json()) == overlay
    return overlaid(catalog(), overlay)


async def _uploaded(provider: FalProvider, place: Path) -> object:
    path = place / "a.png"
    path.write_bytes(b"x" * 100)
    return await provider.upload(path, lambda *_: None)


async def _downloaded(provider: FalProvider, place: Path) -> object:
    part, url = place / "a.part", f"{ORIGIN}/cdn/files/a.mp4"
    try:
        await provider.download(url, part, lambda *_: None)
    except e.KlingDesktopError as error:
        explain(error)
    return await provider.download(url, part, lambda *_: None)


async def _billed(provider: FalProvider, _: Path) -> object:
    return await provider.billed(["request-1"], NOW - timedelta(days=1), NOW)


async def _past(provider: FalProvider, _: Path) -> object:
    return await provider.past_requests(ENDPOINT, NOW - timedelta(days=1), NOW)


def _errors(data: bytes, _: Path) -> object:
    """Every reading of an answer that is a refusal."""
    given = answer(data)
    asked = (errors.submit_error, errors.status_error, errors.result_error, errors.cancel_error,
             errors.upload_error, errors.platform_error, errors.refusal, errors.transient)  # fmt: skip
    for read in asked:
        explain(read(given))
    return errors.claimed_failure(given), given.retry_after, given.billable_units, given.is_page


def _events(data: bytes, _: Path) -> object:
    parser, found = EventParser(), []
    for at in range(0, len(data), 100):
        for event in parser.feed(data[at : at + 100]):
            try:
                found.append(read_status(read_object(event)))
            except e.ServiceDown:
                continue
    return found


def _lean(data: bytes, _: Path) -> object:
    return asyncio.run(_exchanged(data))


class _Deaf(asyncio.Protocol):
    """Takes what is written and does nothing with it."""


async def _exchanged(data: bytes) -> object:
    import h11

    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    connection = _Connection(reader, _Writer())  # type: ignore[arg-type]
    try:
        return await connection.exchange("/x", {"Host": "x"}, 1000)
    except (OSError, EOFError, ValueError, h11.ProtocolError):
        return None  # as ``Lean.get`` does: the ordinary way is asked then


class _Writer:
    def write(self, data: bytes) -> None:
        assert data

    def is_closing(self) -> bool:
        return False


def _unpacked(data: bytes, _: Path) -> object:
    kind, _, body = data.partition(b"\n")
    return asyncio.run(_all(unpacked(_pieces(body), kind.decode("latin-1"))))


async def _pieces(data: bytes) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), 700):
        yield data[at : at + 700]


async def _all(stream: AsyncGenerator[bytes, None]) -> int:
    size = 0
    try:
        async with aclosing(stream):
            async for piece in stream:
                assert len(piece) <= 10_000_000, "a piece of what is packed is large"
                size += len(piece)
                if size > 50_000_000:
                    break
    except httpx.HTTPError:
        return -1  # what httpx raises, ``wire`` makes an error of ours
    return size


def _picture(data: bytes, _: Path) -> object:
    script = Script(*(answer(each) for each in data.split(BETWEEN)[:4]))

    async def look_up(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14"]

    fetch = ForeignPictures(look_up=look_up, transport=script)
    return asyncio.run(fetch("https://example.org/a/b.png"))  # type: ignore[arg-type]


def _backend(data: bytes, _: Path) -> object:
    text = data.decode("utf-8", "surrogateescape")
    return Backend.at(text), Backend.live().serves_media(text), Backend.live().takes_key(text)


def http(status: int, body: Any = None, **headers: str) -> bytes:
    """An answer as an input."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return f"{status}\r\n{lines}\r\n".encode() + text


STATUS = {"status": "IN_PROGRESS", "queue_position": 3, "logs": [
    {"message": "x", "level": "INFO", "timestamp": "2026-10-10T00:00:00"}],
    "metrics": {"inference_time": 1.5}, "error": "x", "error_type": "request_timeout"}  # fmt: skip
DETAIL = {"detail": [{"loc": ["body", "image_url"], "msg": "too small", "type": "image_too_small",
    "ctx": {"min_height": 300, "max_size": 10485760, "permitted": ["a"]}, "input": {"a": [1]},
    "url": "https://docs.fal.ai/x"}]}  # fmt: skip
REFUSALS = (
    http(422, DETAIL, x_fal_billable_units="1.5", x_fal_needs_retry="1"),
    http(429, {"detail": "slow", "error_type": "concurrency"}, retry_after="3"),
    http(503, b"<html>", retry_after="Wed, 21 Oct 2026 07:28:00 GMT",
         date="Wed, 21 Oct 2026 07:27:00 GMT", content_type="text/html"),
    http(500, {"error": {"type": "server_error", "message": "x"}}),
    http(404, {"detail": "Request not found", "error_type": "not_found"}),
    http(504, {"detail": "x"}, x_fal_request_timeout_type="user"), http(401, {"detail": "key"}),
    http(403, {"detail": "User is locked. Reason: Exhausted balance."}), http(302, location="/x"),
)  # fmt: skip
WORDS = (
    *b"status request_id queue_position logs metrics detail error_type video url ctx type".split(),
    b"retry-after", b"x-fal-error-type", b"x-fal-billable-units", b"content-range", b"content-length",
    b"content-type", b"content-encoding", b"etag", b"location", b"COMPLETED", b"IN_QUEUE", BETWEEN,
    b"next_cursor", b"has_more", ORIGIN.encode(),
)  # fmt: skip
MODEL = {"endpoint_id": ENDPOINT, "metadata": {"status": "deprecated"}, "openapi": SCHEMA}
PRICE = {"endpoint_id": ENDPOINT, "unit_price": 0.07, "unit": "seconds", "currency": "USD"}
PAST = {"items": [{"request_id": "request-1", "endpoint_id": ENDPOINT, "started_at":
    "2026-10-09T12:00:00Z", "sent_at": "2026-10-09T12:00:00.5+00:00", "ended_at": None,
    "status_code": 200, "duration": 5, "json_input": {"prompt": "x"},
    "json_output": {"video": {"url": f"{ORIGIN}/cdn/a"}}}], "next_cursor": None}  # fmt: skip
BILL = {"billing_events": [{"request_id": "request-1", "endpoint_id": ENDPOINT, "timestamp":
    "2026-10-09T12:00:00Z", "output_units": 5.0, "unit_price": 0.07, "percent_discount": 0,
    "cost_estimate_nano_usd": 350000000}], "next_cursor": None, "has_more": False}  # fmt: skip
ACCEPTED = {"request_id": "request-1", "status_url": f"{ORIGIN}/queue/x/status",
            "response_url": f"{ORIGIN}/queue/x", "queue_position": 0}  # fmt: skip
PROMISE = {"upload_url": f"{ORIGIN}/cdn/u?x=1", "file_url": f"{ORIGIN}/cdn/files/f.png"}
SSE = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in (
    STATUS, {"status": "COMPLETED"}))  # fmt: skip


def _call(name: str, call: Callable[[FalProvider, Path], Awaitable[Any]], reads: tuple[str, ...],
          *seeds: bytes) -> Target:  # fmt: skip
    return Target(f"answer-{name}", _calling(call), lambda: [*seeds, *REFUSALS], reads, words=WORDS)


TARGETS = (
    _call("submit", lambda each, _: each.submit(ENDPOINT, {"prompt": "x"}),
          ("fal.queue", "fal.reading", "fal.errors"), http(200, ACCEPTED)),
    _call("status", lambda each, _: each.status(REF), ("fal.queue", "fal.reading", "fal.errors"),
          http(202, STATUS), http(200, {"status": "COMPLETED"})),
    _call("result", lambda each, _: each.result(REF), ("fal.queue", "fal.reading", "fal.errors"),
          http(200, {"video": {"url": f"{ORIGIN}/a.mp4", "file_size": 5, "content_type": "video/mp4",
                               "file_name": "a.mp4"}}, x_fal_billable_units="5"),
          http(504) + BETWEEN + http(200, {"status": "COMPLETED", "error": "x"})),
    _call("cancel", lambda each, _: each.cancel(REF), ("fal.queue", "fal.errors"),
          http(202, {"status": "CANCELLATION_REQUESTED"}), http(400, {"status": "ALREADY_COMPLETED"})),
    _call("follow", _followed, ("fal.events", "fal.queue", "fal.reading"),
          http(200, SSE, content_type="text/event-stream")),
    _call("upload", _uploaded, ("fal.storage", "fal.promise", "fal.errors"),
          http(200, PROMISE) + BETWEEN + http(200, {})),
    _call("download", _downloaded, ("fal.media", "fal.part", "fal.wire"),
          http(200, b"0123456789", content_type="video/mp4", content_length="20", etag='"x"')
          + BETWEEN + http(206, b"0123456789", content_range="bytes 10-19/20", etag='"x"'),
          http(206, b"x", content_range="bytes 0-0/*"), http(416)),
    _call("models", _described, ("fal.platform", "domain.schemas", "domain.renewal"),
          http(200, {"models": [MODEL], "next_cursor": None, "has_more": False}) + BETWEEN
          + http(200, {"prices": [PRICE]})),
    _call("bill", _billed, ("fal.billing",), http(200, BILL)),
    _call("past-requests", _past, ("fal.past",), http(200, PAST)),
    _call("key", lambda each, _: each.check_key(), ("fal.check",),
          http(200, {"prices": [PRICE]}) + BETWEEN
          + http(200, {"credits": {"current_balance": 5.5, "currency": "USD"}})),
    Target("refusals", _errors, lambda: list(REFUSALS),
           ("fal.errors", "fal.model_errors", "fal.answers"), words=WORDS),
    Target("events", _events, lambda: [SSE, b"\xef\xbb\xbf: x\rdata:{}\r\rdata\n\n"], ("fal.events",),
           words=(b"data:", b"\r", b"\n\n", b": ")),
    Target("bare-http", _lean,
           lambda: [b"HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Length: 2\r\n\r\n{}",
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200\r\n\r\nx"], ("fal.lean",),
           words=(b"HTTP/1.1", b"100", b"101", b"Transfer-Encoding: chunked", b"Content-Length: ")),
    Target("packed", _unpacked,
           lambda: [b"gzip\n" + gzip.compress(b"x" * 100_000), b"deflate\n" + gzip.compress(b"x")[10:],
                    b"identity\nx", b"gzip, gzip\n" + gzip.compress(gzip.compress(b"x"))],
           ("fal.packing",), words=(b"gzip", b"deflate", b"br", b"zstd")),
    Target("web-picture", _picture,
           lambda: [http(200, b"\x89PNG\r\n\x1a\nx", content_type="image/png"),
                    http(302, location="https://example.org/c") + BETWEEN + http(200, b"\xff\xd8\xffx"),
                    http(301, location="//other.org/x"), http(200, b"<html>", content_length="9")],
           ("fal.foreign", "domain.foreign"), words=(*WORDS, b"http://", b"//", b"[::1]")),
    Target("backend-address", _backend,
           lambda: [b"http://127.0.0.1:8000/", b"https://v3.fal.media/files/x", b"http://[::1]:1/x"],
           ("fal.backend",), words=(b"http://", b"fal.media", b":", b"@", b"[", b"]", b"\\")),
)  # fmt: skip
