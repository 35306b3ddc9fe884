"""What people paste to name a request: its id, an address of the queue, a page of the dashboard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_UUID = re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")
_NAMES = ("request_id", "requestId", "request-id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that somebody named."""

    request_id: str
    endpoint: str = ""
    """Id of the endpoint that it was sent to, if the words tell; addresses of the queue do not."""


def read_wanted(text: str, catalog: Catalog) -> Wanted:
    """Understand an id or an address.

    Raises:
        InvalidParams: there is no request id in it.
    """
    text = text.strip()
    if _ID.fullmatch(text):
        return Wanted(text)
    request_id = _id_in(text)
    if request_id is None:
        raise InvalidParams((Problem("request", "is neither a request id nor an address", text),))
    return Wanted(request_id, _endpoint_in(text, catalog))


def _id_in(text: str) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    query = dict(parse_qsl(parts.query))
    folders = unquote(parts.path).split("/")
    behind = [after for before, after in pairwise(folders) if before == "requests"]
    named = [query[name] for name in _NAMES if name in query] + behind
    for each in named:
        if _ID.fullmatch(each):
            return each
    # A page may put the id anywhere, but then it must look like nothing else.
    found = _UUID.search(unquote(text))
    return found[0] if found else None


def _endpoint_in(text: str, catalog: Catalog) -> str:
    """The longest endpoint id that stands in an address as whole words."""
    text = unquote(text)
    ids = sorted((each.id for each in catalog.endpoints), key=len, reverse=True)
    for each in ids:
        if re.search(rf"(?<![\w.-]){re.escape(each)}(?![\w.-])", text):
            return each
    return ""
