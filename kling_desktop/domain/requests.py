"""What the provider says of a request, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RequestRef:
    """A request at the provider; all Kling versions share one namespace, so both parts matter.

    The addresses are those that the provider named when it accepted the request. They are followed
    only where they lie at the configured backend; otherwise they are built from the two parts.
    """

    endpoint: str
    request_id: str
    status_url: str | None = None
    response_url: str | None = None
    cancel_url: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a submit: from here on the request may cost money."""

    request_id: str
    status_url: str | None = None
    response_url: str | None = None
    cancel_url: str | None = None
    queue_position: int | None = None
    """Requests ahead of this one."""


class Phase(StrEnum):
    """The three states that fal's queue has (``fal-protocol.md`` §4)."""

    QUEUED = "IN_QUEUE"
    RUNNING = "IN_PROGRESS"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that the model wrote while it worked; Kling's write none so far."""

    message: str
    level: str = ""
    timestamp: str = ""
    """As fal writes it: ISO 8601."""


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """One answer of the status address, or one event of the status stream."""

    phase: Phase
    queue_position: int | None = None
    """Requests ahead of this one."""
    logs: tuple[LogLine, ...] = ()
    """Lines so far when asked for; lines since the last event when told by the stream."""
    inference_seconds: float | None = None
    """How long the model worked, once it is completed."""
    error: str = ""
    error_type: str = ""
    """What a completed request failed by; the result alone tells whether it did."""


@dataclass(frozen=True, slots=True)
class RequestResult:
    """The file that a finished request made; only its address is certain."""

    url: str
    content_type: str | None = None
    file_name: str | None = None
    file_size: int | None = None
    """Bytes."""
    billable_units: Decimal | None = None
    """Seconds billed, from ``X-Fal-Billable-Units``."""


@dataclass(frozen=True, slots=True)
class BilledRequest:
    """What the account was billed for one request."""

    request_id: str
    usd: Decimal
    units: Decimal | None
    """In the endpoint's unit: seconds, for clips."""
    at: datetime


@dataclass(frozen=True, slots=True)
class PastRequest:
    """An entry of the account's list of requests."""

    endpoint: str
    request_id: str
    sent_at: datetime
    status_code: int | None = None
    """None while it is under way."""
    body: Mapping[str, Any] | None = None
    """Its input, if the provider has kept it."""
    result_url: str | None = None
    """The file that it made, if the provider has kept its output."""
    has_entry: bool = True
    """False for a request that is in no list: its time is not known then."""

    @property
    def has_ended(self) -> bool:
        return self.status_code is not None

    @property
    def prompt(self) -> str:
        """What people know it by."""
        body = self.body or {}
        return str(body.get("prompt") or body.get("effect_scene") or "")


class CancelAnswer(StrEnum):
    """What became of a wish to cancel."""

    REMOVED = "removed"
    """It was still in the queue: never processed, not billed."""
    ASKED = "asked"
    """It was running: it may still finish, and may be billed."""
    TOO_LATE = "too_late"
    """It had finished before."""
    UNKNOWN = "unknown"
    """The provider does not know the request."""
