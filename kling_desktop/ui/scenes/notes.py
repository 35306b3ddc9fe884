"""Which scenes somebody likes, and which were used lately."""

from __future__ import annotations

from typing import Any, Final

RECENT: Final = 6
MOST: Final = 400
"""Favourites that are remembered; more come from damaged notes alone."""


class SceneNotes:
    """Kept from one window to the next; the newest first."""

    def __init__(self) -> None:
        self.favourites: list[str] = []
        self.recent: list[str] = []

    def star(self, scene: str) -> None:
        """Make it a favourite, or one no more."""
        if scene in self.favourites:
            self.favourites.remove(scene)
        else:
            self.favourites.append(scene)

    def note_use(self, scene: str) -> None:
        """It was chosen."""
        self.recent = [scene, *(each for each in self.recent if each != scene)][:RECENT]

    def notes(self) -> dict[str, list[str]]:
        """What the next window has to know."""
        return {"favourites": self.favourites, "recent": self.recent}

    def restore(self, notes: object) -> None:
        """Take what an earlier window knew; odd notes are passed over."""
        told: dict[str, Any] = notes if isinstance(notes, dict) else {}
        self.favourites = _texts(told.get("favourites"))[:MOST]
        self.recent = _texts(told.get("recent"))[:RECENT]


def _texts(notes: object) -> list[str]:
    given = notes if isinstance(notes, list) else []
    return list(dict.fromkeys(each for each in given if isinstance(each, str)))
