"""What a child of a trial does: live until it dies or sees its disk full, or tell of it all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.helpers.crashes.forks import kill
from tests.helpers.crashes.lives import Life, live
from tests.helpers.crashes.plans import After, At
from tests.helpers.crashes.points import Points

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.crashes.disks import Disk


def doomed(life: Life, strike: At | After) -> None:
    """Die at a point; at an instant, somebody else sees to it."""
    if isinstance(strike, After):
        live(life)
        return

    def die(name: str, nth: int) -> None:
        if (name, nth) == (strike.name, strike.nth):
            kill(os.getpid())

    live(life, Points(die))


def crowded(life: Life, at: At | None, disk: Disk) -> None:
    """Live with a disk that is full from a point on, until somebody makes room."""

    def fill(name: str, nth: int) -> None:
        if at is not None and (name, nth) == (at.name, at.nth):
            disk.fill()

    disk.watch()
    live(life, Points(fill))


def recorded(life: Life, record: Path) -> None:
    """Live to the end, and write down each point on the way."""
    file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(name: str, _nth: int) -> None:
        os.write(file, f"{name}\n".encode())

    live(life, Points(note))
