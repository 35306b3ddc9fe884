"""Words of a prompt that work against the motion brush."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CALMING = re.compile(
    r"\b(?:slow[- ]?motion|slow(?:ly)?|gent(?:le|ly)|calm(?:ly)?|static)\b", re.IGNORECASE
)
_CAMERA = re.compile(r"\bstatic(?= (?:camera|shot|view)\b)", re.IGNORECASE)
"""A camera that stays is worth saying, in a word that does not hold back what moves."""


def calming(prompt: str) -> tuple[str, ...]:
    """The words that ask for little or no motion, each once, as they are written."""
    return tuple(dict.fromkeys(_CALMING.findall(prompt)))


def without(prompt: str, words: Sequence[str]) -> str:
    """The prompt without them, and without the gaps that they leave."""
    pattern = "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))
    left = _CAMERA.sub(_fixed, prompt)
    left = re.sub(rf"\b(?:{pattern})\b", "", left)
    left = re.sub(r"[ \t]{2,}", " ", left)
    left = re.sub(r"[ \t]+([,.;:!?])", r"\1", left)
    left = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", left)
    return re.sub(r"[,;:]+([.!?])", r"\1", left).strip(" ,;:")


def _fixed(found: re.Match[str]) -> str:
    return "Fixed" if found[0][0].isupper() else "fixed"
