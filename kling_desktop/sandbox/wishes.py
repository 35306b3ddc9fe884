"""What a submit asks for in its headers and its query (``fal-protocol.md`` §3.1, §3.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_WAIT = 0.1
"""Seconds; a start timeout must be more than that."""


ACCESS = ("allow", "forbid", "hide")


class BadWish(Exception):
    """A header that makes no sense; the gateway refuses the whole request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a request is to be treated."""

    is_low: bool = False
    """It waits behind all of normal priority."""
    starts_within: float | None = None
    """Seconds to the deadline for its start."""
    is_stored: bool = True
    """Its input and output may be kept for the history."""
    file_life: int | None = None
    """Seconds that the file it makes is kept; 0 is for ever, None leaves it to the account."""
    file_access: str = "allow"
    """What strangers meet who want that file."""
    webhook: str | None = None
    longest_queue: int | None = None
    """Refuse it where more than so many wait."""


def read_wishes(headers: Mapping[str, str], query: Mapping[str, str]) -> Wishes:
    """Understand the headers of fal, old names and new; others are ignored.

    Raises:
        BadWish: one of them makes no sense.
    """
    # The new name wins where a client sends both (§13).
    wait = headers.get("x-fal-request-start-timeout") or headers.get("x-fal-request-timeout")
    return Wishes(
        is_low=headers.get("x-fal-queue-priority", "").lower() == "low",
        starts_within=None if wait is None else _seconds(wait),
        is_stored=headers.get("x-fal-store-io") != "0",
        file_life=file_life(headers),
        file_access=file_access(headers),
        webhook=query.get("fal_webhook") or None,
        longest_queue=_count(query.get("fal_max_queue_length")),
    )


def file_life(headers: Mapping[str, str]) -> int | None:
    """Seconds that a file is to be kept, from either name of the lifecycle header (§10.5).

    0 is for ever; None if nothing is said.

    Raises:
        BadWish: it is not what that header holds.
    """
    said = _lifecycle(headers)
    if "expiration_duration_seconds" not in said:
        return None
    seconds = said["expiration_duration_seconds"] or 0
    if not isinstance(seconds, int) or seconds < 0:
        raise BadWish("Invalid object lifecycle preference")
    return seconds


def file_access(headers: Mapping[str, str]) -> str:
    """Who may read a file without a key: ``allow``, ``forbid`` or ``hide`` it (§10.5).

    Raises:
        BadWish: it is not what that header holds.
    """
    acl = _lifecycle(headers).get("initial_acl") or {}
    access = acl.get("default", "allow") if isinstance(acl, dict) else None
    if access not in ACCESS:
        raise BadWish("Invalid object lifecycle preference")
    return str(access)


def _lifecycle(headers: Mapping[str, str]) -> dict[str, Any]:
    text = headers.get("x-fal-object-lifecycle-preference") or headers.get("x-fal-object-lifecycle")
    try:
        said = parsed(text) if text else {}
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise BadWish("Invalid object lifecycle preference")
    return said


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not SHORTEST_WAIT < seconds < math.inf:
        raise BadWish(f"Invalid request timeout: must be more than {SHORTEST_WAIT} seconds")
    return seconds


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise BadWish("Invalid fal_max_queue_length")
    return int(text)
