"""What the check of a brush clip found, as it is drawn over the clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion.verdict_json import brush_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    Place: TypeAlias = tuple[float, float]
    """In shares of the width."""
    Line: TypeAlias = tuple[Place, ...]

NUMBERS = range(1, 7)
"""Of regions that move; the document's own module would load numpy."""
_FAR = 1e6
"""Shares of the frame; nothing that moves is so far outside it."""


@dataclass(frozen=True, slots=True)
class RegionMark:
    """A region of the brush: where it was, where it should go, and where it went."""

    number: int
    words: str
    asked: Line = ()
    seen: Line = ()
    """Places at equal times; empty where an older check kept none."""
    outline: tuple[Line, ...] = ()
    """At the first frame."""


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is drawn and said."""

    headline: str
    regions: tuple[RegionMark, ...] = ()
    rest: tuple[str, ...] = ()
    """Sentences about what is in no region."""
    static: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """All of it in words."""
        return " ".join((self.headline, *(each.words for each in self.regions), *self.rest))


def marks_of(told: Mapping[str, Any] | None) -> Marks | None:
    """The marks of a verdict that was kept; anything in it may lack, or be nonsense."""
    headline, *words = brush_words(told) or ("",)
    if not told or not headline:
        return None
    kept = [each for each in _list(told.get("regions")) if _number(each)]
    lines = words + [""] * (len(kept) - len(words))
    regions = tuple(_region(each, line) for each, line in zip(kept, lines, strict=False))
    rest = tuple(words[len(kept) :])
    return Marks(headline, regions, rest, _outline(told.get("static_outline")))


def at(line: Line, share: float) -> Place:
    """Where on a line of equal times one is after a share of the clip."""
    step = min(max(share, 0.0), 1.0) * (len(line) - 1)
    before = min(int(step), len(line) - 2)
    (x, y), (to_x, to_y) = line[before], line[before + 1]
    return x + (to_x - x) * (step - before), y + (to_y - y) * (step - before)


def _region(kept: Mapping[str, Any], words: str) -> RegionMark:
    start = _place(kept.get("start"))
    if start is None:
        return RegionMark(kept["number"], words)
    asked, seen = (_way(start, kept.get(name)) for name in ("asked", "seen"))
    return RegionMark(kept["number"], words, asked, seen, _outline(kept.get("outline")))


def _number(kept: object) -> bool:
    return isinstance(kept, dict) and kept.get("number") in NUMBERS


def _way(start: Place, steps: object) -> Line:
    found = [_place(each) for each in _list(steps)]
    line = tuple((start[0] + step[0], start[1] + step[1]) for step in found if step is not None)
    return line if len(line) > 1 else ()


def _outline(pieces: object) -> tuple[Line, ...]:
    found = (tuple(filter(None, map(_place, _list(piece)))) for piece in _list(pieces))
    return tuple(piece for piece in found if len(piece) > 2)


def _place(pair: object) -> Place | None:
    match pair:
        case [int() | float() as x, int() | float() as y] if max(abs(x), abs(y)) < _FAR:
            return float(x), float(y)
        case _:  # what is no number, or NaN, as well
            return None


def _list(found: object) -> Sequence[Any]:
    return found if isinstance(found, list | tuple) else ()
