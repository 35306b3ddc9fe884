"""All jobs that look at the service at once: together they stay below what it should bear."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOKS_PER_SECOND = 20
"""Of all jobs together. fal names no limit; its own clients ask two to ten times a second for one
job (fal-protocol.md §4), so 200 jobs of ours are no more of a burden than a few of theirs."""
SLOWEST = 16.0
"""How many times slower than usual the jobs look, at most, when the service asks for it."""
_EASE = 0.9


class Crowd:
    """Counts the jobs that look, and slows all of them when the service says that it is too much.

    A 429 doubles everybody's waits; each good answer takes a tenth off again.
    """

    def __init__(self) -> None:
        self._looking = 0
        self._slowness = 1.0

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Take part for a while."""
        self._looking += 1
        try:
            yield
        finally:
            self._looking -= 1

    def spread(self, wait: float) -> float:
        """Seconds to wait until the next look of one job, which would by itself wait ``wait``."""
        return max(wait, self._looking / LOOKS_PER_SECOND) * self._slowness

    def slow_down(self) -> None:
        """The service said that it is too much."""
        self._slowness = min(self._slowness * 2, SLOWEST)

    def ease(self) -> None:
        """The service answered."""
        self._slowness = max(self._slowness * _EASE, 1.0)
