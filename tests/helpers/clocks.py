"""Time that jumps."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, tzinfo=UTC)
TURNS = 20
"""Turns of the loop before time jumps."""
PATIENCE = 10_000
"""Sleeps after which a test that waits for something impossible is ended."""


class FakeClock:
    """Time that jumps to the next sleeper as soon as everybody else has had a turn."""

    def __init__(self) -> None:
        self.time = START
        """What the clock on the wall shows; a test may set it."""
        self.elapsed = 0.0
        """Seconds that have truly gone by."""
        self.sleeps: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        assert len(self.sleeps) < PATIENCE, "the test waits for something that never comes"
        loop = asyncio.get_running_loop()
        alarm: asyncio.Future[None] = loop.create_future()
        wake_at = self.elapsed + seconds
        heapq.heappush(self._sleepers, (wake_at, len(self.sleeps), alarm))
        loop.call_soon(self._jump, loop, TURNS)
        await alarm

    def _jump(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        if turns:
            loop.call_soon(self._jump, loop, turns - 1)
            return
        while self._sleepers:
            wake_at, _, alarm = heapq.heappop(self._sleepers)
            if not alarm.done():
                passed = max(0.0, wake_at - self.elapsed)
                self.elapsed += passed
                self.time += timedelta(seconds=passed)
                alarm.set_result(None)
                break
