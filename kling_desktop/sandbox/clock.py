"""The sandbox's time: real, unless somebody moves it forward to see what expires."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch, perhaps ahead of the real ones."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def move(self, seconds: float) -> None:
        """Let so much time pass at once; it never goes back."""
        self._ahead += max(0.0, seconds)
