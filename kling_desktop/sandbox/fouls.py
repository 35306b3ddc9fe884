"""What the weather makes of an answer (``fal-protocol.md`` §2, §8; ``WEATHER.md``)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from kling_desktop.sandbox.answers import answer, problem
from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.spoilt import (
    Dripping,
    Dropped,
    Endless,
    Halved,
    Late,
    Repeated,
    Rewritten,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.sandbox.weather import Rule, Weather

STRANGER = "http://127.0.0.2:9"
"""Another origin, where nobody listens."""
LOCKED = (
    "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
)
_JUMPS = itertools.cycle((3, 0, 7, 1))
_OFF = 1024 * 1024
"""Bytes by which a wrong size is wrong."""
_NGINX = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_PORTAL = (
    "<!doctype html><html><body><form>Please sign in to use this network.</form></body></html>"
)
_INVALID = [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required", "input": {}}]


def over(weather: Weather, stage: Stage, endpoint: str, good: Response) -> Response:
    """The answer as the weather lets it arrive: ``good`` itself, or foul."""
    rule = weather.strike(stage, endpoint, ON_THE_WIRE)
    return good if rule is None else foul(rule, stage, good)


def instead(weather: Weather, stage: Stage, endpoint: str) -> Response | None:
    """A foul answer where there is no true one yet, or None in good weather."""
    rule = weather.strike(stage, endpoint, ON_THE_WIRE)
    return None if rule is None else foul(rule, stage, Response())


def foul(rule: Rule, stage: Stage, good: Response) -> Response:
    """What a rule makes of an answer."""
    if rule.fault in _INSTEAD:
        return _INSTEAD[rule.fault](rule, stage)
    return _SPOILT[rule.fault](rule, good)


def _page(status: int, reason: str) -> Response:
    return Response(_NGINX.format(f"{status} {reason}"), status, media_type="text/html")


def _not_found(_: Rule, stage: Stage) -> Response:
    match stage:
        case Stage.SUBMIT | Stage.RUN:
            return problem(404, "Application 'kling-video' not found")
        case Stage.DOWNLOAD | Stage.UPLOAD | Stage.INITIATE:
            return problem(404, "File not found")
        case Stage.PLATFORM:
            return answer({"error": {"type": "not_found", "message": "Not found"}}, 404)
        case _:
            return answer({"status": "NOT_FOUND"}, 404)


def _rate_limited(rule: Rule, _: Stage) -> Response:
    headers = {
        "Retry-After": f"{rule.seconds:g}",
        "X-Fal-Needs-Retry": "1",
        "X-Fal-Retryable": "true",  # the header's name until early 2026 (§8.1)
    }
    return problem(
        429, "Too many requests. Please slow down.", "concurrent_requests_limit", headers
    )


def _start_timeout(_rule: Rule, _stage: Stage) -> Response:
    return problem(
        504, "Request timed out", "request_timeout", {"X-Fal-Request-Timeout-Type": "user"}
    )


_INSTEAD: Mapping[Fault, Callable[[Rule, Stage], Response]] = {
    Fault.BAD_REQUEST: lambda *_: problem(400, "Invalid request", "bad_request"),
    Fault.UNAUTHORIZED: lambda *_: problem(401, "No user found for Key ID and Secret"),
    Fault.FORBIDDEN: lambda *_: problem(403, "Access denied for this application."),
    Fault.LOCKED: lambda *_: problem(403, LOCKED),
    Fault.NOT_FOUND: _not_found,
    Fault.INVALID: lambda *_: answer({"detail": _INVALID}, 422),
    Fault.RATE_LIMITED: _rate_limited,
    Fault.SERVER_ERROR: lambda *_: problem(500, "Internal Server Error"),
    Fault.BAD_GATEWAY: lambda *_: _page(502, "Bad Gateway"),
    Fault.UNAVAILABLE: lambda *_: _page(503, "Service Temporarily Unavailable"),
    Fault.GATEWAY_TIMEOUT: lambda *_: problem(504, "Gateway Timeout"),
    Fault.START_TIMEOUT: _start_timeout,
    Fault.PAGE: lambda *_: Response(_PORTAL, media_type="text/html"),
    Fault.NOT_JSON: lambda *_: Response("OK", media_type="text/plain"),
    Fault.EMPTY: lambda *_: Response(b"", media_type="application/json"),
    Fault.ENDLESS: lambda *_: Endless(),
    Fault.REDIRECT: lambda *_: Response(b"", 307, {"Location": f"{STRANGER}/elsewhere"}),
    Fault.DROP: lambda *_: Dropped(),
}
"""Answers that need no true one."""

_SPOILT: Mapping[Fault, Callable[[Rule, Response], Response]] = {
    Fault.CUT: lambda _, good: Halved(good, breaks=True),
    Fault.SHORT: lambda _, good: Halved(good, breaks=False),
    Fault.DRIP: lambda rule, good: Dripping(good, rule.seconds),
    Fault.LATE: lambda rule, good: Late(good, rule.seconds),
    Fault.TWICE: lambda _, good: Repeated(good),
    Fault.FOREIGN_URL: lambda _, good: Rewritten(good, _abroad),
    Fault.BARE_FILE: lambda _, good: Rewritten(good, _bare),
    Fault.WRONG_SIZE: lambda _, good: Rewritten(good, _wrong_size),
    Fault.FALSE_ERROR: lambda _, good: Rewritten(good, false_error),
    Fault.POSITION_CHANGES: lambda _, good: Rewritten(good, odd_position),
}
"""What becomes of a true answer."""

ON_THE_WIRE = frozenset(_INSTEAD) | frozenset(_SPOILT)
"""Faults of a whole answer."""


def _abroad(value: Any) -> Any:
    """The same with every address of ours at another origin."""
    match value:
        case dict():
            return {name: _abroad(each) for name, each in value.items()}
        case str() if value.startswith("http://127.0.0.1:"):
            return STRANGER + "/" + value.removeprefix("http://").partition("/")[2]
        case _:
            return value


def _bare(value: Any) -> Any:
    video = value.get("video")
    return {"video": {"url": video["url"]}} if video else value


def _wrong_size(value: Any) -> Any:
    video = value.get("video")
    return {"video": {**video, "file_size": video["file_size"] + _OFF}} if video else value


def false_error(status: Any) -> Any:
    """A completed status that names an error, whatever the result is."""
    if status.get("status") != "COMPLETED":
        return status
    return {**status, "error": "Runner disconnected", "error_type": "runner_disconnected"}


def odd_position(status: Any) -> Any:
    """A place in the queue that jumps to and fro from one look to the next."""
    if "queue_position" not in status:
        return status
    return {**status, "queue_position": status["queue_position"] + next(_JUMPS)}
