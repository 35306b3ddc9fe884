"""Other ends of the wire: one that answers from a script, and one on a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from kling_desktop.fal.answers import Answer
from kling_desktop.fal.backend import Backend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path
    from ssl import SSLContext

ORIGIN = "http://fal.test:8000"
BACKEND = Backend.at(ORIGIN)


def answer(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body, or with text."""
    raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body)
    return Answer(status, dict(headers or {}), raw if isinstance(raw, bytes) else raw.encode())


class Script(httpx.AsyncBaseTransport):
    """Gives its answers in order, the last one for ever, and remembers what it was asked."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        told = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(told, Exception):
            raise told
        headers = [(name.encode(), value.encode("latin-1")) for name, value in told.headers.items()]
        return httpx.Response(told.status, headers=headers, content=_streamed(told.body))


async def _streamed(body: bytes) -> AsyncIterator[bytes]:
    yield body


Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What the server does with one connection."""


@dataclass
class RawServer:
    """A server that can do what no honest one does; each connection gets the next act."""

    acts: list[Act]
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    """Heads and bodies as they came."""
    connections: int = 0
    open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.open[task] = writer
        self.connections += 1
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await act(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            del self.open[task]

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        """One whole request."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.decode("latin-1").split("\r\n"):
            if line.lower().startswith("content-length:"):
                length = int(line.split(":")[1])
        self.requests.append(head + await reader.readexactly(length))
        return self.requests[-1]

    def reply(self, *pieces: bytes, pause: float = 0.0) -> Act:
        """Read a request, then send these pieces and hang up."""

        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self.read(reader)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)

        return act

    async def read_and_hang_up(self, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await self.read(reader)

    async def hang_up(self, _: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        """Hang up before anything is read."""

    async def drip(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A header line that never ends."""
        await self.read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            writer.write(b"z")
            await writer.drain()
            await asyncio.sleep(0.01)


@asynccontextmanager
async def raw_server(tls: SSLContext | None = None) -> AsyncIterator[RawServer]:
    """A server whose acts are set by the test."""
    raw = RawServer([])
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        # Cut rather than cancelled: on Python 3.11 a cancelled connection makes asyncio complain.
        for writer in raw.open.values():
            writer.transport.abort()
        await asyncio.gather(*raw.open)
        await server.wait_closed()


def http(status: str, body: bytes, *headers: str) -> bytes:
    """The bytes of a response."""
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Progress:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int | None]] = []

    def __call__(self, done: int, total: int | None) -> None:
        self.seen.append((done, total))


def content(path: Path) -> bytes:
    """What is in a file; for coroutines, which ruff keeps from touching files themselves."""
    return path.read_bytes()
