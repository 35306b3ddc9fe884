"""What a trial is, and what comes of one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import JobState


class Full(StrEnum):
    """Which disk is full."""

    STATE = "state"
    CLIPS = "clips"


@dataclass(frozen=True)
class At:
    """Die at a point, at the n-th time."""

    name: str
    nth: int = 1


@dataclass(frozen=True)
class After:
    """Die at an instant, as a share of the usual life."""

    share: float


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Which life is lived, in which weather, and how it is ended before its time."""

    seed: str
    strikes: tuple[At | After, ...] = ()
    """One after the other, each in a program of its own; the one after the last lives on."""
    is_bad: bool = False
    """The weather."""
    listens: bool = True
    cancels: bool = False
    races: bool = False
    lingers: bool = False
    """What is queued waits long enough that the next program sees it wait, and then run."""
    dies: bool = False
    """The program is killed while the disk is full."""
    full: Full | None = None
    """The disk of this folder is full at the point of the strike, and no kill comes."""
    imagined: bool = False
    """The disk is not really full, but says so."""


@dataclass(kw_only=True)
class Outcome:
    """What came of it."""

    trial: Trial
    prompts: tuple[str, ...] = ()
    kills: int = 0
    fills: int = 0
    """How often a disk was full."""
    told: int = 0
    """How often the job said so."""
    points: list[str] = field(default_factory=list)
    """Those that the last life reached, in order."""
    requests: dict[str, str | None] = field(default_factory=dict)
    """By prompt, the request that the ledger knows."""
    states: Counter[JobState] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Everything else that must not be."""
