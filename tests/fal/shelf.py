"""fal's storage for large files, in memory: keeps parts, tells who came, and fails when told to."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx

from kling_desktop.fal.answers import Answer
from tests.fal.fakes import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

Fault = Answer | Exception | Callable[[], Any]
"""An answer in place of the true one, an error of the connection, or something to wait for."""


class Shelf(httpx.AsyncBaseTransport):
    """Requests are told as ``initiate``, ``1/3`` (third part of the first upload), ``1/complete``
    and ``head``."""

    def __init__(self, *, etag_in_body: bool = True, origin: str = ORIGIN) -> None:
        self.requests: list[httpx.Request] = []
        self.journal: list[str] = []
        self.uploads: dict[int, dict[int, bytes]] = defaultdict(dict)
        self.files: dict[int, bytes] = {}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.busiest = 0
        """Parts that were on their way at the same moment, at the most."""
        self._busy = 0
        self._etag_in_body = etag_in_body
        self._origin = origin

    def fail(self, what: str, *faults: Fault) -> None:
        self.faults[what].extend(faults)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        tail = request.url.path.rpartition("/")[2]
        upload = int(request.url.params.get("signature", 0))
        told = "head" if request.method == "HEAD" else f"{upload}/{tail}" if upload else "initiate"
        self.journal.append(told)
        if tail.isdecimal():
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            return await self._answer(request, told, upload, tail)
        finally:
            self._busy -= tail.isdecimal()

    async def _answer(
        self, request: httpx.Request, told: str, upload: int, tail: str
    ) -> httpx.Response:
        body = await request.aread()
        fault = self.faults[told].popleft() if self.faults[told] else None
        if isinstance(fault, Exception):
            raise fault
        if isinstance(fault, Answer):
            return httpx.Response(fault.status, headers=fault.headers, content=fault.body)
        if fault is not None:
            await fault()
        if told == "initiate":
            return self._initiated(body)
        if told == "head":
            return httpx.Response(200 if int(tail) in self.files else 404)
        if tail == "complete":
            return self._completed(upload, json.loads(body))
        self.uploads[upload][int(tail)] = body
        etag = f'"{upload}-{tail}"'
        shown = {"json": {"partNumber": int(tail), "etag": etag}}
        return httpx.Response(200, **(shown if self._etag_in_body else {"headers": {"ETag": etag}}))

    def _initiated(self, body: bytes) -> httpx.Response:
        assert json.loads(body).keys() == {"file_name", "content_type"}
        number = sum(each == "initiate" for each in self.journal)
        upload_url = f"{self._origin}/cdn/parts/x?signature={number}"
        file_url = f"{self._origin}/cdn/files/{number}"
        return httpx.Response(200, json={"upload_url": upload_url, "file_url": file_url})

    def _completed(self, upload: int, wish: dict[str, Any]) -> httpx.Response:
        parts = self.uploads[upload]
        told = [(each["partNumber"], each["etag"]) for each in wish["parts"]]
        assert told == [(number, f'"{upload}-{number}"') for number in sorted(parts)]
        self.files[upload] = b"".join(parts[number] for number in sorted(parts))
        return httpx.Response(200, json={})


def large_file(path: Path, size: int) -> Path:
    """A file with holes that says every 100,000 bytes where that is; it takes up little room."""
    with path.open("wb") as file:
        file.truncate(size)
        for at in range(0, size - 8, 100_000):
            file.seek(at)
            file.write(at.to_bytes(8, "big"))
    return path


async def never() -> None:
    await asyncio.Event().wait()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)
