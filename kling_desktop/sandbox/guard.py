"""The door: lets in only those who came to this machine on purpose, and with the key."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders

from kling_desktop.sandbox.addresses import LOOPBACK
from kling_desktop.sandbox.answers import REQUEST_ID, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPEN = "/cdn/"
"""Files are public, by addresses that cannot be guessed."""


class Guard:
    """Checks host and key, and gives every answer a request id."""

    def __init__(self, app: ASGIApp, *, key: str) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def signed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if not headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault(REQUEST_ID, str(uuid4()))
            await send(message)

        headers = Headers(scope=scope)
        refused = self._refusal(headers, scope["path"])
        await (refused or self._app)(scope, receive, signed)

    def _refusal(self, headers: Headers, path: str) -> ASGIApp | None:
        host = headers.get("host", "").partition(":")[0]
        if host not in LOOPBACK:
            # A web page that had its own name point to 127.0.0.1 would come with that name.
            return problem(421, "This server answers to its loopback address only")
        if path.startswith(_OPEN):
            return None
        return self._key_refusal(headers.get("authorization", ""))

    def _key_refusal(self, given: str) -> ASGIApp | None:
        """The three answers of fal (``fal-protocol.md`` §2)."""
        scheme, _, key = given.partition(" ")
        if not given:
            return problem(401, "Cannot access application. Authentication is required.")
        if scheme.lower() != "key" or ":" not in key:
            expected = "Expected '<key_id>:<key_secret>'."
            return problem(401, f"Invalid Key Authorization header format. {expected}")
        if not hmac.compare_digest(key.strip().encode(), self._key.encode()):
            return problem(401, "No user found for Key ID and Secret")
        return None
