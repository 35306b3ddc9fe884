"""What is known of the work in the window beside its picture and what is painted on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Form:
    """What the panel of settings holds."""

    endpoint: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Of one picture, from when it came until another one comes."""

    picture: bytes = field(default=b"", repr=False)
    """The picture's file as it was given; empty until somebody wants it of one from last time."""
    suffix: str = ".png"
    path: Path | None = None
    """Where it is saved."""
    saved: Form | None = None
    """The settings in the file at ``path``."""
    is_read_only: bool = False
    """A newer program wrote the file: it is saved elsewhere or nowhere."""
    is_changed: bool = False
    """Something that no step of the history tells of is not saved."""
    muted: tuple[str, ...] = ()
    """Rules of the advice that it does not want to be told."""
    jobs: tuple[str, ...] = ()
    """Ids of the jobs that were made from it."""
