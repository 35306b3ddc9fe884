"""``/run``: one call that waits for its result, as on fal.run (``fal-protocol.md`` §1, §8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from kling_desktop.domain.requests import Phase
from kling_desktop.sandbox.answers import problem
from kling_desktop.sandbox.faults import Stage, comes_first
from kling_desktop.sandbox.fouls import foul
from kling_desktop.sandbox.reception import NotAccepted, Reception

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from kling_desktop.sandbox.records import Record
    from kling_desktop.sandbox.telling import Telling
    from kling_desktop.sandbox.weather import Weather


@dataclass(frozen=True, slots=True)
class RunRoutes:
    """The synchronous call; it does not wait in the queue, and has no place there."""

    reception: Reception
    telling: Telling
    weather: Weather

    def routes(self) -> Sequence[Route]:
        return (Route("/{path:path}", self.run, methods=["POST"]),)

    async def run(self, request: Request) -> Response:
        try:
            endpoint = self.reception.endpoint(request)
            rule = self.weather.strike(Stage.RUN, endpoint)
            if rule and comes_first(rule.fault):
                return foul(rule, Stage.RUN, Response())
            if self.reception.line.is_full:
                return _too_many()
            record = await self.reception.accept(request, endpoint)
        except NotAccepted as refused:
            return refused.response
        self.reception.line.join(record, at_once=True)
        good = self.telling.result(await self._finished(record))
        return foul(rule, Stage.RUN, good) if rule else good

    async def _finished(self, record: Record) -> Record:
        """The request once it has ended; it goes on if the caller does not wait for it."""
        bell = self.reception.line.bell
        while (now := self.reception.requests.get(record.id)).phase != Phase.COMPLETED:
            await bell.wait()
        return now


def _too_many() -> Response:
    headers = {"X-Fal-Needs-Retry": "1", "X-Fal-Retryable": "true"}
    return problem(429, "Concurrent requests limit reached", "concurrent_requests_limit", headers)
