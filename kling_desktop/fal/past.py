"""What the account has asked for before: the platform's list of requests (fal-protocol.md §12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kling_desktop.domain.refusals import UnknownApp
from kling_desktop.domain.requests import PastRequest
from kling_desktop.fal.errors import platform_error
from kling_desktop.fal.reading import REQUEST_ID, video_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.fal.wire import Wire

PAGE = 100
MOST_PAGES = 20
"""Of a hundred requests each: an account that busy is looked at as far back as this."""


class Past:
    """Reads the list of requests of one account."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def requests(
        self, endpoint: str, since: datetime, until: datetime, request_id: str = ""
    ) -> list[PastRequest]:
        """See ``Provider.past_requests``."""
        if not endpoint.isprintable():
            raise UnknownApp("this is not an endpoint id")
        query = {
            "endpoint_id": endpoint,
            "start": _text(since),
            "end": _text(until),
            "expand": "payloads",
            "limit": str(PAGE),
        } | ({"request_id": request_id} if request_id else {})
        found: list[PastRequest] = []
        cursor: str | None = ""
        for _ in range(MOST_PAGES):
            told = await self._page(query | ({"cursor": cursor} if cursor else {}))
            items = told.get("items")
            read = map(_read, items if isinstance(items, list) else [])
            found += [each for each in read if each is not None]
            cursor = told.get("next_cursor")
            if not isinstance(cursor, str) or not cursor:
                break
        return found

    async def _page(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        url = f"{self._wire.backend.platform}/v1/models/requests/by-endpoint?{urlencode(query)}"
        answer = await self._wire.call("GET", url)
        if not answer.is_fine:
            raise platform_error(answer)
        return answer.object


def _read(told: object) -> PastRequest | None:
    """An entry of the list, or None where it does not say what it is about."""
    if not isinstance(told, dict):
        return None
    request_id, endpoint, sent_at = (
        told.get(name) for name in ("request_id", "endpoint_id", "sent_at")
    )
    when = read_time(sent_at)
    if not isinstance(request_id, str) or not REQUEST_ID.fullmatch(request_id) or when is None:
        return None
    body, code = told.get("json_input"), told.get("status_code")
    return PastRequest(
        endpoint=endpoint if isinstance(endpoint, str) else "",
        request_id=request_id,
        sent_at=when,
        status_code=code if isinstance(code, int) and not isinstance(code, bool) else None,
        body=body if isinstance(body, dict) else None,
        result_url=video_url(told.get("json_output")),
    )


def read_time(value: object) -> datetime | None:
    """A moment as the platform writes it, or None where it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    # fal writes the zone; where it does not, it means UTC as everywhere else.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
