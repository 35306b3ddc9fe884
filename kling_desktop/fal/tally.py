"""How much of a file has gone up, over parts that go side by side and are sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Tally:
    """Counts the bytes of all parts; what it tells never goes back."""

    def __init__(self, total: int, on_progress: Callable[[int, int | None], None]) -> None:
        self._total = total
        self._on_progress = on_progress
        self._parts: dict[int, int] = {}
        self._told = 0

    def begin(self, done: dict[int, int]) -> None:
        """Begin, perhaps anew, with the bytes of the parts that are there already."""
        self._parts = done
        self._tell()

    def moved(self, number: int, sent: int) -> None:
        """Hear how many bytes of a part were sent in the present try."""
        self._parts[number] = sent
        self._tell()

    def _tell(self) -> None:
        done = sum(self._parts.values())
        if done > self._told:
            self._told = done
            self._on_progress(done, self._total)
