"""A verdict on a clip as it is kept and as scripts read it: figures, words, and ways in tenths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion.verdict import Took
from kling_desktop.domain.motion.verdict_words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.motion.verdict import Outline, RegionSeen, Verdict, Way

TENTHS = 10


def verdict_json(verdict: Verdict, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Ways are displacements at every tenth of the clip, in shares of the picture's width.

    Starts and outlines are places in the first frame, both coordinates in shares of the width.
    ``names`` is as ``Job.regions``.
    """
    drift = verdict.static_drift
    return {
        "took": verdict.took.value,
        "headline": verdict.headline,
        "words": list(words_of(verdict, names)),
        "score": round(verdict.score, 3),
        "ratio": round(verdict.ratio, 2),
        "outside": round(verdict.outside, 4),
        "static_drift": None if drift is None else round(drift, 4),
        "static_outline": _outline(verdict.static_outline),
        "regions": [_region(each) for each in verdict.regions],
    }


def is_judged(told: dict[str, Any]) -> bool:
    """Whether enough could be seen to say anything."""
    return bool(told["took"] != Took.UNKNOWN.value)


def brush_words(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The sentences of a verdict that was kept, the one about all of it first; any may lack."""
    if not told:
        return ()
    words = told.get("words")
    lines = [told.get("headline"), *(words if isinstance(words, list) else ())]
    return tuple(each for each in lines if isinstance(each, str) and each)


def _region(region: RegionSeen) -> dict[str, Any]:
    return {
        "number": region.number,
        "took": region.took.value,
        "agreement": round(region.agreement, 3),
        "reach": round(region.reach, 3),
        "followed": round(region.followed, 3),
        "asked": _tenths(region.asked),
        "seen": _tenths(region.seen),
        "start": None if region.mark is None else _place(region.mark.start),
        "outline": _outline(region.mark.outline if region.mark else ()),
    }


def _place(place: tuple[float, float]) -> list[float]:
    return [round(place[0], 4), round(place[1], 4)]


def _outline(outline: Outline) -> list[list[list[float]]]:
    return [[_place(each) for each in piece] for piece in outline]


def _tenths(way: Way) -> list[list[float]]:
    if not way:
        return []
    places = (round(step * (len(way) - 1) / TENTHS) for step in range(TENTHS + 1))
    return [[round(x, 4), round(y, 4)] for x, y in (way[place] for place in places)]
