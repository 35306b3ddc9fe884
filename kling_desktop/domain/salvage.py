"""What became of a record of jobs that was damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MONEY = (
    "What is lost may have been charged; your fal dashboard shows it, and "
    "`kling-desktop jobs rescue` brings its clips home."
)


@dataclass(frozen=True, slots=True)
class Salvage:
    """How much of a damaged ledger could be read, and where the damaged one is kept."""

    found: int
    """Jobs."""
    lost: int
    """Jobs that are known to have been in it; there may have been more."""
    kept_as: Path

    def __str__(self) -> str:
        money = f" {_MONEY}" if self.lost else ""
        return f"{self.what}{money} Nothing was deleted: the damaged record is {self.kept_as}."

    @property
    def what(self) -> str:
        """What was found, and what is lost at least."""
        lost = f", and {_jobs(self.lost)} could not be" if self.lost else ""
        return (
            f"The record of your jobs was damaged. {_jobs(self.found)} could be read again{lost}."
        )


def _jobs(number: int) -> str:
    return "1 job" if number == 1 else f"{number} jobs"
