"""What the queue's answers say, in types; what makes no sense is never taken for a verdict.

The request may be paid for, so nonsense raises :class:`ServiceDown`: it is asked for again.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.requests import Accepted, LogLine, Phase, RequestResult, RequestStatus
from kling_desktop.fal.model_errors import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.fal.answers import Answer

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
LONGEST_LINE = 500
"""Characters of a log line that are kept."""
MOST_LINES = 200
"""The last lines of a log; older ones have been told before."""
_LONGEST_URL = 2048
_LARGEST_COUNT = 2**53
"""Above it, numbers in JSON are not exact any more, and no count of ours is that large."""


def read_acceptance(answer: Answer) -> Accepted:
    """The request that a submit began.

    Raises:
        SubmitUncertain: the answer does not tell which.
    """
    told = answer.object
    request_id = told.get("request_id")
    if not isinstance(request_id, str) or not REQUEST_ID.fullmatch(request_id):
        raise e.SubmitUncertain("the answer has no request id")
    return Accepted(
        request_id=request_id,
        status_url=_url(told.get("status_url")),
        response_url=_url(told.get("response_url")),
        cancel_url=_url(told.get("cancel_url")),
        queue_position=count(told.get("queue_position")),
    )


def read_object(text: str) -> Mapping[str, Any]:
    """A JSON object, or an empty one where the text is none."""
    try:
        value = parsed(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def read_status(told: Mapping[str, Any]) -> RequestStatus:
    """A status, from the status address or from an event. Raises ServiceDown."""
    if told.get("status") not in list(Phase):
        raise e.ServiceDown("the status makes no sense")
    logs = told.get("logs")
    lines = logs[-MOST_LINES:] if isinstance(logs, list) else []
    metrics = told.get("metrics")
    seconds = metrics.get("inference_time") if isinstance(metrics, dict) else None
    return RequestStatus(
        phase=Phase(told["status"]),
        queue_position=count(told.get("queue_position")),
        logs=tuple(_line(each) for each in lines if isinstance(each, dict)),
        inference_seconds=_seconds(seconds),
        error=_words(told.get("error")),
        error_type=_words(told.get("error_type")),
    )


def read_result(answer: Answer) -> RequestResult:
    """The file that a request made. Raises ServiceDown."""
    video = answer.object.get("video")
    url = video.get("url") if isinstance(video, dict) else None
    if not isinstance(video, dict) or not isinstance(url, str) or not url:
        raise e.ServiceDown("the result has no video")
    return RequestResult(
        url=url,
        content_type=_text(video.get("content_type")),
        file_name=_text(video.get("file_name")),
        file_size=count(video.get("file_size")),
        billable_units=answer.billable_units,
    )


def video_url(told: object) -> str | None:
    """The address of the clip in an output that was kept, or None where there is none."""
    video = told.get("video") if isinstance(told, dict) else None
    return (_url(video.get("url")) or None) if isinstance(video, dict) else None


def count(value: object) -> int | None:
    """A number of things, or None where it is no such number."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= _LARGEST_COUNT else None


def _line(told: Mapping[str, Any]) -> LogLine:
    return LogLine(*(_words(told.get(name)) for name in ("message", "level", "timestamp")))


def _words(value: object) -> str:
    return shorten(value, LONGEST_LINE) if isinstance(value, str) else ""


def _seconds(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value <= _LARGEST_COUNT and math.isfinite(value) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _url(value: object) -> str | None:
    is_url = isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_URL
    return value if is_url and isinstance(value, str) else None
