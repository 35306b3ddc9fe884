"""What a server answers to the calls of fal's protocol."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import cache
from ssl import SSLContext, create_default_context
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain.messages import explain
from kling_desktop.domain.renewal import Overlay, merged, overlaid
from kling_desktop.domain.requests import RequestRef
from kling_desktop.fal import errors
from kling_desktop.fal.answers import Answer
from kling_desktop.fal.provider import FalProvider
from tests.fal.fakes import BACKEND, ORIGIN, Script
from tests.fuzz.target import Target
from tests.fuzz.targets.words import ENDPOINT, SCHEMA, catalog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
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
    asked = (
        errors.submit_error,
        errors.status_error,
        errors.result_error,
        errors.cancel_error,
        errors.upload_error,
        errors.platform_error,
        errors.refusal,
        errors.transient,
    )
    for read in asked:
        explain(read(given))
    return errors.claimed_failure(given), given.retry_after, given.billable_units, given.is_page


def http(status: int, body: Any = None, **headers: str) -> bytes:
    """An answer as an input."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return f"{status}\r\n{lines}\r\n".encode() + text


STATUS = {
    "status": "IN_PROGRESS",
    "queue_position": 3,
    "logs": [{"message": "x", "level": "INFO", "timestamp": "2026-10-10T00:00:00"}],
    "metrics": {"inference_time": 1.5},
    "error": "x",
    "error_type": "request_timeout",
}


DETAIL = {
    "detail": [
        {
            "loc": ["body", "image_url"],
            "msg": "too small",
            "type": "image_too_small",
            "ctx": {"min_height": 300, "max_size": 10485760, "permitted": ["a"]},
            "input": {"a": [1]},
            "url": "https://docs.fal.ai/x",
        }
    ]
}


REFUSALS = (
    http(422, DETAIL, x_fal_billable_units="1.5", x_fal_needs_retry="1"),
    http(429, {"detail": "slow", "error_type": "concurrency"}, retry_after="3"),
    http(
        503,
        b"<html>",
        retry_after="Wed, 21 Oct 2026 07:28:00 GMT",
        date="Wed, 21 Oct 2026 07:27:00 GMT",
        content_type="text/html",
    ),
    http(500, {"error": {"type": "server_error", "message": "x"}}),
    http(404, {"detail": "Request not found", "error_type": "not_found"}),
    http(504, {"detail": "x"}, x_fal_request_timeout_type="user"),
    http(401, {"detail": "key"}),
    http(403, {"detail": "User is locked. Reason: Exhausted balance."}),
    http(302, location="/x"),
)


WORDS = (
    *b"status request_id queue_position logs metrics detail error_type video url ctx type".split(),
    b"retry-after",
    b"x-fal-error-type",
    b"x-fal-billable-units",
    b"content-range",
    b"content-length",
    b"content-type",
    b"content-encoding",
    b"etag",
    b"location",
    b"COMPLETED",
    b"IN_QUEUE",
    BETWEEN,
    b"next_cursor",
    b"has_more",
    ORIGIN.encode(),
)


MODEL = {"endpoint_id": ENDPOINT, "metadata": {"status": "deprecated"}, "openapi": SCHEMA}


PRICE = {"endpoint_id": ENDPOINT, "unit_price": 0.07, "unit": "seconds", "currency": "USD"}


PAST = {
    "items": [
        {
            "request_id": "request-1",
            "endpoint_id": ENDPOINT,
            "started_at": "2026-10-09T12:00:00Z",
            "sent_at": "2026-10-09T12:00:00.5+00:00",
            "ended_at": None,
            "status_code": 200,
            "duration": 5,
            "json_input": {"prompt": "x"},
            "json_output": {"video": {"url": f"{ORIGIN}/cdn/a"}},
        }
    ],
    "next_cursor": None,
}


