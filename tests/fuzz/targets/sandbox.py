"""What the sandbox is asked and told: requests over HTTP, weather, its own notes."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import h11

from kling_desktop.sandbox import locks
from kling_desktop.sandbox.addresses import own_file
from kling_desktop.sandbox.app import Sandbox, Site
from kling_desktop.sandbox.database import Database
from kling_desktop.sandbox.files import Files
from kling_desktop.sandbox.line import Pace
from kling_desktop.sandbox.pictures import load_pictures, load_recordings
from kling_desktop.sandbox.refusals import Refused, accepted
from kling_desktop.sandbox.scenery import seconds_of
from kling_desktop.sandbox.weather import Weather, load_weather, parse_rules
from kling_desktop.sandbox.webhooks import is_near
from tests.fuzz.target import Target
from tests.fuzz.targets.pictures import picture
from tests.fuzz.targets.words import ENDPOINT, FIELDS, INPUT, as_json, endpoints

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEY = "key-id:key-secret"
BETWEEN = b"\n====\n"
HOST = "127.0.0.1:8000"
_HANGS = ("/run", "/stream")
"""They wait for what nobody makes here."""
INLINE = "data:image/png;base64," + base64.b64encode(picture("PNG")).decode()


def _asked(data: bytes, place: Path) -> object:
    return asyncio.run(_all_asked(data.split(BETWEEN)[:4], place))


async def _all_asked(requests: list[bytes], place: Path) -> list[int]:
    """Ask one after another; what an answer names, the next request may ask for as ``{name}``."""
    with Database(place) as database:
        site = Site(
            origin=f"http://{HOST}",
            key=KEY,
            pace=Pace.at(1000),
            weather=Weather(),
            validates_early=True,
        )
        app, found = Sandbox(database, place, site).app(), list[int]()
        said: dict[str, str] = {}
        for raw in requests:
            for name, each in said.items():
                raw = raw.replace(b"{%s}" % name.encode(), each.encode())  # noqa: PLW2901
            answer = await _answered(app, raw)
            if answer is not None:
                found.append(answer[0])
                said |= _names(as_json(answer[1]))
        assert all(each < 500 or each == 503 for each in found), f"answers {found}"
        return found


def _names(told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        return {}
    named = {name: each for name, each in told.items() if isinstance(each, str)}
    return {name: each.removeprefix(f"http://{HOST}") for name, each in named.items()}


async def _answered(app: Any, raw: bytes) -> tuple[int, bytes] | None:
    """What the app answers to bytes from a line, read as uvicorn reads them."""
    head, _, body = raw.partition(b"\r\n\r\n")
    reader = h11.Connection(h11.SERVER)
    try:
        reader.receive_data(head + f"\r\nHost: {HOST}\r\nAuthorization: Key {KEY}\r\n\r\n".encode())
        request = reader.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(request, h11.Request):
        return None
    path, _, query = request.target.partition(b"?")
    parts, answer = [{"type": "http.request", "body": body, "more_body": False}], [500, b""]

    async def receive() -> Mapping[str, Any]:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer[0] = message["status"]
            for name, value in message["headers"]:
                assert b"\r" not in name + value, "a header has lines"
                assert b"\n" not in name + value, "a header has lines"
        else:
            answer[1] += message.get("body", b"")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": request.method.decode(),
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "server": ("127.0.0.1", 8000),
        "headers": [(name.lower(), value) for name, value in request.headers],
        "client": ("127.0.0.1", 1),
    }
    try:
        async with asyncio.timeout(0.1 if any(each in scope["path"] for each in _HANGS) else 4):
            await app(scope, receive, send)
    except TimeoutError:
        assert any(each in scope["path"] for each in _HANGS), "it does not answer"
        answer[0] = 200
    return answer[0], answer[1]  # type: ignore[return-value]


def _input(data: bytes, place: Path) -> object:
    """The input of a request, as the studio reads it."""
    with Database(place) as database:
        files = Files(database, place / "files", lambda: 0.0)
        for each in endpoints():
            try:
                params = accepted(each, as_json(data))
                load_pictures(each, params, files)
                seconds_of(each, params, load_recordings(each, params, files))
            except Refused as refused:
                json.dumps(refused.outcome.body)
    return None


def _weather(data: bytes, place: Path) -> object:
    path = place / "weather.json"
    path.write_bytes(data)
    parse_rules(data)
    return json.dumps([each.model_dump(mode="json") for each in load_weather(path).rules])


def _address(data: bytes, _: Path) -> object:
    """The note where a sandbox is: as ``process._healthy`` asks there."""
    found = locks.parse_address(data)
    if found is None:
        return None
    place = urlsplit(found.url)
    assert place.hostname in {"127.0.0.1", "localhost"}, "the key would go elsewhere"
    assert 0 < (place.port or 0) < 65536
    return f"{found.key}\r\n".encode(), found.pid > 0


def _named(data: bytes, _: Path) -> object:
    text = data.decode("utf-8", "surrogateescape")
    return own_file(text), is_near(text)


def ask(method: str, path: str, body: Any = b"", **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"{method} {path} HTTP/1.1\r\n{lines}".rstrip("\r\n").encode() + b"\r\n\r\n" + text


SUBMIT = ask(
    "POST",
    f"/queue/{ENDPOINT}?fal_webhook=http://127.0.0.1:9/x&fal_max_queue_length=5",
    {"prompt": "x", "image_url": INLINE[:60], "duration": "5"},
    X_Fal_Queue_Priority="low",
    X_Fal_Request_Timeout="30",
    X_Fal_Store_IO="0",
    X_Fal_Object_Lifecycle_Preference=json.dumps(
        {"expiration_duration_seconds": 3600, "initial_acl": {"default": "forbid"}}
    ),
)
TEXT = ask("POST", "/queue/fal-ai/kling-video/v1.6/standard/text-to-video", {"prompt": "x"})
INITIATE = ask(
    "POST", "/rest/storage/upload/initiate", {"file_name": "a.png", "content_type": "image/png"}
)
MULTI = ask(
    "POST", "/rest/storage/upload/initiate-multipart", {"file_name": "a.png", "content_type": "x/y"}
)
SESSIONS = (
    SUBMIT,
    BETWEEN.join(
        (
            TEXT,
            ask("GET", "{status_url}?logs=1"),
            ask("PUT", "{cancel_url}"),
            ask("GET", "{response_url}"),
        )
    ),
    BETWEEN.join(
        (
            INITIATE,
            ask("PUT", "{upload_url}", b"bytes", Content_Type="image/png"),
            ask("GET", "{file_url}", Range="bytes=1-3"),
            ask("GET", "{file_url}?access=x"),
        )
    ),
    BETWEEN.join(
        (
            MULTI,
            ask("PUT", "{upload_url}/1", b"part"),
            ask("POST", "{upload_url}/complete", {"parts": [{"partNumber": 1, "etag": '"x"'}]}),
        )
    ),
    ask("POST", "/rest/storage/auth/token?storage_type=fal-cdn-v3", {}),
    ask("GET", "/queue/fal-ai/kling-video/requests/x/status/stream"),
    ask("POST", f"/run/{ENDPOINT}", {"prompt": "x"}),
    ask("GET", f"/platform/v1/models?endpoint_id={ENDPOINT}&expand=openapi-3.0&limit=5&cursor=1"),
    ask("GET", f"/platform/v1/models/pricing?endpoint_id={ENDPOINT},x"),
    BETWEEN.join(
        (
            TEXT,
            ask(
                "GET",
                "/platform/v1/models/requests/by-endpoint?endpoint_id="
                "fal-ai/kling-video/v1.6/standard/text-to-video&start=2026-01-01&end=2030-01-01T00:00:00Z"
                "&expand=payloads&limit=3&sort_by=duration&status=success",
            ),
        )
    ),
    ask("GET", "/platform/v1/models/billing-events?start=2026-01-01&limit=2&request_id=x&cursor=0"),
    ask(
        "GET",
        "/platform/v1/models/usage?start=2026-01-01&end=2026-02-01&timeframe=day&expand=summary",
    ),
    ask("GET", "/platform/v1/account/billing?expand=credits"),
    ask(
        "POST",
        "/platform/v1/models/pricing/estimate",
        {"estimate_type": "unit_price", "endpoints": {ENDPOINT: {"unit_quantity": 5}}},
    ),
    ask("PUT", "/sandbox/weather", [{"fault": "drop", "probability": 0.1, "seed": 7}]),
    ask("POST", "/sandbox/clock", {"advance": 5}),
    ask("PUT", "/sandbox/concurrency", {"limit": 2}),
    ask("GET", "/sandbox/state"),
    ask("GET", "/rest/.well-known/jwks.json"),
)
BRUSHED = INPUT | {"image_url": INLINE, "static_mask_url": INLINE, "duration": "5"}
OTHERS = BRUSHED | dict.fromkeys(("start_image_url", "end_image_url"), INLINE)
OTHERS |= {"input_image_urls": [INLINE], "audio_url": "http://x/a", "video_url": "http://x/a"}
WORDS = (
    *FIELDS,
    b"Range: bytes=",
    b"X-Fal-",
    b"?",
    b"&",
    b"=",
    b"%2F",
    b"%00",
    b"..",
    b"/requests/",
    b"limit=",
    b"cursor=",
    b"start=",
    b"end=",
    b"endpoint_id=",
    b"{status_url}",
    b"{file_url}",
    BETWEEN,
    b"GET ",
    b"POST ",
    b"PUT ",
    b"DELETE ",
    "limit=²".encode(),
    b"?fal_max_queue_length=",
)

TARGETS = (
    Target(
        "sandbox-http",
        _asked,
        lambda: list(SESSIONS),
        (
            "sandbox.wishes",
            "sandbox.guard",
            "sandbox.reception",
            "sandbox.queue_routes",
            "sandbox.rest_routes",
            "sandbox.cdn_routes",
            "sandbox.multipart",
            "sandbox.paging",
            "sandbox.platform_routes",
            "sandbox.models_routes",
            "sandbox.storage_routes",
            "sandbox.control_routes",
            "sandbox.answers",
        ),
        complaint="webhook of request .* is not on this computer",
        words=WORDS,
    ),
    Target(
        "sandbox-input",
        _input,
        lambda: [
            json.dumps(BRUSHED).encode(),
            json.dumps(OTHERS).encode(),
            json.dumps({"prompt": "x"}).encode(),
            json.dumps(INPUT | {"image_url": "data:,%89PNG", "tail_image_url": INLINE}).encode(),
        ],
        ("sandbox.refusals", "sandbox.pictures", "sandbox.scenery"),
        words=FIELDS,
    ),
    Target(
        "weather",
        _weather,
        lambda: [
            (
                b'[{"fault": "drop", "stage": "submit", "skip": 1, "count": 2, "probability": 0.5, '
                b'"seed": 7, "seconds": 5, "endpoint": "x"}, {"fault": "slow_queue"}]'
            ),
        ],
        ("sandbox.weather",),
        words=(b"fault", b"stage", b"seconds", b"seed", b"drop", b"refuse"),
    ),
    Target(
        "sandbox-note",
        _address,
        lambda: [locks.Address("http://127.0.0.1:8000", "key", 1).line().encode()],
        ("sandbox.locks",),
        words=(b"url", b"key", b"pid", b"http://", b"127.0.0.1"),
    ),
    Target(
        "sandbox-addresses",
        _named,
        lambda: [f"http://{HOST}/cdn/files/{'0' * 32}/a.png".encode(), b"http://[::1]:0/x"],
        ("sandbox.addresses", "sandbox.webhooks"),
        words=(b"http://", b"[::1]", b"%2F", b":"),
    ),
)
