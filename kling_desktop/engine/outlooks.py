"""The outlook of requests under way, with what is usual remembered for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.outlook import Habits, Outlook, habits, outlook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.ports import Ledger

CLIPS = 100
"""Of an endpoint, the newest of which tell what is usual."""
FRESH = 60.0
"""Seconds for which what is usual is not looked up again."""


class Outlooks:
    """Asks the ledger what is usual, once in a while for each endpoint."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now
        self._known: dict[tuple[str, str], tuple[datetime, Habits]] = {}

    def of(self, job: Job) -> Outlook:
        """What to expect of a job."""
        events = self._ledger.history(job.id)
        return outlook(job, events, self._habits(job.backend, job.endpoint), self._now())

    def _habits(self, backend: str, endpoint: str) -> Habits:
        now = self._now()
        at, known = self._known.get((backend, endpoint), (None, Habits()))
        if at is None or (now - at).total_seconds() >= FRESH:
            known = habits(self._ledger.timings(backend, endpoint, CLIPS))
            self._known[backend, endpoint] = (now, known)
        return known
