"""What a verdict says in plain words: a sentence for each region, and one for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion.asked import title_of
from kling_desktop.domain.motion.verdict import DRIFT, STILL, Took

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kling_desktop.domain.motion.verdict import RegionSeen, Verdict

DRIFTED = "Everything drifted: the brush was probably ignored."
CAMERA = "The rest of the picture moved about as much: the camera may have moved."
_ALIKE = 1.5
"""Up to here regions moved no farther than the rest."""


def words_of(verdict: Verdict, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """A sentence for each region, in their order, and those about the rest.

    ``names`` is what people have called regions, as ``Job.regions``.
    """
    told = (_region(each, title_of(each.number, names)) for each in verdict.regions)
    return (*told, *_rest(verdict))


def _region(region: RegionSeen, name: str) -> str:
    match region.took:
        case Took.YES:
            return f"{name} followed its path ({100 * region.share:.0f} %)."
        case Took.PARTLY:
            return f"{name} followed its path in part ({100 * region.share:.0f} %)."
        case Took.NO if region.is_carried:
            return f"{name} moved only with the whole picture."
        case Took.NO:
            return f"{name} hardly moved."
        case Took.ELSEWHERE:
            return f"{name} moved, but not along its path."
        case Took.UPSIDE_DOWN:
            return f"{name} moved upside down: this endpoint counts from the other edge."
        case _:
            return f"{name} could not be followed."


def _rest(verdict: Verdict) -> Iterator[str]:
    drift = verdict.static_drift
    if drift is not None:
        how = (
            "stayed in its place" if drift <= DRIFT else f"drifted {drift * 100:.1f} % of the width"
        )
        yield f"What should be static {how}."
    if verdict.regions and verdict.ratio < _ALIKE and verdict.outside >= STILL:
        yield DRIFTED if verdict.took in {Took.NO, Took.ELSEWHERE} else CAMERA
