"""``/cdn``: bytes in and files out, as on v3.fal.media (``fal-protocol.md`` §10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import FileResponse
from starlette.routing import Route

from kling_desktop.sandbox.answers import TooLarge, answer, pieces, problem
from kling_desktop.sandbox.faults import Stage
from kling_desktop.sandbox.files import StoredFile
from kling_desktop.sandbox.fouls import over
from kling_desktop.sandbox.multipart import BadParts, Multipart
from kling_desktop.sandbox.wishes import BadWish, file_access, file_life

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.addresses import Addresses
    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.readers import Readers
    from kling_desktop.sandbox.records import Requests
    from kling_desktop.sandbox.tokens import Tokens
    from kling_desktop.sandbox.weather import Weather

LARGEST_UPLOAD = 200 * 1024 * 1024
"""Bytes."""
_ANY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class CdnRoutes:
    """No key to read, a signature or a token to write."""

    requests: Requests
    files: Files
    multipart: Multipart
    readers: Readers
    weather: Weather
    addresses: Addresses
    tokens: Tokens

    def routes(self) -> Sequence[Route]:
        python_parts = "/files/{file_id}/{name}/multipart/{token}"
        return (
            Route("/upload/{name}", self.put, methods=["PUT"]),
            Route("/parts/{name}/complete", self.complete, methods=["POST"]),
            Route("/parts/{name}/{number:int}", self.put_part, methods=["PUT"]),
            Route("/files/upload", self.post, methods=["POST"]),
            Route("/files/upload/multipart", self.begin_parts, methods=["POST"]),
            Route(f"{python_parts}/complete", self.complete, methods=["POST"]),
            Route(f"{python_parts}/{{number:int}}", self.put_part, methods=["PUT"]),
            Route("/files/{file_id}/{name}", self.get, methods=["GET"]),
        )

    async def put(self, request: Request) -> Response:
        """Take an upload at the address that ``initiate`` handed out."""
        file = self._promised(request)
        if file is None:
            return self._over(problem(403, "Signature does not match"))
        return self._over(await self._receive(request, file) or answer({}))

    async def post(self, request: Request) -> Response:
        file = self._new(request)
        if not isinstance(file, StoredFile):
            return self._over(file)
        good = answer({"access_url": self.addresses.file(file)})
        return self._over(await self._receive(request, file) or good)

    async def begin_parts(self, request: Request) -> Response:
        file = self._new(request)
        if not isinstance(file, StoredFile):
            return self._over(file)
        body = {"access_url": self.addresses.file(file), "uploadId": file.token}
        return self._over(answer(body))

    async def put_part(self, request: Request) -> Response:
        file, number = self._promised(request), request.path_params["number"]
        if file is None:
            return self._over(problem(403, "Signature does not match"))
        try:
            etag = await self.multipart.receive(request, file, number)
        except TooLarge:
            return self._over(problem(413, "Part is too large"))
        except BadParts as error:
            return self._over(problem(400, str(error)))
        # Python reads the header, JavaScript the body (§10.4).
        return self._over(answer({"partNumber": number, "etag": etag}, headers={"ETag": etag}))

    async def complete(self, request: Request) -> Response:
        file = self._promised(request)
        if file is None:
            return self._over(problem(403, "Signature does not match"))
        try:
            await self.multipart.complete(file, await request.body())
        except TooLarge:
            return self._over(problem(413, "File is too large"))
        except BadParts as error:
            return self._over(problem(400, str(error)))
        return self._over(answer({"access_url": self.addresses.file(file)}))

    async def get(self, request: Request) -> Response:
        file_id = request.path_params["file_id"]
        refused = self.readers.refusal(request, file_id)
        path = self.files.path(file_id)
        if refused or path is None:
            return refused or problem(404, "File not found")
        file = self.files.get(file_id)
        good = FileResponse(path, media_type=file.content_type)
        return over(self.weather, Stage.DOWNLOAD, self._maker(file), good)

    def _over(self, good: Response) -> Response:
        return over(self.weather, Stage.UPLOAD, "", good)

    def _promised(self, request: Request) -> StoredFile | None:
        """The file that an upload address names by its signature or its upload id."""
        token = request.path_params.get("token") or request.query_params.get("signature", "")
        try:
            return self.files.promised(token)
        except KeyError:
            return None

    def _new(self, request: Request) -> StoredFile | Response:
        """A file for one who comes with a token, or what is wrong."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self.tokens.is_valid(token):
            return problem(401, "Invalid token")
        try:
            life, access = file_life(request.headers), file_access(request.headers)
        except BadWish as error:
            return problem(400, str(error), "bad_request")
        name = request.headers.get("x-fal-file-name", "")
        kind = request.headers.get("content-type", _ANY_TYPE)
        return self.files.promise(name, kind, life=life, access=access)

    def _maker(self, file: StoredFile) -> str:
        """The endpoint that made a file; empty for an upload."""
        try:
            return self.requests.that_made(file.id).endpoint
        except KeyError:
            return ""

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
