"""Jobs as lines of a table that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.money import dollars
from kling_desktop.domain.motion.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kling_desktop.domain.jobs import Job

_HEADER = ("ID", "CREATED", "STATE", "BACKEND", "COST", "PROMPT")
_BACKEND, _PROMPT = 24, 50
"""Characters that are shown at most."""


def _nothing_waits(_job: Job) -> str:
    return ""


def table(jobs: Iterable[Job], waits: Callable[[Job], str] = _nothing_waits) -> Iterator[str]:
    """A header and a line for each job, with columns as wide as they need to be.

    What a job waits for is said in place of its state, if ``waits`` knows anything.
    """
    listed = list(jobs)
    standings = [standing_of(job) for job in listed]
    rows = [_HEADER, *(_row(job, waits(job)) for job in listed)]
    if any(standings):  # A column of its own only where there is something in it.
        cells = ["BRUSH", *(each or "" for each in standings)]
        rows = [(*row[:3], cell, *row[3:]) for row, cell in zip(rows, cells, strict=True)]
    yield from aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with columns as wide as they need to be; the last one is ragged."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for *cells, last in rows:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
        yield "  ".join([*padded, last])


def _row(job: Job, waits: str) -> tuple[str, ...]:
    return (
        job.id,
        f"{job.created_at.astimezone():%Y-%m-%d %H:%M}",
        waits or job.state.value,
        short(urlsplit(job.backend).netloc or job.backend, _BACKEND),
        _cost(job),
        short(job.prompt, _PROMPT),
    )


def _cost(job: Job) -> str:
    if job.backend == "sandbox":
        return "free"
    # What a job on its way waits out says nothing about its price.
    if job.trouble and not job.goes_on and job.trouble.charge == Charge.NO:
        return "-"
    return dollars(job.cost_usd if job.cost_usd is not None else job.estimate_usd)


def short(text: str, limit: int) -> str:
    """One line of printable text."""
    line = "".join(each if each.isprintable() else " " for each in " ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 3] + "..."
