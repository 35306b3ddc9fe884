"""For how long the service has denied something; each thing has a time of its own."""

from __future__ import annotations

GONE_AFTER = 120.0
"""Seconds that the service must deny something before it counts as gone."""
ASLEEP_AFTER = 300.0
"""Seconds without a look after which the computer has slept, and what was missed begins anew.

On Linux and macOS the monotonic clock sleeps as well; on Windows it does not.
"""


class Absence:
    """One thing that may be missing: a short 404 is no verdict on what may be paid for."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last = 0.0
        """When it was last missed; both are seconds of the monotonic clock."""

    def is_for_good(self, now: float) -> bool:
        """Note that it is missing; True once it has been so for long."""
        if self._since is None or now - self._last > ASLEEP_AFTER:
            self._since = now
        self._last = now
        return now - self._since >= GONE_AFTER

    def is_over(self) -> None:
        """Note that it is there."""
        self._since = None
