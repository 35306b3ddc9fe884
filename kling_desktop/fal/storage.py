"""Pictures go up: ask for a signed address, then stream the file there without the key.

This is the way that carries any file name, because it travels in JSON and not in a header.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial
from typing import IO, TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal import errors
from kling_desktop.fal.blocks import Line, blocks, opened
from kling_desktop.fal.parts import LargeFile
from kling_desktop.fal.promise import initiate
from kling_desktop.fal.wire import SLOWEST

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from kling_desktop.fal.multipart import Multipart
    from kling_desktop.fal.wire import Wire

LARGEST_WHOLE = 100 * 1024 * 1024
"""Bytes; above it a file goes in parts. fal's clients draw the line at 90 MiB and at 100 MiB
(``fal-protocol.md`` §10.3, §10.4); in one piece a file costs half as much processor time."""
_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Our own, because the table of the system can be changed by any program on it."""


class Storage:
    """Uploads to one backend."""

    def __init__(
        self,
        wire: Wire,
        *,
        bookmarks: Path | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``bookmarks`` is a folder for what is needed to go on with a large file later."""
        self._wire = wire
        self._bookmarks = bookmarks
        self._sleep = sleep
        self._line = Line()
        self._parts: Multipart | None = None

    async def upload(
        self, path: Path, on_progress: Callable[[int, int | None], None], *, sha256: str = ""
    ) -> str:
        """Try once; see ``Provider.upload``.

        Raises:
            BadPicture: the file cannot be read.
            ForeignOrigin: fal named an address outside itself; the file was not sent.
        """
        kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
        async with opened(path) as (file, size):
            if size <= LARGEST_WHOLE:
                return await self._whole(path, file, size, kind, on_progress)
        return await self._multipart().upload(LargeFile(path, size, kind, sha256), on_progress)

    async def is_there(self, url: str) -> bool:
        """See ``Provider.is_there``."""
        if not self._wire.backend.takes_uploads(url):
            return False
        try:
            async with self._wire.transfer("HEAD", url, headers={}) as response:
                return response.status_code == 200
        except e.Transient:
            return False

    def _multipart(self) -> Multipart:
        """The way for large files, which pictures hardly ever need."""
        from kling_desktop.fal.bookmarks import Bookmarks
        from kling_desktop.fal.multipart import Multipart

        if self._parts is None:
            marks = Bookmarks(self._bookmarks, self._wire.backend)
            self._parts = Multipart(self._wire, self._line, marks, self.is_there, self._sleep)
        return self._parts

    async def _whole(
        self,
        path: Path,
        file: IO[bytes],
        size: int,
        kind: str,
        on_progress: Callable[[int, int | None], None],
    ) -> str:
        promise = await initiate(self._wire, path.name, kind)
        moved = partial(_tell, on_progress, size)
        async with (
            aclosing(blocks(path, file, size, moved, self._line)) as content,
            self._wire.transfer(
                "PUT",
                promise.upload_url,
                headers={"Content-Type": kind, "Content-Length": str(size)},
                content=content,
                longer=size / SLOWEST,
            ) as response,
        ):
            answer = await self._wire.read(response)
        if answer.is_fine:
            return promise.file_url
        if answer.status in {401, 403}:
            # The signature ran out, or was never good: the next try gets a fresh one.
            raise errors.transient(answer)
        raise errors.upload_error(answer)


def _tell(on_progress: Callable[[int, int | None], None], size: int, sent: int) -> None:
    on_progress(sent, size)
