"""fal's queue: submit a request once, then ask after it as often as it takes."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.domain.refusals import UnknownApp
from kling_desktop.domain.requests import CancelAnswer, Phase
from kling_desktop.fal import errors, lifecycle
from kling_desktop.fal.events import EventParser
from kling_desktop.fal.reading import (
    REQUEST_ID,
    read_acceptance,
    read_object,
    read_result,
    read_status,
)
from kling_desktop.fal.wire import Lane

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from kling_desktop.domain.parcel import Letter
    from kling_desktop.domain.requests import Accepted, RequestRef, RequestResult, RequestStatus
    from kling_desktop.fal.wire import Wire

_ENDPOINT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")


class Queue:
    """Requests at one backend.

    An address that an answer names is a place to send the key to, and a sandbox comes back on
    another port: only one at the configured queue and of this very request is followed, any other
    is built anew.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def submit(self, endpoint: str, body: Mapping[str, Any]) -> Accepted:
        """POST once; see ``Provider.submit``."""
        url = self._url(endpoint)
        try:
            answer = await self._wire.call(
                "POST", url, body=body, lane=Lane.SUBMITS, more=self._wishes()
            )
        except e.NetworkDown:
            raise
        except e.Transient as error:
            raise e.SubmitUncertain(error.detail) from None
        if not answer.is_fine:
            raise errors.submit_error(answer)
        return read_acceptance(answer)

    def letter(self, endpoint: str, body: Mapping[str, Any]) -> Letter:
        """What :meth:`submit` would send; see ``Provider.letter``."""
        url = self._url(endpoint)
        return self._wire.letter("POST", url, body, Lane.SUBMITS, more=self._wishes())

    async def status(self, ref: RequestRef) -> RequestStatus:
        """Look once; see ``Provider.status``."""
        answer = await self._wire.call("GET", self._status_url(ref) + "?logs=1")
        if not answer.is_fine:
            raise errors.status_error(answer)
        return read_status(answer.object)

    async def follow(self, ref: RequestRef) -> AsyncGenerator[RequestStatus, None]:
        """Hear of every change; see ``Provider.follow``."""
        parser, clock = EventParser(), asyncio.get_running_loop().time
        heard = clock()
        async with self._wire.stream(self._status_url(ref) + "/stream?logs=1") as pieces:
            async for piece in pieces:
                for event in parser.feed(piece):
                    status = read_status(read_object(event))
                    yield status
                    heard = clock()
                    if status.phase is Phase.COMPLETED:
                        return
                if clock() - heard > self._wire.patience.news:
                    raise e.TimedOut("the stream has told nothing new for long")
        raise e.Transient("the stream ended before the request did")

    async def result(self, ref: RequestRef) -> RequestResult:
        """Fetch once; see ``Provider.result``."""
        answer = await self._wire.call("GET", self._address(ref, ref.response_url, "", "/response"))
        if answer.is_fine:
            return read_result(answer)
        failure = errors.claimed_failure(answer)
        if failure is not None and await self._admits_failure(ref):
            raise failure
        raise errors.result_error(answer)

    async def cancel(self, ref: RequestRef) -> CancelAnswer:
        """Ask once; see ``Provider.cancel``."""
        answer = await self._wire.call("PUT", self._address(ref, ref.cancel_url, "/cancel"))
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
            status = await self.status(ref)
        except e.KlingDesktopError:
            return False
        return status.phase is Phase.COMPLETED and bool(status.error or status.error_type)

    def _wishes(self) -> dict[str, str]:
        return lifecycle.for_results(self._wire.wishes().result_seconds)

    def _url(self, endpoint: str) -> str:
        return f"{self._wire.backend.queue}/{_checked(endpoint)}"

    def _status_url(self, ref: RequestRef) -> str:
        return self._address(ref, ref.status_url, "/status")

    def _address(self, ref: RequestRef, named: str | None, *tails: str) -> str:
        """The named address if it is one that we would build, or the one that we build."""
        if not REQUEST_ID.fullmatch(ref.request_id):
            raise e.ResultGone("this is not a request id")
        queue = self._wire.backend.queue
        if named is not None and named.startswith(f"{queue}/"):
            app, _, end = named.removeprefix(f"{queue}/").partition("/requests/")
            if _ENDPOINT.fullmatch(app) and end in {ref.request_id + tail for tail in tails}:
                return named
        # Only owner and app: fal keeps the requests of all their endpoints together.
        app = "/".join(_checked(ref.endpoint).split("/")[:2])
        return f"{queue}/{app}/requests/{ref.request_id}{tails[0]}"


def _checked(endpoint: str) -> str:
    if not _ENDPOINT.fullmatch(endpoint):
        raise UnknownApp("this is not an endpoint id")
    return endpoint
