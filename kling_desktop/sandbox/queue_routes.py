"""``/queue``: submit, status, stream, result and cancel, as on queue.fal.run (§3 to §7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.sandbox.addresses import app_of
from kling_desktop.sandbox.answers import REQUEST_ID, answer, problem
from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.fouls import false_error, foul, instead, odd_position, over
from kling_desktop.sandbox.reception import NotAccepted, Reception
from kling_desktop.sandbox.stream import stream_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.records import Record
    from kling_desktop.sandbox.telling import Telling
    from kling_desktop.sandbox.weather import Weather

_PATH = re.compile(
    r"(?P<endpoint>.+?)/requests/(?P<id>[^/]+)"
    r"(?:/(?P<verb>status/stream|status|response|cancel))?"
)
_NOT_FOUND = {"status": "NOT_FOUND"}
_CANCEL_ANSWERS = {
    CancelAnswer.REMOVED: (200, "OK"),
    CancelAnswer.ASKED: (202, "CANCELLATION_REQUESTED"),
    CancelAnswer.TOO_LATE: (400, "ALREADY_COMPLETED"),
}
_EVENT_FAULTS = {Fault.FALSE_ERROR: false_error, Fault.POSITION_CHANGES: odd_position}
"""What the weather does to single events, and not to the stream as a whole."""


@dataclass(frozen=True, slots=True)
class QueueRoutes:
    """The five calls of the queue."""

    reception: Reception
    telling: Telling
    weather: Weather

    def routes(self) -> Sequence[Route]:
        return (
            Route("/{path:path}", self.submit, methods=["POST"]),
            Route("/{path:path}", self.look, methods=["GET"]),
            Route("/{path:path}", self.cancel, methods=["PUT"]),
        )

    async def submit(self, request: Request) -> Response:
        try:
            endpoint = self.reception.endpoint(request)
            if struck := instead(self.weather, Stage.SUBMIT, endpoint):
                return struck
            record = await self.reception.accept(request, endpoint)
        except NotAccepted as refused:
            return refused.response
        self.reception.line.join(record)
        status = self.telling.status(record, with_logs=False)
        good = answer(status, headers={REQUEST_ID: record.id})
        return over(self.weather, Stage.ACCEPTED, endpoint, good)

    async def look(self, request: Request) -> Response:
        """Status, its stream, or the result, as the address ends."""
        record, verb = self._find(request.path_params["path"])
        if record is None:
            return answer(_NOT_FOUND, 404)
        with_logs = request.query_params.get("logs", "").lower() in {"1", "true"}
        match verb:
            case "status":
                code = 200 if record.phase == Phase.COMPLETED else 202
                status = self.telling.status(record, with_logs=with_logs)
                good = answer(status, code, {REQUEST_ID: record.id})
                return over(self.weather, Stage.STATUS, record.endpoint, good)
            case "status/stream":
                return self._stream(record, with_logs=with_logs)
            case "cancel":
                return problem(405, "Method Not Allowed")
            case _:
                good = self.telling.result(record)
                if record.phase != Phase.COMPLETED:
                    return good
                return over(self.weather, Stage.RESULT, record.endpoint, good)

    async def cancel(self, request: Request) -> Response:
        record, verb = self._find(request.path_params["path"])
        if record is None or verb != "cancel":
            return answer(_NOT_FOUND, 404)
        code, word = _CANCEL_ANSWERS[self.reception.line.cancel(record)]
        good = answer({"status": word}, code, {REQUEST_ID: record.id})
        return over(self.weather, Stage.CANCEL, record.endpoint, good)

    def _stream(self, record: Record, *, with_logs: bool) -> Response:
        rule = self.weather.strike(Stage.STREAM, record.endpoint)
        change = _EVENT_FAULTS.get(rule.fault) if rule else None
        requests = self.reception.requests
        good = stream_of(
            record, requests, self.telling, with_logs=with_logs, change=change or (lambda it: it)
        )
        return good if rule is None or change else foul(rule, Stage.STREAM, good)

    def _find(self, path: str) -> tuple[Record | None, str | None]:
        match = _PATH.fullmatch(path.strip("/"))
        if match is None:
            return None, None
        requests = self.reception.requests
        try:
            record = requests.get(match["id"])
        except KeyError:
            return None, None
        is_theirs = app_of(record.endpoint) == app_of(match["endpoint"])
        found = is_theirs and not requests.is_forgotten(record)
        return (record if found else None), match["verb"]
