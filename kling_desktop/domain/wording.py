"""What somebody has written before and may want again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text with a name, to be put where the cursor is."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Preset:
    """An endpoint with values of its form, without files; what it does not say is as usual."""

    name: str
    endpoint: str
    values: Mapping[str, Any]


class Steps:
    """Goes through texts, the newest first, and back to what was being written."""

    def __init__(self) -> None:
        self._texts: Sequence[str] = ()
        self._at = -1
        self._draft = ""

    def show(self, texts: Sequence[str]) -> None:
        """These are there now; whoever is among them stays at the same text."""
        shown = self._texts[self._at] if self._at >= 0 else None
        self._texts = texts
        self._at = texts.index(shown) if shown in texts else -1

    def older(self, written: str) -> str | None:
        """The one before ``written``; None where there is none."""
        self._keep(written)
        at = self._at + 1
        if at < len(self._texts) and self._texts[at] == written:
            at += 1  # It would look as if nothing had happened.
        if at >= len(self._texts):
            return None
        self._at = at
        return self._texts[at]

    def newer(self, written: str) -> str | None:
        """The one after it, and at the end the draft; None where that is in sight already."""
        self._keep(written)
        if self._at < 0:
            return None
        self._at -= 1
        return self._texts[self._at] if self._at >= 0 else self._draft

    def _keep(self, written: str) -> None:
        """What was changed since is the draft from now on: nothing that is written gets lost."""
        if self._at < 0 or written != self._texts[self._at]:
            self._draft = written
