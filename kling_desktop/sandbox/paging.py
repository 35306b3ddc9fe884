"""What the calls of the platform have in common: parameters, pages, errors (§12)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kling_desktop.sandbox.answers import answer

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.responses import Response

LARGEST_PAGE = 100
MOST_IDS = 50
DAY = 24 * 3600.0
LAST_PAGE = {"next_cursor": None, "has_more": False}
_DOCS = "https://docs.fal.ai/platform-apis"


class BadQuery(Exception):
    """A parameter that makes no sense."""


def several(query: QueryParams, name: str) -> list[str]:
    """Values that are repeated, or joined by commas.

    Raises:
        BadQuery: there are too many.
    """
    found = [part for value in query.getlist(name) for part in value.split(",") if part]
    if len(found) > MOST_IDS:
        raise BadQuery(f"{name}: at most {MOST_IDS} values")
    return found


def limit_of(query: QueryParams) -> int:
    return _whole(query, "limit", 50, LARGEST_PAGE)


def offset_of(query: QueryParams) -> int:
    """Where a page of a list begins; the cursor of the page before tells."""
    return _whole(query, "cursor", 0, 10**9, least=0)


def page(items: list[Any], query: QueryParams) -> tuple[list[Any], dict[str, Any]]:
    """The part of a list that a call asks for, and how to get the next."""
    begins, size = offset_of(query), limit_of(query)
    ends = begins + size
    more = ends < len(items)
    cursor = str(ends) if more else None
    return items[begins:ends], {"next_cursor": cursor, "has_more": more}


def seconds(text: str | None) -> float | None:
    """A date or time as seconds since the epoch.

    Raises:
        BadQuery: it is neither.
    """
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadQuery(f"not a date or time: {text}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def iso(moment: float | None) -> str | None:
    return None if moment is None else dt.datetime.fromtimestamp(moment, dt.UTC).isoformat()


def refusal(status: int, kind: str, message: str) -> Response:
    """An error in the words of the platform, which are not those of the gateway."""
    error = {"type": kind, "message": message, "docs_url": _DOCS, "request_id": str(uuid4())}
    return answer({"error": error}, status)


def invalid(message: str) -> Response:
    return refusal(400, "validation_error", message)


def _whole(query: QueryParams, name: str, usual: int, most: int, *, least: int = 1) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadQuery(f"{name} must be {least} to {most}")
    return int(text)