BILL = {
    "billing_events": [
        {
            "request_id": "request-1",
            "endpoint_id": ENDPOINT,
            "timestamp": "2026-10-09T12:00:00Z",
            "output_units": 5.0,
            "unit_price": 0.07,
            "percent_discount": 0,
            "cost_estimate_nano_usd": 350000000,
        }
    ],
    "next_cursor": None,
    "has_more": False,
}


ACCEPTED = {
    "request_id": "request-1",
    "status_url": f"{ORIGIN}/queue/x/status",
    "response_url": f"{ORIGIN}/queue/x",
    "queue_position": 0,
}


PROMISE = {"upload_url": f"{ORIGIN}/cdn/u?x=1", "file_url": f"{ORIGIN}/cdn/files/f.png"}


SSE = b"".join(
    b"data: " + json.dumps(each).encode() + b"\n\n" for each in (STATUS, {"status": "COMPLETED"})
)


def _call(
    name: str,
    call: Callable[[FalProvider, Path], Awaitable[Any]],
    reads: tuple[str, ...],
    *seeds: bytes,
) -> Target:
    return Target(f"answer-{name}", _calling(call), lambda: [*seeds, *REFUSALS], reads, words=WORDS)


TARGETS = (
    _call(
        "submit",
        lambda each, _: each.submit(ENDPOINT, {"prompt": "x"}),
        ("fal.queue", "fal.reading", "fal.errors"),
        http(200, ACCEPTED),
    ),
    _call(
        "status",
        lambda each, _: each.status(REF),
        ("fal.queue", "fal.reading", "fal.errors"),
        http(202, STATUS),
        http(200, {"status": "COMPLETED"}),
    ),
    _call(
        "result",
        lambda each, _: each.result(REF),
        ("fal.queue", "fal.reading", "fal.errors"),
        http(
            200,
            {
                "video": {
                    "url": f"{ORIGIN}/a.mp4",
                    "file_size": 5,
                    "content_type": "video/mp4",
                    "file_name": "a.mp4",
                }
            },
            x_fal_billable_units="5",
        ),
        http(504) + BETWEEN + http(200, {"status": "COMPLETED", "error": "x"}),
    ),
    _call(
        "cancel",
        lambda each, _: each.cancel(REF),
        ("fal.queue", "fal.errors"),
        http(202, {"status": "CANCELLATION_REQUESTED"}),
        http(400, {"status": "ALREADY_COMPLETED"}),
    ),
    _call(
        "follow",
        _followed,
        ("fal.events", "fal.queue", "fal.reading"),
        http(200, SSE, content_type="text/event-stream"),
    ),
    _call(
        "upload",
        _uploaded,
        ("fal.storage", "fal.promise", "fal.errors"),
        http(200, PROMISE) + BETWEEN + http(200, {}),
    ),
    _call(
        "download",
        _downloaded,
        ("fal.media", "fal.part", "fal.wire"),
        http(200, b"0123456789", content_type="video/mp4", content_length="20", etag='"x"')
        + BETWEEN
        + http(206, b"0123456789", content_range="bytes 10-19/20", etag='"x"'),
        http(206, b"x", content_range="bytes 0-0/*"),
        http(416),
    ),
    _call(
        "models",
        _described,
        ("fal.platform", "domain.schemas", "domain.renewal"),
        http(200, {"models": [MODEL], "next_cursor": None, "has_more": False})
        + BETWEEN
        + http(200, {"prices": [PRICE]}),
    ),
    _call("bill", _billed, ("fal.billing",), http(200, BILL)),
    _call("past-requests", _past, ("fal.past",), http(200, PAST)),
    _call(
        "key",
        lambda each, _: each.check_key(),
        ("fal.check",),
        http(200, {"prices": [PRICE]})
        + BETWEEN
        + http(200, {"credits": {"current_balance": 5.5, "currency": "USD"}}),
    ),
    Target(
        "refusals",
        _errors,
        lambda: list(REFUSALS),
        ("fal.errors", "fal.model_errors", "fal.answers"),
        words=WORDS,
    ),
)
