"""Who may read a file: everybody, unless its owner or the clock says otherwise (§10.5, §11)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        try:
            file = self.files.get(file_id)
        except KeyError:
            return problem(404, "File not found")
        if file.expires_at is not None and file.expires_at <= self.now():
            self.files.remove(file_id)
            return problem(404, "File not found")
        if file.access == "allow" or self._is_let_in(request, file_id):
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

    def _is_let_in(self, request: Request, file_id: str) -> bool:
        opened, _, token = request.query_params.get("access", "").partition(".")
        if opened == file_id and self.tokens.is_valid(token):
            return True
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Key {self.key}".encode())
