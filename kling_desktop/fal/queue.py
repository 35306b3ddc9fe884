"""fal's queue: submit a request once, then ask after it as often as it takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.domain.refusals import UnknownApp
from kling_desktop.domain.requests import CancelAnswer, Phase, RequestResult, RequestStatus
from kling_desktop.fal import errors
from kling_desktop.fal.wire import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.requests import RequestRef
    from kling_desktop.fal.answers import Answer
    from kling_desktop.fal.wire import Wire

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ENDPOINT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")


class Queue:
    """Requests at one backend.

    Addresses are always built from the backend, never taken from answers: a sandbox comes back on
    another port, and an address from an answer is a place to send the key to.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def submit(self, endpoint: str, body: Mapping[str, Any]) -> str:
        """POST once; see ``Provider.submit``."""
        url = f"{self._wire.backend.queue}/{_checked(endpoint)}"
        try:
            answer = await self._wire.call("POST", url, body=body, lane=Lane.SUBMITS)
        except e.NetworkDown:
            raise
        except e.Transient as error:
            raise e.SubmitUncertain(error.detail) from None
        if not answer.is_fine:
            raise errors.submit_error(answer)
        request_id = answer.object.get("request_id")
        if not isinstance(request_id, str) or not _REQUEST_ID.fullmatch(request_id):
            raise e.SubmitUncertain("the answer has no request id")
        return request_id

    async def status(self, ref: RequestRef) -> RequestStatus:
        """Look once; see ``Provider.status``."""
        answer = await self._wire.call("GET", self._address(ref) + "/status")
        if not answer.is_fine:
            raise errors.status_error(answer)
        told = answer.object.get("status")
        if told not in list(Phase):
            # The request may be paid for, so nonsense is no verdict: ask again.
            raise e.ServiceDown("the status makes no sense")
        position = answer.object.get("queue_position")
        return RequestStatus(Phase(told), _count(position))

    async def result(self, ref: RequestRef) -> RequestResult:
        """Fetch once; see ``Provider.result``."""
        answer = await self._wire.call("GET", self._address(ref))
        if answer.is_fine:
            return _result(answer)
        failure = errors.claimed_failure(answer)
        if failure is not None and await self._admits_failure(ref):
            raise failure
        raise errors.result_error(answer)

    async def cancel(self, ref: RequestRef) -> CancelAnswer:
        """Ask once; see ``Provider.cancel``."""
        answer = await self._wire.call("PUT", self._address(ref) + "/cancel")
        match answer.status, answer.object.get("status"):
            case 200, "OK":
                return CancelAnswer.REMOVED
            case status, _ if 200 <= status < 300:
                return CancelAnswer.ASKED
            case 400, "ALREADY_COMPLETED":
                return CancelAnswer.TOO_LATE
            case 404, _ if not answer.is_page:
                return CancelAnswer.UNKNOWN
            case _:
                raise errors.cancel_error(answer)

    async def _admits_failure(self, ref: RequestRef) -> bool:
        """Whether the status, too, says that the request has failed."""
        try:
            answer = await self._wire.call("GET", self._address(ref) + "/status")
        except e.Transient:
            return False
        told = answer.object
        has_error = bool(told.get("error") or told.get("error_type"))
        return answer.is_fine and told.get("status") == Phase.COMPLETED and has_error

    def _address(self, ref: RequestRef) -> str:
        if not _REQUEST_ID.fullmatch(ref.request_id):
            raise e.ResultGone("this is not a request id")
        # Only owner and app: fal keeps the requests of all their endpoints together.
        app = "/".join(_checked(ref.endpoint).split("/")[:2])
        return f"{self._wire.backend.queue}/{app}/requests/{ref.request_id}"


def _checked(endpoint: str) -> str:
    if not _ENDPOINT.fullmatch(endpoint):
        raise UnknownApp("this is not an endpoint id")
    return endpoint


def _result(answer: Answer) -> RequestResult:
    video = answer.object.get("video")
    url = video.get("url") if isinstance(video, dict) else None
    if not isinstance(video, dict) or not isinstance(url, str) or not url:
        # The clip may be made and paid for, so this is no verdict either: ask again.
        raise e.ServiceDown("the result has no video")
    return RequestResult(
        url=url,
        content_type=_text(video.get("content_type")),
        file_name=_text(video.get("file_name")),
        file_size=_count(video.get("file_size")),
        billable_units=answer.billable_units,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count and isinstance(value, int) else None
