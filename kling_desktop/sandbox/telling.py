"""What the gateway tells of a request: its status and its result (``fal-protocol.md`` §4, §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.requests import Phase
from kling_desktop.sandbox.answers import REQUEST_ID, UNITS, answer, problem
from kling_desktop.sandbox.line import NOT_STARTED
from kling_desktop.sandbox.mishaps import retry_headers

if TYPE_CHECKING:
    from starlette.responses import Response

    from kling_desktop.sandbox.addresses import Addresses
    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.line import Line
    from kling_desktop.sandbox.records import Outcome, Record


@dataclass(frozen=True, slots=True)
class Telling:
    """Puts records into fal's words."""

    files: Files
    line: Line
    addresses: Addresses

    def status(self, record: Record, *, with_logs: bool, since: int = 0) -> dict[str, Any]:
        """The status object; its logs begin after the first ``since`` lines."""
        body = {"status": record.phase, "request_id": record.id}
        body |= self.addresses.request(record.endpoint, record.id)
        outcome = record.outcome
        if record.phase == Phase.QUEUED:
            return {**body, "queue_position": self.line.position(record.id)}
        logs = record.log_lines[since:] if with_logs else None
        if outcome is None:
            return {**body, "logs": logs}
        metrics = {"inference_time": record.seconds}
        return {**body, "logs": logs, "metrics": metrics, **_error(outcome)}

    def result(self, record: Record) -> Response:
        """The bare output, or the model's own error replayed."""
        headers, outcome = {REQUEST_ID: record.id}, record.outcome
        if outcome is None:
            return problem(400, "Request is still in progress", headers=headers)
        headers |= {UNITS: str(outcome.units)}
        if outcome.clip is None:
            kind = {"error_type": outcome.error_type} if outcome.error_type else {}
            body = {**(outcome.body or {}), **kind}
            return answer(body, outcome.status_code, headers | _error_headers(outcome))
        return answer({"video": self._video(outcome.clip)}, headers=headers)

    def payload(self, record: Record) -> dict[str, Any] | None:
        """The output without its headers, or None if there is none."""
        outcome = record.outcome
        if outcome is None or outcome.clip is None:
            return outcome.body if outcome else None
        return {"video": self._video(outcome.clip)}

    def _video(self, clip: str) -> dict[str, Any]:
        file = self.files.get(clip)
        return {
            "url": self.addresses.file(file),
            "content_type": file.content_type,
            "file_name": file.name,
            "file_size": file.size,
        }


def _error_headers(outcome: Outcome) -> dict[str, str]:
    headers = retry_headers(outcome)
    if outcome.error_type:
        headers["X-Fal-Error-Type"] = outcome.error_type
    if outcome.error_type == NOT_STARTED.error_type:
        headers["X-Fal-Request-Timeout-Type"] = "user"
    return headers


def _error(outcome: Outcome) -> dict[str, str]:
    """What a status says of a request that failed."""
    if outcome.body is None:
        return {}
    detail = outcome.body["detail"]
    text = detail if isinstance(detail, str) else detail[0]["msg"]
    kind = {"error_type": outcome.error_type} if outcome.error_type else {}
    return {"error": text, **kind}
