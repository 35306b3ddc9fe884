"""A watched folder: what is wanted of it, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Watched:
    """Each new picture of a folder becomes one clip, with these values for the rest."""

    folder: Path
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    out_dir: Path | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """What somebody reads of it."""

    folder: str = ""
    """Empty while none is watched."""
    begun: int = 0
    """Clips that were begun since."""
    left: int = 0
    """Pictures that were there when it began, and are left alone."""
    stopped: str = ""
    """Why it ended by itself."""
    trouble: str = ""
    """What could not be made of the last picture."""

    def __str__(self) -> str:
        trouble = f" {self.trouble}" if self.trouble else ""
        if self.stopped:
            return f"Not watching: {self.stopped}.{trouble}"
        if not self.folder:
            return ""
        clips = "1 clip" if self.begun == 1 else f"{self.begun} clips"
        there = {
            0: "",
            1: " The picture that was there already is left alone.",
        }.get(self.left, f" The {self.left} pictures that were there already are left alone.")
        return f"Watching {self.folder}: {clips} begun.{there}{trouble}"
