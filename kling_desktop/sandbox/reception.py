"""Where requests come in, over the queue or over fal.run: the same checks for both (§3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from kling_desktop.sandbox.addresses import app_of
from kling_desktop.sandbox.answers import TooLarge, answer, json_body, problem
from kling_desktop.sandbox.fouls import LOCKED
from kling_desktop.sandbox.wishes import BadWish, Wishes, read_wishes

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.account import Account
    from kling_desktop.sandbox.line import Line
    from kling_desktop.sandbox.records import Record, Requests
    from kling_desktop.sandbox.studio import Studio

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes; leaves room for pictures as ``data:`` addresses."""


class NotAccepted(Exception):
    """The gateway says no; carries its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class Reception:
    """Accepts requests, or says why not."""

    apps: frozenset[str]
    """``owner/app`` of every endpoint there is."""
    requests: Requests
    line: Line
    account: Account
    studio: Studio
    validates_early: bool = False
    """Refuse a bad input at once; fal does so only when a runner gets it (§3.3)."""

    def endpoint(self, request: Request) -> str:
        """The endpoint that an address names.

        Raises:
            NotAccepted: there is no such application.
        """
        endpoint: str = request.path_params["path"].strip("/")
        if app_of(endpoint) not in self.apps:
            name = endpoint.rpartition("/")[-1]
            raise NotAccepted(problem(404, f"Application '{name}' not found"))
        return endpoint

    async def accept(self, request: Request, endpoint: str) -> Record:
        """Write a request down; nobody works on it yet.

        Raises:
            NotAccepted: nothing was written.
        """
        if self.account.is_locked:
            raise NotAccepted(problem(403, LOCKED))
        wishes, body = _wishes(request), await _body(request)
        if wishes.longest_queue is not None and self.line.length > wishes.longest_queue:
            raise NotAccepted(problem(429, "Too many requests are waiting", "queue_full"))
        wrong = self.studio.refusal(endpoint, body) if self.validates_early else None
        if wrong:
            raise NotAccepted(answer(wrong.body, wrong.status_code))
        return self.requests.accept(str(uuid4()), endpoint, json.dumps(body), wishes)


def _wishes(request: Request) -> Wishes:
    try:
        return read_wishes(request.headers, request.query_params)
    except BadWish as error:
        raise NotAccepted(problem(400, str(error), "bad_request")) from None


async def _body(request: Request) -> object:
    try:
        return await json_body(request, LARGEST_BODY)
    except TooLarge:
        raise NotAccepted(problem(413, "Request body is too large")) from None
    except ValueError:
        raise NotAccepted(problem(400, "Request body is not valid JSON", "bad_request")) from None
