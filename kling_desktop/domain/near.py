"""What a slip of the pen may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 80
"""Characters; to compare what is much longer takes minutes, and finds nothing."""


def nearest(
    word: str, known: Iterable[str], *, most: int = 3, cutoff: float = 0.6
) -> tuple[str, ...]:
    """Those known words that come nearest, the nearest first; none for what is no slip."""
    if len(word) > LONGEST:
        return ()
    return tuple(get_close_matches(word, list(known), most, cutoff))
