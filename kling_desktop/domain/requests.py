"""What the provider says of a request, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RequestRef:
    """A request at the provider; all Kling versions share one namespace, so both parts matter."""

    endpoint: str
    request_id: str


class Phase(StrEnum):
    """The three states that fal's queue has (``fal-protocol.md`` §4)."""

    QUEUED = "IN_QUEUE"
    RUNNING = "IN_PROGRESS"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """One answer of the status address."""

    phase: Phase
    queue_position: int | None = None
    """Requests ahead of this one."""


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
