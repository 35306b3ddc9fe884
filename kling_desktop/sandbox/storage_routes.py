"""``/platform/v1/storage``: who may read a file, and addresses that open it for a while (§12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from kling_desktop.sandbox.addresses import own_file
from kling_desktop.sandbox.answers import TooLarge, answer, json_body
from kling_desktop.sandbox.files import USUAL_LIFE
from kling_desktop.sandbox.paging import DAY, BadQuery
from kling_desktop.sandbox.wishes import ACCESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.addresses import Addresses
    from kling_desktop.sandbox.files import Files, StoredFile
    from kling_desktop.sandbox.readers import Readers

LONGEST_SIGNATURE = 7 * DAY
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class StorageRoutes:
    """Private files."""

    files: Files
    readers: Readers
    addresses: Addresses

    def routes(self) -> Sequence[Route]:
        return (
            Route("/v1/storage/files/acl", self.access, methods=["GET", "PUT"]),
            Route("/v1/storage/files/sign", self.sign, methods=["POST"]),
            Route("/v1/storage/settings", self.settings, methods=["GET"]),
        )

    async def access(self, request: Request) -> Response:
        file = self._file(request)
        if request.method == "PUT":
            wish = await _object(request)
            if wish.get("default") not in ACCESS:
                raise BadQuery(f"default must be one of: {', '.join(ACCESS)}")
            self.files.set_access(file, str(wish["default"]))
            file = self.files.get(file.id)
        return answer({"default": file.access, "rules": []})

    async def sign(self, request: Request) -> Response:
        file, wish = self._file(request), await _object(request)
        life = wish.get("expiration_seconds", 3600)
        if not isinstance(life, int) or not 0 < life <= LONGEST_SIGNATURE:
            raise BadQuery(f"expiration_seconds must be 1 to {LONGEST_SIGNATURE:.0f}")
        query = self.readers.sign(file.id, life)
        return answer({"signed_url": f"{self.addresses.file(file)}?{query}"})

    async def settings(self, _request: Request) -> Response:
        return answer({"expiration_duration_seconds": USUAL_LIFE})

    def _file(self, request: Request) -> StoredFile:
        """The file that the call is about.

        Raises:
            BadQuery: it is none of ours.
        """
        file_id = own_file(request.query_params.get("url", ""))
        try:
            return self.files.get(file_id or "")
        except KeyError:
            raise BadQuery("url must be that of a file here") from None


async def _object(request: Request) -> dict[str, object]:
    try:
        value = await json_body(request, _LARGEST)
    except (TooLarge, ValueError):
        value = None
    if not isinstance(value, dict):
        raise BadQuery("Expected a JSON object")
    return value
