"""The addresses that the sandbox hands out: absolute, and all on its own origin.

The official hosts become prefixes of one origin (``fal-protocol.md`` §15).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from kling_desktop.sandbox.files import StoredFile

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_FILE_PATH = re.compile(r"/cdn/files/([0-9a-f]{32})/[^/]+")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Writes addresses for the origin that the server has today."""

    origin: str

    def request(self, endpoint: str, request_id: str) -> dict[str, str]:
        """The three addresses of a request; they keep only the first two parts of its endpoint."""
        base = f"{self.origin}/queue/{quote(app_of(endpoint))}/requests/{request_id}"
        return {
            "response_url": base,
            "status_url": f"{base}/status",
            "cancel_url": f"{base}/cancel",
        }

    def file(self, file: StoredFile) -> str:
        return f"{self.cdn}/files/{file.id}/{quote(file.name, safe='')}"

    def upload(self, file: StoredFile) -> str:
        return f"{self.cdn}/upload/{quote(file.name, safe='')}?signature={file.token}"

    def parts(self, file: StoredFile) -> str:
        """Where the parts of an upload go: numbers, and ``complete``, follow the path (§10.4)."""
        return f"{self.cdn}/parts/{quote(file.name, safe='')}?signature={file.token}"

    @property
    def cdn(self) -> str:
        return f"{self.origin}/cdn"


def app_of(endpoint: str) -> str:
    """``owner/app``: all that the addresses of a request keep of its endpoint."""
    return "/".join(endpoint.split("/")[:2])


def own_file(address: str) -> str | None:
    """Id of the file that an address of ours names, whichever port it was handed out on."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        return None
    match = _FILE_PATH.fullmatch(unquote(parts.path, errors="replace"))
    return match.group(1) if match else None
