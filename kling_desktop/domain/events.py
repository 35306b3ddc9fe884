"""What the engine tells whoever listens: frozen facts, one class each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kling_desktop.domain.holders import Holder
    from kling_desktop.domain.jobs import Job, JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.domain.salvage import Salvage
    from kling_desktop.domain.watched import WatchStatus


@dataclass(frozen=True, slots=True)
class JobAdded:
    """A new job is in the ledger."""

    job: Job


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job has another state or other facts; the ledger already has them."""

    job: Job


class Direction(StrEnum):
    """Which way bytes move."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class BytesMoved:
    """Progress of a transfer; not kept in the ledger."""

    job_id: JobId
    direction: Direction
    done: int
    total: int | None
    """Bytes; the total is None while it is not known."""


@dataclass(frozen=True, slots=True)
class RequestLogged:
    """The model wrote a line while it worked; not kept in the ledger."""

    job_id: JobId
    message: str


@dataclass(frozen=True, slots=True)
class SteeringChanged:
    """The line of waiting jobs is paused or goes on, or has another limit."""

    steering: Steering


@dataclass(frozen=True, slots=True)
class HolderChanged:
    """More is known of the account in use: jobs of another key are its own after all."""

    holder: Holder


@dataclass(frozen=True, slots=True)
class Searched:
    """The search for an uncertain job's request has begun, or has ended."""

    job_id: JobId
    under_way: bool


@dataclass(frozen=True, slots=True)
class LedgerSalvaged:
    """The record of jobs was damaged; this is what became of it."""

    news: Salvage


@dataclass(frozen=True, slots=True)
class WatchTold:
    """Something happened in a watched folder, or it is no longer watched."""

    status: WatchStatus


Event = (
    JobAdded
    | JobChanged
    | BytesMoved
    | RequestLogged
    | SteeringChanged
    | HolderChanged
    | Searched
    | LedgerSalvaged
    | WatchTold
)
