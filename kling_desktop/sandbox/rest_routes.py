"""``/rest``: where uploads begin, as on rest.fal.ai (``fal-protocol.md`` §2, §10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from kling_desktop.sandbox.answers import TooLarge, answer, json_body, problem
from kling_desktop.sandbox.faults import Stage, comes_first
from kling_desktop.sandbox.fouls import ON_THE_WIRE, foul, over
from kling_desktop.sandbox.wishes import BadWish, file_access, file_life

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.addresses import Addresses
    from kling_desktop.sandbox.files import Files, StoredFile
    from kling_desktop.sandbox.signing import Signer
    from kling_desktop.sandbox.tokens import Tokens
    from kling_desktop.sandbox.weather import Weather

UPLOAD_LIFE = 24 * 3600
BROWSER_LIFE = 120
LONGEST_BROWSER_LIFE = 24 * 3600
"""Seconds that tokens live: for uploads, for browsers, and for browsers at the most."""
LARGEST_WISH = 64 * 1024
_ANY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class RestRoutes:
    """Addresses and tokens with which others upload, and tokens for browsers."""

    files: Files
    addresses: Addresses
    weather: Weather
    upload_tokens: Tokens
    browser_tokens: Tokens
    signer: Signer

    def routes(self) -> Sequence[Route]:
        return (
            Route("/storage/upload/initiate", self.initiate, methods=["POST"]),
            Route("/storage/upload/initiate-multipart", self.initiate_parts, methods=["POST"]),
            Route("/storage/auth/token", self.upload_token, methods=["POST"]),
            Route("/tokens/", self.browser_token, methods=["POST"]),
            Route("/.well-known/jwks.json", self.keys, methods=["GET"]),
        )

    async def initiate(self, request: Request) -> Response:
        return await self._promise(request, self.addresses.upload)

    async def initiate_parts(self, request: Request) -> Response:
        return await self._promise(request, self.addresses.parts)

    async def upload_token(self, _request: Request) -> Response:
        """The token with which the official Python client uploads straight to the CDN."""
        token, ends = self.upload_tokens.mint(UPLOAD_LIFE)
        body = {
            "token": token,
            "token_type": "Bearer",
            "base_url": self.addresses.cdn,
            # With an offset and never with a "Z": the client cannot read that (§10.2).
            "expires_at": dt.datetime.fromtimestamp(ends, dt.UTC).isoformat(),
        }
        return over(self.weather, Stage.INITIATE, "", answer(body))

    async def browser_token(self, request: Request) -> Response:
        try:
            wish = await json_body(request, LARGEST_WISH)
            life = float(wish.get("token_expiration") or BROWSER_LIFE)
        except (TooLarge, ValueError, TypeError, AttributeError):
            return problem(422, "Expected allowed_apps and token_expiration")
        token, _ = self.browser_tokens.mint(min(life, LONGEST_BROWSER_LIFE))
        return over(self.weather, Stage.INITIATE, "", answer(token))

    async def keys(self, _request: Request) -> Response:
        """What proves the signatures of webhooks (§14)."""
        return answer(self.signer.public_keys)

    async def _promise(self, request: Request, address: Callable[[StoredFile], str]) -> Response:
        rule = self.weather.strike(Stage.INITIATE, "", ON_THE_WIRE)
        if rule and comes_first(rule.fault):
            return foul(rule, Stage.INITIATE, answer({}))
        try:
            wish = await json_body(request, LARGEST_WISH)
            name, kind = str(wish["file_name"]), str(wish.get("content_type") or _ANY_TYPE)
            life, access = file_life(request.headers), file_access(request.headers)
        except BadWish as error:
            return problem(400, str(error), "bad_request")
        except (TooLarge, ValueError, TypeError, KeyError, AttributeError):
            return problem(422, "Expected file_name and content_type")
        file = self.files.promise(name, kind, life=life, access=access)
        good = answer({"upload_url": address(file), "file_url": self.addresses.file(file)})
        return foul(rule, Stage.INITIATE, good) if rule else good
