"""A status that tells by itself when it changes: server-sent events (``fal-protocol.md`` §5)."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from kling_desktop.domain.requests import Phase
from kling_desktop.sandbox.answers import REQUEST_ID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from kling_desktop.sandbox.records import Record, Requests
    from kling_desktop.sandbox.telling import Telling

PING_EVERY = 15.0
"""Seconds between signs of life while nothing changes."""
_PING = ": ping\n\n"


def stream_of(
    record: Record,
    requests: Requests,
    telling: Telling,
    *,
    with_logs: bool,
    change: Callable[[Any], Any],
) -> StreamingResponse:
    """The events of a request until it is completed; ``change`` is the weather's word in each."""
    events = _events(record.id, requests, telling, with_logs=with_logs, change=change)
    return StreamingResponse(
        events,
        media_type="text/event-stream",
        headers={REQUEST_ID: record.id, "Cache-Control": "no-cache"},
    )


async def _events(
    request_id: str,
    requests: Requests,
    telling: Telling,
    *,
    with_logs: bool,
    change: Callable[[Any], Any],
) -> AsyncIterator[str]:
    told: Any = None
    lines = 0
    while True:
        record = requests.get(request_id)
        status = telling.status(record, with_logs=with_logs, since=lines)
        if status != told:
            yield f"data: {json.dumps(change(status))}\n\n"
            lines += len(status.get("logs") or ())
            told = status | ({"logs": []} if status.get("logs") else {})
        if record.phase == Phase.COMPLETED:
            return
        rung = False
        with suppress(TimeoutError):
            async with asyncio.timeout(PING_EVERY):
                await telling.line.bell.wait()
                rung = True
        if not rung:
            yield _PING
