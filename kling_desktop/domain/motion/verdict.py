"""Did the brush take? What was asked for, what was seen, and what to make of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    Way: TypeAlias = Sequence[tuple[float, float]]
    """Displacements from the first frame on, in shares of the picture's width, y downwards."""
    Outline: TypeAlias = Sequence[Sequence[tuple[float, float]]]
    """Polygons; both coordinates in shares of the width."""

STILL = 0.01
"""Share of the width that nobody sees."""
_AGREES, _HALF_AGREES = 0.85, 0.5
_ENOUGH, _SOME = 0.5, 0.2
_CARRIED = 0.25
"""Of its way a region must go more than this by itself."""
DRIFT = 0.01
"""Share of the width by which what is static may move."""


class Took(Enum):
    """What became of a region's way."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    """It stayed where it was."""
    ELSEWHERE = "elsewhere"
    """It moved, but not as asked."""
    UPSIDE_DOWN = "upside down"
    """It went down where up was asked: the endpoint counts y from the other edge."""
    UNKNOWN = "unknown"
    """Too little could be followed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a region was at first."""

    start: tuple[float, float]
    """Where its ways are drawn from, in shares of the width."""
    outline: Outline = ()


@dataclass(frozen=True, slots=True)
class RegionSeen:
    """How a region moved."""

    number: int
    asked: Way
    seen: Way
    followed: float
    """Share of its points that could be followed to the end, 0 to 1."""
    camera: Way = ()
    """How far what is around it would have carried it; empty where that could not be followed."""
    mark: Mark | None = None

    @property
    def agreement(self) -> float:
        """-1 to 1: the cosine between the way asked for and the way seen, over all frames."""
        return _cosine(self.asked, self.seen)

    @property
    def reach(self) -> float:
        """How far it went of what was asked: 1 is all of it."""
        asked, seen = _farthest(self.asked), _farthest(self.seen)
        return seen / asked if asked > 0 else 0.0

    @property
    def share(self) -> float:
        """0 to 1: how much of its path it did."""
        return max(0.0, self.agreement) * min(1.0, self.reach)

    @property
    def is_carried(self) -> bool:
        """Whether it only went where the whole picture went, as a camera makes it."""
        seen = _farthest(self.seen)
        alone = [(x - a, y - b) for (x, y), (a, b) in zip(self.seen, self.camera, strict=False)]
        return bool(alone) and seen >= STILL and _farthest(alone) < max(STILL, _CARRIED * seen)

    @property
    def took(self) -> Took:
        if self.followed < 0.2 or _farthest(self.asked) == 0:
            return Took.UNKNOWN
        if self.is_carried or _farthest(self.seen) < STILL or self.reach < _SOME / 2:
            return Took.NO
        if self.agreement >= _AGREES and self.reach >= _ENOUGH:
            return Took.YES
        if _cosine([(x, -y) for x, y in self.asked], self.seen) > max(self.agreement, _AGREES):
            return Took.UPSIDE_DOWN
        if self.agreement >= _HALF_AGREES and self.reach >= _SOME:
            return Took.PARTLY
        return Took.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a clip shows of the brush."""

    regions: tuple[RegionSeen, ...]
    outside: float
    """How far what is in no region moved at most: share of the width."""
    static_drift: float | None
    """How far what should stay moved at most: share of the width; None without a static region."""
    static_outline: Outline = ()

    @property
    def ratio(self) -> float:
        """How much farther the regions moved than the rest; 1 says that everything moved alike."""
        inside = max((_farthest(each.seen) for each in self.regions), default=0.0)
        return inside / max(self.outside, STILL / 4)

    @property
    def score(self) -> float:
        """0 to 1, for sorting: the mean of what each region did of what it was asked."""
        known = [each for each in self.regions if each.took is not Took.UNKNOWN]
        if not known:
            return 0.0
        return sum(each.share for each in known) / len(known)

    @property
    def took(self) -> Took:
        """What became of all of it."""
        known = {each.took for each in self.regions} - {Took.UNKNOWN}
        if not self.regions and self.static_drift is not None:
            return Took.YES if self.static_drift <= DRIFT else Took.NO
        if not known:
            return Took.UNKNOWN
        if len(known) == 1:
            return known.pop()
        if known & {Took.YES, Took.PARTLY}:
            return Took.PARTLY
        return Took.UPSIDE_DOWN if Took.UPSIDE_DOWN in known else Took.ELSEWHERE

    @property
    def headline(self) -> str:
        """A sentence about all of it."""
        return _HEADLINES[self.took]


_HEADLINES = {
    Took.YES: "The brush took.",
    Took.PARTLY: "The brush took in part.",
    Took.NO: "The brush was ignored.",
    Took.ELSEWHERE: "The brush was not followed: what was painted moved elsewhere.",
    Took.UPSIDE_DOWN: "The brush took upside down: this endpoint counts from the other edge.",
    Took.UNKNOWN: "Whether the brush took could not be seen.",
}


def _farthest(way: Way) -> float:
    return max((math.hypot(x, y) for x, y in way), default=0.0)


def _cosine(one: Way, other: Way) -> float:
    dot = sum(a * c + b * d for (a, b), (c, d) in zip(one, other, strict=False))
    sizes = [math.sqrt(sum(x * x + y * y for x, y in way)) for way in (one, other)]
    return dot / (sizes[0] * sizes[1]) if min(sizes) > 0 else 0.0
