"""Who may read a file: everybody, unless its owner or the clock says otherwise (§10.5, §11)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from kling_desktop.sandbox.addresses import own_file
from kling_desktop.sandbox.answers import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Readers:
    """Lets readers in, or not."""

    files: Files
    tokens: Tokens
    """Signatures of addresses that open a file to whoever has them."""
    key: str
    now: Callable[[], float]

    def refusal(self, request: Request, file_id: str) -> Response | None:
        """What a reader is told instead of the file; None lets them in."""
        given = request.headers.get("authorization", "")
        is_owner = hmac.compare_digest(given.encode(), f"Key {self.key}".encode())
        opener = request.query_params.get("access", "")
        return self._refusal(file_id, opener, is_owner=is_owner)

    def lets_models_in(self, address: str) -> bool:
        """Whether a model can read the file: a stranger, with no more than the address."""
        file_id = own_file(address)
        if file_id is None:
            return True  # It is no file of ours, so it is not ours to refuse.
        [opener] = parse_qs(urlsplit(address).query).get("access", [""])[:1]
        return self._refusal(file_id, opener, is_owner=False) is None

    def _refusal(self, file_id: str, opener: str, *, is_owner: bool) -> Response | None:
        try:
            file = self.files.get(file_id)
        except KeyError:
            return problem(404, "File not found")
        if file.expires_at is not None and file.expires_at <= self.now():
            self.files.remove(file_id)
            return problem(404, "File not found")
        if file.access == "allow" or is_owner or self._opens(opener, file_id):
            return None
        return (
            problem(403, "Access denied")
            if file.access == "forbid"
            else problem(404, "File not found")
        )

    def sign(self, file_id: str, seconds: float) -> str:
        """The query that opens a file for so long."""
        token, _ = self.tokens.mint(seconds)
        return f"access={file_id}.{token}"

    def _opens(self, opener: str, file_id: str) -> bool:
        opened, _, token = opener.partition(".")
        return opened == file_id and self.tokens.is_valid(token)
