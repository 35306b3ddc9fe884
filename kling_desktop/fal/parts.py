"""One upload in parts on the wire: each part goes to its number, and a list of them ends it.

None of this carries the key: the address itself is the permission (``fal-protocol.md`` §10.4).
"""

from __future__ import annotations

import json
import re
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal import errors
from kling_desktop.fal.blocks import blocks, opened
from kling_desktop.fal.wire import SLOWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kling_desktop.fal.answers import Answer
    from kling_desktop.fal.blocks import Line
    from kling_desktop.fal.wire import Wire

PART = 10 * 1024 * 1024
"""Bytes; the size that fal's own clients use."""
_STALE = frozenset({401, 403, 404, 410})


class StaleUpload(Exception):
    """fal does not know the upload, or its signature, any more."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file that is sent in parts."""

    path: Path
    size: int
    kind: str
    """Its content type."""
    sha256: str
    """Of its content; empty if nobody will want to go on with it later."""

    part: int = PART
    """Bytes of every part but the last."""

    @property
    def numbers(self) -> range:
        return range(1, -(-self.size // self.part) + 1)

    @property
    def name(self) -> str:
        """What a bookmark in it is called."""
        return f"{self.sha256} {self.kind} {self.part}" if self.sha256 else ""

    def length(self, number: int) -> int:
        return min(self.part, self.size - (number - 1) * self.part)


@dataclass(frozen=True, slots=True)
class Parts:
    """The address that takes the parts of one file."""

    wire: Wire
    line: Line
    upload_url: str

    async def put(self, file: LargeFile, number: int, moved: Callable[[int], None]) -> str:
        """Send one part; returns what fal calls it.

        Raises:
            StaleUpload: a fresh upload may do better.
            BadPicture: the file cannot be read.
            KlingDesktopError: as for a whole file.
        """
        path, length = file.path, file.length(number)
        headers = {"Content-Type": file.kind, "Content-Length": str(length)}
        async with (
            opened(path, at=(number - 1) * file.part) as (source, _),
            aclosing(blocks(path, source, length, moved, self.line)) as content,
            self.wire.transfer(
                "PUT",
                self._below(str(number)),
                headers=headers,
                content=content,
                longer=length / SLOWEST,
            ) as response,
        ):
            answer = await self.wire.read(response)
        _check(answer, _STALE)
        return _etag(answer)

    async def complete(self, etags: Mapping[int, str]) -> None:
        """Have the parts put together. Raises as :meth:`put`."""
        parts = [{"partNumber": number, "etag": etag} for number, etag in sorted(etags.items())]
        async with self.wire.transfer(
            "POST",
            self._below("complete"),
            headers={"Content-Type": "application/json"},
            content=json.dumps({"parts": parts}).encode(),
        ) as response:
            answer = await self.wire.read(response)
        # Here a 400 says that it does not have the parts which it once took.
        _check(answer, _STALE | {400})

    def _below(self, word: str) -> str:
        """An address one step below that of the upload, with its query, where the signature is."""
        found = re.match(r"([^?#]*)(\?[^#]*)?", self.upload_url)
        assert found
        return f"{found[1]}/{word}{found[2] or ''}"


def _check(answer: Answer, stale: frozenset[int]) -> None:
    if answer.status in stale:
        raise StaleUpload(answer)
    if not answer.is_fine:
        raise errors.upload_error(answer)


def _etag(answer: Answer) -> str:
    """The name of a part: fal's Python client reads it in the header, the JavaScript one here."""
    for told in (answer.object.get("etag"), answer.headers.get("etag")):
        if isinstance(told, str) and told and not answer.is_page:
            return told
    raise e.ServiceDown("the answer does not say what the part is called")
