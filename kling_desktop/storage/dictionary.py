"""The dictionaries of the system, through Enchant where it is there, and the user's own words.

Enchant is what desktops share their dictionaries by: Hunspell's and Aspell's on Linux, the system's
own on macOS; its wheels for Windows and macOS bring the library along. Where it is missing, or
there are no dictionaries, there is no language, and nobody hears of it.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from kling_desktop.storage.disk import write_whole, writing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

log = logging.getLogger(__name__)

MOST = 6
"""Suggestions for a word."""
_MOST_OWN = 1_000_000
"""Bytes of the user's own words that are read."""


class SystemDictionary:
    """Satisfies ``ui.spelling.port.Dictionary``; every call blocks, and one comes at a time."""

    def __init__(self, own: Path) -> None:
        self._own_path = own
        self._own: set[str] | None = None
        self._books: dict[str, Any] = {}

    def languages(self) -> tuple[str, ...]:
        """Of which there are dictionaries, such as ``en_GB``; none where Enchant is missing."""
        try:
            import enchant
        except (ImportError, OSError) as error:  # the library of the system is missing, or broken
            log.info("no spelling reason=%s", type(error).__name__)
            return ()
        return tuple(sorted(enchant.list_languages()))

    def unknown(self, language: str, words: Iterable[str]) -> set[str]:
        """Those of the words that neither the dictionary nor the user knows."""
        own, book = self._words(), self._book(language)
        if book is None:
            return set()
        return {each for each in words if each.casefold() not in own and not book.check(each)}

    def suggest(self, language: str, word: str) -> list[str]:
        """What may have been meant, the likeliest first."""
        book = self._book(language)
        return [] if book is None else list(book.suggest(word))[:MOST]

    def add(self, word: str) -> None:
        """Count a word as right from now on, in every language. Raises FolderUnusable."""
        own = self._words() | {word.casefold()}
        text = "\n".join(sorted(own)) + "\n"
        with writing():
            self._own_path.parent.mkdir(parents=True, exist_ok=True)
            part = self._own_path.with_name(f".{self._own_path.name}.{os.getpid()}.part")
            write_whole(self._own_path, text.encode(), part=part)
        self._own = own

    def _words(self) -> set[str]:
        if self._own is None:
            try:
                with self._own_path.open("rb") as file:
                    text = file.read(_MOST_OWN).decode(errors="replace")
            except OSError:
                text = ""
            self._own = {each.strip().casefold() for each in text.splitlines() if each.strip()}
        return self._own

    def _book(self, language: str) -> Any:
        if language not in self._books:
            self._books[language] = _opened(language)
        return self._books[language]


def _opened(language: str) -> Any:
    """Enchant's dictionary; None where it has gone, or cannot be read."""
    import enchant

    try:
        return enchant.Dict(language)
    except enchant.errors.Error as error:
        log.info("no dictionary language=%s reason=%s", language, type(error).__name__)
        return None
