"""The door: lets in only those who came to this machine on purpose, and with the key."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders

from kling_desktop.sandbox.addresses import LOOPBACK
from kling_desktop.sandbox.answers import REQUEST_ID, answer, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPEN = ("/cdn/", "/rest/.well-known/")
"""Files are public, by addresses that cannot be guessed; so are the keys that prove a webhook."""
_FOR_ALL = "/platform/v1/models"
"""The list of models may be read by anybody; a key that is given must be good even so."""
_HOSTS = {
    "queue.fal.run": "/queue",
    "fal.run": "/run",
    "rest.fal.ai": "/rest",
    "v3.fal.media": "/cdn",
    "api.fal.ai": "/platform",
}
"""fal's own names, for a proxy on this machine that pretends to be fal (§15)."""
_TOKEN_PLACES = ("/queue/", "/run/")


class Guard:
    """Checks host and key, and gives every answer a request id."""

    def __init__(self, app: ASGIApp, *, key: str, is_token: Callable[[str], bool]) -> None:
        self._app = app
        self._key = key
        self._is_token = is_token

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
        host = headers.get("host", "").partition(":")[0]
        if host in _HOSTS:
            scope = {**scope, "path": _HOSTS[host] + scope["path"], "raw_path": None}
        refused = self._refusal(host, headers, scope)
        await (refused or self._app)(scope, receive, signed)

    def _refusal(self, host: str, headers: Headers, scope: Scope) -> ASGIApp | None:
        path: str = scope["path"]
        if host not in LOOPBACK and host not in _HOSTS:
            # A web page that had its own name point to 127.0.0.1 would come with that name.
            return problem(421, "This server answers to its loopback address only")
        if path.startswith(_OPEN):
            return None
        given = headers.get("authorization", "")
        if (path == _FOR_ALL and not given) or self._has_token(path, scope["query_string"]):
            return None
        said = self._trouble(given)
        return None if said is None else _unauthorized(path, said)

    def _has_token(self, path: str, query: bytes) -> bool:
        """Whether a browser comes with a short-lived token instead of the key (§2)."""
        if not path.startswith(_TOKEN_PLACES):
            return False
        tokens = parse_qs(query.decode("latin-1")).get("fal_jwt_token", [])
        return any(self._is_token(each) for each in tokens)

    def _trouble(self, given: str) -> str | None:
        """The three answers of fal (§2)."""
        scheme, _, key = given.partition(" ")
        if not given:
            return "Cannot access application. Authentication is required."
        if scheme.lower() != "key" or ":" not in key:
            expected = "Expected '<key_id>:<key_secret>'."
            return f"Invalid Key Authorization header format. {expected}"
        if not hmac.compare_digest(key.strip().encode(), self._key.encode()):
            return "No user found for Key ID and Secret"
        return None


def _unauthorized(path: str, said: str) -> Response:
    if path.startswith("/platform/"):
        return answer({"error": {"type": "authorization_error", "message": said}}, 401)
    return problem(401, said)
