"""A ledger as an earlier program has left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.paths import Places
from kling_desktop.wiring import open_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job


def keep(home: Path, *jobs: Job) -> None:
    """Put jobs into the ledger of a home folder."""
    ledger = open_ledger(Places(home, home / "clips"))
    for job in jobs:
        ledger.add(job, "test")
    ledger.close()
