"""Words of a prompt that work against the motion brush."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CALMING = re.compile(r"\b(?:slow(?:ly)?|gent(?:le|ly)|calm(?:ly)?|static)\b", re.IGNORECASE)


def calming(prompt: str) -> tuple[str, ...]:
    """The words that ask for little or no motion, each once, as they are written."""
    return tuple(dict.fromkeys(_CALMING.findall(prompt)))


def without(prompt: str, words: Sequence[str]) -> str:
    """The prompt without them, and without the gaps that they leave."""
    pattern = "|".join(re.escape(each) for each in words)
    left = re.sub(rf"\b(?:{pattern})\b", "", prompt)
    left = re.sub(r"[ \t]{2,}", " ", left)
    left = re.sub(r"[ \t]+([,.;:!?])", r"\1", left)
    return re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", left).strip(" ,;:")
