"""The queue: first come, first served, two at a time, and nobody forgotten after a restart."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.sandbox.records import Outcome
from kling_desktop.sandbox.weather import Fault, Stage, Weather

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kling_desktop.sandbox.records import Record, Requests

AT_ONCE = 2
"""Requests that run at the same time (``fal-protocol.md`` §16)."""
CANCELLED = Outcome(
    499, {"detail": "Request cancelled by the client."}, error_type="client_cancelled"
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take at the least."""

    wait: float = 1.0
    """Seconds in the queue."""
    run: float = 2.0
    """Seconds of running."""

    @classmethod
    def at(cls, speed: float) -> Pace:
        return cls(cls().wait / speed, cls().run / speed)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the line."""

    request_id: str
    ready_at: float
    """Loop time before which it does not start."""
    stuck: bool = False


class Line:
    """Who waits and who runs; :meth:`run` serves them."""

    def __init__(
        self,
        requests: Requests,
        produce: Callable[[Record], Awaitable[Outcome]],
        *,
        pace: Pace,
        weather: Weather,
    ) -> None:
        self._requests = requests
        self._produce = produce
        self._pace = pace
        self._weather = weather
        self._waiting: list[_Place] = []
        self._changed = asyncio.Event()

    def join(self, record: Record) -> None:
        """Put a request at the end of the line."""
        ready_at = asyncio.get_running_loop().time() + self._pace.wait
        rule = self._weather.strike(Stage.QUEUE, record.endpoint)
        if rule and rule.fault is Fault.SLOW_QUEUE:
            ready_at += rule.seconds
        stuck = rule is not None and rule.fault is Fault.STUCK_QUEUE
        self._waiting.append(_Place(record.id, ready_at, stuck))
        self._changed.set()

    def position(self, request_id: str) -> int:
        """How many wait ahead of it."""
        return [place.request_id for place in self._waiting].index(request_id)

    def cancel(self, record: Record) -> CancelAnswer:
        """Take a request out of the line; one that runs goes on, as Kling's do."""
        match record.phase:
            case Phase.QUEUED:
                del self._waiting[self.position(record.id)]
                self._requests.finish(record.id, CANCELLED)
                self._changed.set()
                return CancelAnswer.REMOVED
            case Phase.RUNNING:
                return CancelAnswer.ASKED
            case _:
                return CancelAnswer.TOO_LATE

    def resume(self) -> None:
        """Put those back in the line whom an earlier process left waiting or running."""
        for record in self._requests.unfinished():
            self._requests.send_back(record.id)
            self.join(record)

    async def run(self) -> None:
        """Serve the line until cancelled."""
        slots = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as running:
            while True:
                await slots.acquire()
                record = self._requests.begin(await self._next())
                task = running.create_task(self._process(record))
                task.add_done_callback(lambda _: slots.release())

    async def _next(self) -> str:
        """Wait until somebody may start, and take them out of the line."""
        now = asyncio.get_running_loop().time
        while True:
            self._changed.clear()
            first = next((place for place in self._waiting if not place.stuck), None)
            if first and first.ready_at <= now():
                self._waiting.remove(first)
                return first.request_id
            with suppress(TimeoutError):
                async with asyncio.timeout_at(first.ready_at if first else None):
                    await self._changed.wait()

    async def _process(self, record: Record) -> None:
        earliest = asyncio.get_running_loop().time() + self._pace.run
        try:
            outcome = await self._produce(record)
        except Exception:  # noqa: BLE001 - a request ends, whatever happens to it
            _log.exception("request %s failed", record.id)
            outcome = Outcome(500, {"detail": "Internal Server Error"})
        if outcome.clip:
            await asyncio.sleep(earliest - asyncio.get_running_loop().time())
        self._requests.finish(record.id, outcome)
