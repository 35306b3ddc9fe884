"""What goes back over HTTP: JSON, the answers of fal's gateway, and connections that break."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from kling_desktop.sandbox.weather import Fault, Rule, Stage, Weather

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send

REQUEST_ID = "x-fal-request-id"
UNITS = "X-Fal-Billable-Units"
_NGINX = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr><center>nginx</center></body></html>"  # noqa: E501


class TooLarge(Exception):
    """A body that nobody should have to keep."""


async def pieces(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives.

    Raises:
        TooLarge: more than ``limit`` bytes have come.
    """
    arrived = 0
    async for piece in request.stream():
        arrived += len(piece)
        if arrived > limit:
            raise TooLarge
        yield piece


async def json_body(request: Request, limit: int) -> Any:
    """The body as JSON that can be written again.

    Raises:
        TooLarge: more than ``limit`` bytes have come.
        ValueError: it is not JSON.
    """
    raw = b"".join([piece async for piece in pieces(request, limit)])
    try:
        value = json.loads(raw)
        json.dumps(value, allow_nan=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON in ASCII, which survives every character that a client may have sent."""
    return Response(json.dumps(body), status, dict(headers or {}), "application/json")


def problem(
    status: int, detail: str, error_type: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """An error of the gateway (``fal-protocol.md`` §8.2)."""
    if not error_type:
        return answer({"detail": detail}, status, headers)
    headers = {"X-Fal-Error-Type": error_type, **(headers or {})}
    return answer({"detail": detail, "error_type": error_type}, status, headers)


class Dropped(Response):
    """No answer at all: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        scope["state"]["transport"].abort()
        await _gone(receive)


class _Enough(Exception):
    """Half of the body has been sent."""


class CutShort(Response):
    """Another answer, until the connection breaks in the middle of its body."""

    def __init__(self, whole: Response) -> None:
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0

        async def pass_half(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = int(dict(message["headers"])[b"content-length"]) // 2
                await send(message)
                return
            piece = message["body"][:left]
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if left == 0:
                raise _Enough

        try:
            await self._whole(scope, receive, pass_half)
        except _Enough:
            scope["state"]["transport"].close()  # unlike abort(), lets the half arrive
            await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def foul(weather: Weather, stage: Stage, endpoint: str) -> Response | None:
    """The answer that the weather puts in the place of the true one, if it strikes here."""
    rule = weather.strike(stage, endpoint)
    return None if rule is None else _FOUL[rule.fault](rule)


_FOUL: dict[Fault, Callable[[Rule], Response]] = {
    Fault.SUBMIT_503: lambda _: Response(
        _NGINX.format("503 Service Temporarily Unavailable"), 503, media_type="text/html"
    ),
    Fault.SUBMIT_429: lambda rule: problem(
        429,
        "Too many requests. Please slow down.",
        "concurrent_requests_limit",
        {"Retry-After": f"{rule.seconds:g}", "X-Fal-Needs-Retry": "1"},
    ),
    Fault.LOST_ANSWER: lambda _: Dropped(),
    Fault.STATUS_500: lambda _: problem(500, "Internal Server Error"),
    Fault.RESULT_504: lambda _: problem(504, "Gateway Timeout"),
}
