"""Pictures go up: ask for a signed address, then stream the file there without the key.

This is the way that carries any file name, because it travels in JSON and not in a header.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal import errors
from kling_desktop.fal.backend import Origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from kling_desktop.fal.wire import Wire

CHUNK = 256 * 1024
"""Bytes; smaller chunks cost processor time, larger ones make the progress jump."""
SLOWEST = 4096
"""Bytes per second below which an upload is given up; there will be another try."""
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

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def upload(self, path: Path, on_progress: Callable[[int, int | None], None]) -> str:
        """Try once; see ``Provider.upload``.

        Raises:
            BadPicture: the file cannot be read.
            ForeignOrigin: fal named an address outside itself; the file was not sent.
        """
        kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
        async with _opened(path) as (file, size):
            upload_url, file_url = await self._initiate(path.name, kind)
            async with self._wire.transfer(
                "PUT",
                upload_url,
                headers={"Content-Type": kind, "Content-Length": str(size)},
                content=_chunks(path, file, size, on_progress),
                longer=size / SLOWEST,
            ) as response:
                answer = await self._wire.read(response)
        if answer.is_fine:
            return file_url
        if answer.status in {401, 403}:
            # The signature ran out, or was never good: the next try gets a fresh one.
            raise errors.transient(answer)
        raise errors.upload_error(answer)

    async def _initiate(self, name: str, kind: str) -> tuple[str, str]:
        url = f"{self._wire.backend.rest}/storage/upload/initiate?storage_type=fal-cdn-v3"
        # A name that the file system could not decode holds lone surrogates, which JSON cannot.
        name = name.encode("utf-8", "replace").decode("utf-8")
        answer = await self._wire.call("POST", url, body={"file_name": name, "content_type": kind})
        if not answer.is_fine:
            raise errors.upload_error(answer)
        addresses = (answer.object.get("upload_url"), answer.object.get("file_url"))
        return self._own(addresses[0]), self._own(addresses[1])

    def _own(self, address: object) -> str:
        if not isinstance(address, str):
            # Somebody in between spoke for fal, or fal stammered: asking again is free.
            raise e.ServiceDown("the answer has no address to upload to")
        if not self._wire.backend.takes_uploads(address):
            raise e.ForeignOrigin(str(Origin.of(address)))
        return address


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[tuple[IO[bytes], int]]:
    try:
        file = await asyncio.to_thread(path.open, "rb")
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        yield file, os.fstat(file.fileno()).st_size
    finally:
        await asyncio.to_thread(file.close)


async def _chunks(
    path: Path, file: IO[bytes], size: int, on_progress: Callable[[int, int | None], None]
) -> AsyncIterator[bytes]:
    """Exactly ``size`` bytes; a chunk counts as sent when the next one is asked for."""
    sent = 0
    while sent < size:
        try:
            chunk = await asyncio.to_thread(file.read, min(CHUNK, size - sent))
        except OSError as error:
            raise _unreadable(path, error) from None
        if not chunk:
            raise e.BadPicture(path.name, "the file became shorter while it was sent")
        yield chunk
        sent += len(chunk)
        on_progress(sent, size)


def _unreadable(path: Path, error: OSError) -> e.BadPicture:
    return e.BadPicture(path.name, error.strerror or type(error).__name__)
