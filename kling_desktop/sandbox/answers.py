"""What goes in and back over HTTP: JSON bodies, and the answers of fal's gateway."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from kling_desktop.domain.given_json import parsed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

REQUEST_ID = "x-fal-request-id"
UNITS = "X-Fal-Billable-Units"


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
        value = parsed(raw)
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
