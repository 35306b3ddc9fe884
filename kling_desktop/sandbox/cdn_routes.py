"""``/rest`` and ``/cdn``: uploads in, files out (``fal-protocol.md`` §10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import FileResponse
from starlette.routing import Route

from kling_desktop.sandbox.answers import CutShort, TooLarge, answer, json_body, pieces, problem
from kling_desktop.sandbox.weather import Stage, Weather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.addresses import Addresses
    from kling_desktop.sandbox.files import Files, StoredFile
    from kling_desktop.sandbox.records import Requests

LARGEST_UPLOAD = 200 * 1024 * 1024
"""Bytes."""
_ANY_TYPE = "application/octet-stream"
_TOKEN_LIFE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RestRoutes:
    """rest.fal.ai: where an upload begins."""

    files: Files
    addresses: Addresses
    cdn_token: str

    def routes(self) -> Sequence[Route]:
        return (
            Route("/storage/upload/initiate", self.initiate, methods=["POST"]),
            Route("/storage/auth/token", self.token, methods=["POST"]),
        )

    async def initiate(self, request: Request) -> Response:
        try:
            wish = await json_body(request, 64 * 1024)
            name, kind = str(wish["file_name"]), str(wish.get("content_type") or _ANY_TYPE)
        except (TooLarge, ValueError, TypeError, KeyError, AttributeError):
            return problem(422, "Expected file_name and content_type")
        file = self.files.promise(name, kind)
        return answer(
            {"upload_url": self.addresses.upload(file), "file_url": self.addresses.file(file)}
        )

    async def token(self, _request: Request) -> Response:
        """The token with which the official Python client uploads straight to the CDN."""
        expires = dt.datetime.now(dt.UTC) + _TOKEN_LIFE
        return answer(
            {
                "token": self.cdn_token,
                "token_type": "Bearer",
                "base_url": self.addresses.cdn,
                "expires_at": expires.isoformat(),
            }
        )


@dataclass(frozen=True, slots=True)
class CdnRoutes:
    """v3.fal.media: no key to read, a signature or a token to write."""

    requests: Requests
    files: Files
    weather: Weather
    addresses: Addresses
    cdn_token: str

    def routes(self) -> Sequence[Route]:
        return (
            Route("/upload/{name}", self.put, methods=["PUT"]),
            Route("/files/upload", self.post, methods=["POST"]),
            Route("/files/{file_id}/{name}", self.get, methods=["GET"]),
        )

    async def put(self, request: Request) -> Response:
        """Take an upload at the address that ``initiate`` handed out."""
        try:
            file = self.files.promised(request.query_params.get("signature", ""))
        except KeyError:
            return problem(403, "Signature does not match")
        return await self._receive(request, file) or answer({})

    async def post(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.cdn_token}":
            return problem(401, "Invalid token")
        name = request.headers.get("x-fal-file-name", "")
        kind = request.headers.get("content-type", _ANY_TYPE)
        file = self.files.promise(name, kind)
        return await self._receive(request, file) or answer(
            {"access_url": self.addresses.file(file)}
        )

    async def get(self, request: Request) -> Response:
        path = self.files.path(request.path_params["file_id"])
        if path is None:
            return problem(404, "File not found")
        file = self.files.get(path.name)
        whole = FileResponse(path, media_type=file.content_type)
        if request.method == "GET" and self._storm(file):
            return CutShort(whole)
        return whole

    def _storm(self, file: StoredFile) -> bool:
        try:
            endpoint = self.requests.that_made(file.id).endpoint
        except KeyError:
            return False  # an upload
        return self.weather.strike(Stage.DOWNLOAD, endpoint) is not None

    async def _receive(self, request: Request, file: StoredFile) -> Response | None:
        """Keep the body as the file's bytes; an answer means that it was refused."""
        part = self.files.part()
        try:
            with part.open("wb") as out:
                async for piece in pieces(request, LARGEST_UPLOAD):
                    out.write(piece)
            self.files.keep(file, part)
        except TooLarge:
            return problem(413, "File is too large")
        finally:
            part.unlink(missing_ok=True)
        return None
