"""Which pieces of a prompt are words that a dictionary may be asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST: Final = 60
"""Letters; what is longer is no word."""
_SHORTEST: Final = 2
_EAST: Final = 0x2E80
"""From this letter on scripts write no spaces between words, and dictionaries know single words."""
_PIECE: Final = re.compile(
    r"""
    (?P<skip> \w+://\S+ | www\.\S+ | \S+@\S+\.\w+      # addresses
      | [$@\#]\w+                                       # $name, @Element1
      | \w*[\d_]\w* )                                   # whatever has a number in it
    | (?P<word> [^\W\d_]+ (?: ['\N{RIGHT SINGLE QUOTATION MARK}] [^\W\d_]+ )* )
    | (?P<brace> [{}] )
    """,
    re.X,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def words_in(text: str) -> Iterator[Word]:
    """The words of a text, without braces and all in them, ``$names``, addresses and numbers."""
    depth = 0
    for piece in _PIECE.finditer(text):
        if (brace := piece["brace"]) is not None:
            depth = max(0, depth + (1 if brace == "{" else -1))
        elif depth == 0 and (word := piece["word"]) is not None and _is_word(word):
            yield Word(piece.start(), word)


def plain(word: str) -> str:
    """A word as dictionaries write it."""
    return word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def best_language(found: Sequence[str], wanted: Sequence[str]) -> str:
    """Of the dictionaries there are the one that is wanted most; empty if there is none.

    After the languages of the system comes English, in which most prompts are written.
    """
    known = {each.replace("-", "_"): each for each in sorted(found)}
    for each in (*(one.replace("-", "_") for one in wanted), "en_US", "en_GB", "en"):
        if each in known:
            return known[each]
        language = each.partition("_")[0]
        near = [name for name in known if name.partition("_")[0] == language]
        if near:
            usual = f"{language}_{language.upper()}"
            return known[usual if usual in near else near[0]]
    return next(iter(known.values()), "")


def _is_word(text: str) -> bool:
    """Single letters, initials and scripts without spaces are not asked about."""
    if not _SHORTEST <= len(text) <= LONGEST or any(ord(each) >= _EAST for each in text):
        return False
    return not (text.isupper() and len(text) <= 5)
