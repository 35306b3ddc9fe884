"""A service without a socket that keeps to fal's protocol, but for what a test makes it answer.

It makes every clip at once. For each stage a test may hand it answers that it gives first, in the
place of its own; a submit whose answer is spoilt is accepted all the same, as on a bad line.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Backend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

ORIGIN = "http://fal.test:8000"
BACKEND = Backend.at(ORIGIN, "test")
CLIP = b"not a video, but the files of the test do not look"
STAGES = ("initiate", "upload", "submit", "stream", "status", "result", "download", "cancel")
SSE = {"content-type": "text/event-stream"}


@dataclass
class Service(httpx.AsyncBaseTransport):
    """Answers as fal does; ``spoilt`` holds what it says first at each stage."""

    spoilt: dict[str, list[Answer]] = field(default_factory=dict)
    accepts_spoilt: bool = True
    """Whether a submit with a spoilt answer was accepted nevertheless."""
    accepted: int = 0

    def __post_init__(self) -> None:
        self._left = {stage: deque(self.spoilt.get(stage, ())) for stage in STAGES}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        stage = _stage(request.method, request.url.path)
        is_spoilt = bool(self._left[stage])
        if stage == "submit" and (self.accepts_spoilt or not is_spoilt):
            self.accepted += 1
        answer = self._left[stage].popleft() if is_spoilt else _HONEST[stage](self)
        headers = [
            (name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()
        ]
        return httpx.Response(answer.status, headers=headers, content=_streamed(answer.body))


async def _streamed(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _stage(method: str, path: str) -> str:
    if path.endswith("/initiate"):
        return "initiate"
    if path.startswith("/cdn/"):
        return "upload" if method == "PUT" else "download"
    if method == "POST":
        return "submit"
    tail = path.rsplit("/", 1)[-1]
    return tail if tail in {"stream", "status", "cancel"} else "result"


def _json(status: int, body: Any, **headers: str) -> Answer:
    return Answer(
        status, {"content-type": "application/json", **headers}, json.dumps(body).encode()
    )


_HONEST: dict[str, Callable[[Service], Answer]] = {
    "initiate": lambda _: _json(
        200, {"upload_url": f"{ORIGIN}/cdn/up/1?signed=1", "file_url": f"{ORIGIN}/cdn/files/1.png"}
    ),
    "upload": lambda _: Answer(200),
    "submit": lambda service: _json(200, {"request_id": f"request-{service.accepted}"}),
    "stream": lambda _: Answer(200, SSE, b'data: {"status": "COMPLETED"}\n\n'),
    "status": lambda _: _json(200, {"status": "COMPLETED"}),
    "result": lambda _: _json(200, {"video": {"url": f"{ORIGIN}/cdn/files/clip.mp4"}}),
    "download": lambda _: Answer(
        200, {"content-type": "video/mp4", "content-length": str(len(CLIP))}, CLIP
    ),
    "cancel": lambda _: _json(202, {"status": "CANCELLATION_REQUESTED"}),
}
