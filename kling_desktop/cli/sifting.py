"""Which jobs a list shows, and in which order."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.standing import Standing, brush_rank, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kling_desktop.domain.jobs import Job


class Sort(StrEnum):
    """What comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    BRUSH = "brush"
    """Where the brush took best; without a brush last."""
    COST = "cost"
    """What cost most."""


STANDINGS = tuple(each.value for each in Standing)
SORTS = tuple(each.value for each in Sort)


def sifted(
    newest_first: Iterable[Job], standing: str | None, sort: str, limit: int | None
) -> Sequence[Job]:
    """Those jobs, in that order, and no more than so many of them."""
    found = [job for job in newest_first if standing is None or standing_of(job) == standing]
    match sort:
        case Sort.OLDEST:
            found.reverse()
        case Sort.BRUSH:
            found.sort(key=brush_rank)
        case Sort.COST:
            found.sort(key=_cost, reverse=True)
        case _:
            pass
    return found[:limit]


def _cost(job: Job) -> Decimal:
    cost = job.cost_usd if job.cost_usd is not None else job.estimate_usd
    return Decimal(0) if cost is None or job.backend == "sandbox" else cost
