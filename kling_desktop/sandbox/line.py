"""The queue: first come, first served, so many at a time, and nobody forgotten after a restart."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kling_desktop.sandbox.records import Record, Requests
    from kling_desktop.sandbox.weather import Rule, Weather

    Produce = Callable[[Record, Rule | None], Awaitable[Outcome]]

LIMITS = range(2, 41)
"""How many requests of an account may run at once (``fal-protocol.md`` §9.4)."""
CANCELLED = Outcome(
    499, {"detail": "Request cancelled by the client."}, error_type="client_cancelled"
)
NOT_STARTED = Outcome(504, {"detail": "Request timed out"}, error_type="request_timeout")
"""The caller's own deadline for the start has passed (§3.2)."""
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
    is_low: bool = False
    stuck: bool = False


class Bell:
    """Rings for everybody who waits at that moment."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self) -> None:
        await self._rung.wait()


class Line:
    """Who waits and who runs; :meth:`run` serves them."""

    def __init__(
        self,
        requests: Requests,
        produce: Produce,
        *,
        pace: Pace,
        weather: Weather,
        limit: int = LIMITS[0],
    ) -> None:
        self._requests = requests
        self._produce = produce
        self._pace = pace
        self._weather = weather
        self._waiting: list[_Place] = []
        self._running = 0
        self._sent_back: set[str] = set()
        self.limit = limit
        self.bell = Bell()
        """Rings whenever a request moves, in the line or out of it."""
        self.on_finish: Callable[[Record], None] = lambda _: None

    @property
    def is_full(self) -> bool:
        """Whether as many run as may."""
        return self._running >= self.limit

    @property
    def length(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def set_limit(self, limit: int) -> None:
        """Let another number run at once from now on; what runs already goes on."""
        self.limit = limit
        self.bell.ring()

    def join(self, record: Record, *, at_once: bool = False) -> None:
        """Put a request at the end of the line, or past it to where it may start at once."""
        now = asyncio.get_running_loop().time()
        place = _Place(record.id, now if at_once else now + self._pace.wait, bool(record.is_low))
        rule = self._weather.strike(Stage.QUEUE, record.endpoint)
        if rule and rule.fault is Fault.SLOW_QUEUE:
            place = replace(place, ready_at=place.ready_at + rule.seconds)
        if rule and rule.fault is Fault.STUCK_QUEUE:
            place = replace(place, stuck=True)
        self._stand(place, first=at_once)
        if record.deadline is not None:
            left = max(0.0, record.deadline - self._requests.now())
            asyncio.get_running_loop().call_later(left, self._too_late, record.id)

    def position(self, request_id: str) -> int:
        """How many wait ahead of it."""
        return [place.request_id for place in self._waiting].index(request_id)

    def cancel(self, record: Record) -> CancelAnswer:
        """Take a request out of the line; one that runs goes on, as Kling's do."""
        match record.phase:
            case Phase.QUEUED:
                self._leave(record.id, CANCELLED)
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
        async with asyncio.TaskGroup() as group:
            while True:
                record = self._requests.begin(await self._next())
                self._running += 1
                self.bell.ring()
                group.create_task(self._process(record)).add_done_callback(self._free)

    def _stand(self, place: _Place, *, first: bool = False) -> None:
        self._waiting.insert(0 if first else len(self._waiting), place)
        # Sorting keeps the order of those that are equal: low priority waits behind normal.
        self._waiting.sort(key=lambda each: each.is_low)
        self.bell.ring()

    def _leave(self, request_id: str, outcome: Outcome) -> None:
        """Out of the line without having run."""
        del self._waiting[self.position(request_id)]
        self._finish(request_id, outcome)

    def _too_late(self, request_id: str) -> None:
        if any(place.request_id == request_id for place in self._waiting):
            self._leave(request_id, NOT_STARTED)

    async def _next(self) -> str:
        """Wait until somebody may start, and take them out of the line."""
        now = asyncio.get_running_loop().time
        while True:
            first = next((place for place in self._waiting if not place.stuck), None)
            if first and not self.is_full and first.ready_at <= now():
                self._waiting.remove(first)
                return first.request_id
            wake_at = first.ready_at if first and not self.is_full else None
            with suppress(TimeoutError):
                async with asyncio.timeout_at(wake_at):
                    await self.bell.wait()

    async def _process(self, record: Record) -> None:
        earliest = asyncio.get_running_loop().time() + self._pace.run
        rule = self._weather.strike(Stage.MODEL, record.endpoint)
        if rule and rule.fault is Fault.REQUEUED and record.id not in self._sent_back:
            return await self._send_back(record)
        if rule and rule.fault is Fault.SLOW_MODEL:
            earliest += rule.seconds
        outcome = await self._outcome(record, rule)
        if outcome.clip:
            await asyncio.sleep(earliest - asyncio.get_running_loop().time())
        return self._finish(record.id, outcome)

    async def _outcome(self, record: Record, rule: Rule | None) -> Outcome:
        try:
            return await self._produce(record, rule)
        except Exception:  # noqa: BLE001 - a request ends, whatever happens to it
            _log.exception("request %s failed", record.id)
            return Outcome(500, {"detail": "Internal Server Error"})

    async def _send_back(self, record: Record) -> None:
        """The runner is gone after a moment; another will take the request (§9.3)."""
        self._sent_back.add(record.id)
        await asyncio.sleep(self._pace.run)
        self._requests.send_back(record.id)
        ready_at = asyncio.get_running_loop().time() + self._pace.wait
        self._stand(_Place(record.id, ready_at, bool(record.is_low)), first=True)

    def _finish(self, request_id: str, outcome: Outcome) -> None:
        self._requests.finish(request_id, outcome)
        self.bell.ring()
        self.on_finish(self._requests.get(request_id))

    def _free(self, _: asyncio.Task[None]) -> None:
        self._running -= 1
        self.bell.ring()
