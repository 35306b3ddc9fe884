"""What the window needs of dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Dictionary(Protocol):
    """Every call blocks, and one comes at a time."""

    def languages(self) -> tuple[str, ...]:
        """Of which there are dictionaries; none is no failure."""
        ...

    def unknown(self, language: str, words: Iterable[str]) -> set[str]:
        """Those of the words that are not known."""
        ...

    def suggest(self, language: str, word: str) -> list[str]:
        """What may have been meant, the likeliest first."""
        ...

    def add(self, word: str) -> None:
        """Count a word as right from now on. Raises FolderUnusable."""
        ...
