"""``/queue``: submit, status, result and cancel, as on queue.fal.run (``fal-protocol.md`` §3-8)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.routing import Route

from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.sandbox.addresses import Addresses, app_of
from kling_desktop.sandbox.answers import (
    REQUEST_ID,
    UNITS,
    TooLarge,
    answer,
    foul,
    json_body,
    problem,
)
from kling_desktop.sandbox.weather import Stage, Weather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.line import Line
    from kling_desktop.sandbox.records import Outcome, Record, Requests

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes; leaves room for pictures as ``data:`` addresses."""
_PATH = re.compile(
    r"(?P<endpoint>.+?)/requests/(?P<id>[^/]+)(?:/(?P<verb>status|response|cancel))?"
)
_NOT_FOUND = {"status": "NOT_FOUND"}
_CANCEL_ANSWERS = {
    CancelAnswer.REMOVED: (200, "OK"),
    CancelAnswer.ASKED: (202, "CANCELLATION_REQUESTED"),
    CancelAnswer.TOO_LATE: (400, "ALREADY_COMPLETED"),
}


@dataclass(frozen=True, slots=True)
class QueueRoutes:
    """The four calls of the queue."""

    apps: frozenset[str]
    """``owner/app`` of every endpoint there is."""
    requests: Requests
    files: Files
    line: Line
    weather: Weather
    addresses: Addresses

    def routes(self) -> Sequence[Route]:
        return (
            Route("/{path:path}", self.submit, methods=["POST"]),
            Route("/{path:path}", self.look, methods=["GET"]),
            Route("/{path:path}", self.cancel, methods=["PUT"]),
        )

    async def submit(self, request: Request) -> Response:
        endpoint = request.path_params["path"].strip("/")
        if app_of(endpoint) not in self.apps:
            return problem(404, f"Application '{endpoint.split('/')[-1]}' not found")
        if struck := foul(self.weather, Stage.SUBMIT, endpoint):
            return struck
        try:
            body = await json_body(request, LARGEST_BODY)
        except TooLarge:
            return problem(413, "Request body is too large")
        except ValueError:
            return problem(400, "Request body is not valid JSON", "bad_request")
        record = self.requests.accept(str(uuid4()), endpoint, json.dumps(body))
        self.line.join(record)
        if struck := foul(self.weather, Stage.ACCEPTED, endpoint):
            return struck
        return answer(self._status(record, with_logs=False), headers={REQUEST_ID: record.id})

    async def look(self, request: Request) -> Response:
        """Status or result, as the address ends."""
        record, verb = self._find(request.path_params["path"])
        if record is None:
            return answer(_NOT_FOUND, 404)
        headers = {REQUEST_ID: record.id}
        if verb == "status":
            if struck := foul(self.weather, Stage.STATUS, record.endpoint):
                return struck
            with_logs = request.query_params.get("logs", "") in {"1", "true"}
            code = 200 if record.phase == Phase.COMPLETED else 202
            return answer(self._status(record, with_logs=with_logs), code, headers)
        if verb == "cancel":
            return problem(405, "Method Not Allowed")
        return self._result(record, headers)

    async def cancel(self, request: Request) -> Response:
        record, verb = self._find(request.path_params["path"])
        if record is None or verb != "cancel":
            return answer(_NOT_FOUND, 404)
        code, word = _CANCEL_ANSWERS[self.line.cancel(record)]
        return answer({"status": word}, code, {REQUEST_ID: record.id})

    def _find(self, path: str) -> tuple[Record | None, str | None]:
        match = _PATH.fullmatch(path.strip("/"))
        if match is None:
            return None, None
        try:
            record = self.requests.get(match["id"])
        except KeyError:
            return None, None
        same_app = app_of(record.endpoint) == app_of(match["endpoint"])
        return (record if same_app else None), match["verb"]

    def _status(self, record: Record, *, with_logs: bool) -> dict[str, Any]:
        body = {"status": record.phase, "request_id": record.id}
        body |= self.addresses.request(record.endpoint, record.id)
        outcome = record.outcome
        if record.phase == Phase.QUEUED:
            return {**body, "queue_position": self.line.position(record.id)}
        logs: list[object] | None = (
            [] if with_logs else None
        )  # Kling writes none (kling-facts.md §3)
        if outcome is None:
            return {**body, "logs": logs}
        metrics = {"inference_time": record.seconds}
        return {**body, "logs": logs, "metrics": metrics, **_error(outcome)}

    def _result(self, record: Record, headers: dict[str, str]) -> Response:
        outcome = record.outcome
        if outcome is None:
            return problem(400, "Request is still in progress", headers=headers)
        if struck := foul(self.weather, Stage.RESULT, record.endpoint):
            return struck
        headers = headers | {UNITS: str(outcome.units)}
        if outcome.error_type:
            headers["X-Fal-Error-Type"] = outcome.error_type
        if outcome.clip is None:
            return answer(outcome.body, outcome.status_code, headers)
        file = self.files.get(outcome.clip)
        video = {
            "url": self.addresses.file(file),
            "content_type": file.content_type,
            "file_name": file.name,
            "file_size": file.size,
        }
        return answer({"video": video}, headers=headers)


def _error(outcome: Outcome) -> dict[str, str]:
    """What a status says of a request that failed."""
    if outcome.body is None:
        return {}
    detail = outcome.body["detail"]
    text = detail if isinstance(detail, str) else detail[0]["msg"]
    kind = {"error_type": outcome.error_type} if outcome.error_type else {}
    return {"error": text, **kind}
