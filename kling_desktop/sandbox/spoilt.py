"""True answers that come to harm on their way; each wraps an answer and passes it on spoilt.

They work on ASGI messages, so that a file or a stream of events is spoilt like a JSON document.
"""

from __future__ import annotations

import asyncio
import json
import math
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Receive, Scope, Send

_DRIPS = 40
"""Pieces that a dripping body comes in, at the most."""
_ENDLESS_PIECE = b" " * 65536


class Dropped(Response):
    """No answer at all: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        scope["state"]["transport"].abort()
        await _gone(receive)


class Endless(Response):
    """A body that goes on until the client hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_gone(receive))
        try:
            while not gone.done():
                await send(
                    {"type": "http.response.body", "body": _ENDLESS_PIECE, "more_body": True}
                )
                await asyncio.sleep(0)  # a send into a buffer with room does not yield
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)


class Late(Response):
    """The answer begins ``seconds`` late."""

    def __init__(self, whole: Response, seconds: float) -> None:
        self._whole = whole
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._seconds)
        await self._whole(scope, receive, send)


class Dripping(Response):
    """The body comes in crumbs, over ``seconds``."""

    def __init__(self, whole: Response, seconds: float) -> None:
        self._whole = whole
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def crumble(message: Message) -> None:
            body = message.get("body", b"")
            if not body:
                return await send(message)
            size = math.ceil(len(body) / _DRIPS)
            pieces = [body[at : at + size] for at in range(0, len(body), size)]
            for piece in pieces[:-1]:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await asyncio.sleep(self._seconds / len(pieces))
            return await send({**message, "body": pieces[-1]})

        await self._whole(scope, receive, crumble)


class _Enough(Exception):
    """Half of the body has been sent."""


class Halved(Response):
    """Half of the body, and then the connection breaks; or, in good order, a smaller answer."""

    def __init__(self, whole: Response, *, breaks: bool) -> None:
        self._whole = whole
        self._breaks = breaks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0

        async def pass_half(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = self._half(message)
                return await send(message)
            piece = message.get("body", b"")[:left]
            left -= len(piece)
            goes_on = left > 0 or self._breaks
            await send({"type": "http.response.body", "body": piece, "more_body": goes_on})
            if left == 0:
                raise _Enough
            return None

        try:
            await self._whole(scope, receive, pass_half)
        except _Enough:
            if self._breaks:
                scope["state"]["transport"].close()  # unlike abort(), lets the half arrive
                await _gone(receive)

    def _half(self, start: Message) -> int:
        """Bytes to let through; a stream of events, whose length nobody knows, breaks at once."""
        headers = MutableHeaders(raw=start["headers"])
        half = int(headers.get("content-length", "0")) // 2
        if not self._breaks:
            headers["content-length"] = str(half)
        return half


class Rewritten(Response):
    """The JSON of the answer, said differently; other answers stay as they are."""

    def __init__(self, whole: Response, change: Callable[[Any], Any]) -> None:
        self._whole = whole
        self._change = change

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._whole(scope, receive, collect)
        changed = self._changed(body)
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(changed))
        await send(start)
        await send({"type": "http.response.body", "body": changed})

    def _changed(self, body: bytes) -> bytes:
        try:
            return json.dumps(self._change(json.loads(body))).encode()
        except ValueError:
            return body


class Repeated(Response):
    """The same body twice in a row."""

    def __init__(self, whole: Response) -> None:
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def twice(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers["content-length"] = str(2 * int(headers.get("content-length", "0")))
                return await send(message)
            return await send({**message, "body": 2 * message.get("body", b"")})

        await self._whole(scope, receive, twice)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
