"""Whether the brush took, in four words: what lists of jobs are sorted and filtered by."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.motion.verdict import Took

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job


class Standing(StrEnum):
    """What became of the brush of a clip; the best one first."""

    TOOK = "took"
    PARTLY = "partly"
    NOT = "not"
    """It was ignored, or what was painted moved elsewhere."""
    UNKNOWN = "unknown"
    """It could not be seen, or nobody has looked yet."""


_OF = {
    Took.YES: Standing.TOOK,
    Took.PARTLY: Standing.PARTLY,
    Took.NO: Standing.NOT,
    Took.ELSEWHERE: Standing.NOT,
    Took.UPSIDE_DOWN: Standing.NOT,
}
_ORDER = tuple(Standing)


def standing_of(job: Job) -> Standing | None:
    """None for a job without a clip, or without a brush."""
    if job.state is not JobState.DONE:
        return None
    if job.brush is not None:
        by_word = {took.value: standing for took, standing in _OF.items()}
        return by_word.get(str(job.brush.get("took")), Standing.UNKNOWN)
    has_brush = job.params.get("dynamic_masks") or job.params.get("static_mask_url")
    return Standing.UNKNOWN if has_brush else None


def brush_rank(job: Job) -> tuple[int, float]:
    """Sorts the best clip first: by standing, then by score; those without a brush come last."""
    standing = standing_of(job)
    if standing is None:
        return len(_ORDER), 0.0
    score = (job.brush or {}).get("score")
    return _ORDER.index(standing), -float(score) if isinstance(score, int | float) else 0.0
