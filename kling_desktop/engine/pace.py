"""How long to wait: between two looks at a request, and after something did not work."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_RETRY = 60.0
"""Seconds; a job that waits for the network looks again at least this often."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between looks: eager at first, then easier (``fal-protocol.md`` §4: 1-2 s is polite).

    The jitter spreads many jobs, so that they do not ask in step.
    """

    first: float = 1.0
    longest: float = 5.0
    growth: float = 1.25
    searches: tuple[float, ...] = (1.0, 3.0, 6.0, 15.0, 30.0)
    """Seconds before each search for a request in the list of them, which may lag."""
    jitter: Callable[[], float] = random.random

    def looks(self) -> Iterator[float]:
        """Waits between one look at a request and the next, without end."""
        wait = self.first
        while True:
            yield wait * (0.85 + 0.3 * self.jitter())
            wait = min(wait * self.growth, self.longest)

    def retries(self) -> Iterator[float]:
        """Waits after the first, second, third ... failure in a row, without end."""
        wait = self.first
        while True:
            yield wait * (0.75 + 0.5 * self.jitter())
            wait = min(wait * 2, LONGEST_RETRY)
