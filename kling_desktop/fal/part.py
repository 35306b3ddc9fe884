"""The incomplete file on disk, and the bookmark beside it that tells where to go on."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, TypeVar

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.given_json import parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

BLOCK = 256 * 1024
"""Bytes written at once."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Which file the part belongs to, so that two files are never spliced into one."""

    address: str
    """Without its query, where signatures change."""
    size: int | None
    etag: str | None
    """Only a strong one: a weak one does not promise the same bytes."""


class PartFile:
    """A file that arrives in order, over one try or many."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark_path = path.with_name(path.name + ".etag")
        self._file: IO[bytes] | None = None
        self._waiting = bytearray()
        self.size = 0
        """Bytes on disk."""

    async def bookmark(self, address: str) -> tuple[Bookmark, int] | None:
        """Where to go on with that address, or None to start from the beginning."""
        return await _on_disk(lambda: self._read_bookmark(address))

    async def open(self, mark: Bookmark, *, at: int = 0) -> None:
        """Go on at ``at``, or start over at zero."""
        await _on_disk(lambda: self._open(mark, at))

    async def add(self, data: bytes) -> None:
        """Take some bytes; they reach the disk in blocks."""
        self._waiting += data
        if len(self._waiting) >= BLOCK:
            await self._write()

    async def close(self) -> None:
        """Keep what has arrived."""
        file, self._file = self._file, None
        if file is None:
            return
        block, self._waiting = bytes(self._waiting), bytearray()
        await _on_disk(lambda: _finish(file, block))
        self.size += len(block)

    async def complete(self) -> None:
        """Everything has arrived: sync it and drop the bookmark."""
        await self.close()
        await _on_disk(lambda: _sync(self._path))
        await _on_disk(lambda: self._mark_path.unlink(missing_ok=True))

    async def _write(self) -> None:
        file = self._file
        assert file is not None
        block, self._waiting = bytes(self._waiting), bytearray()
        await _on_disk(lambda: file.write(block))
        self.size += len(block)

    def _read_bookmark(self, address: str) -> tuple[Bookmark, int] | None:
        try:
            mark = Bookmark(**parsed(self._mark_path.read_text("utf-8")))
            done = self._path.stat().st_size
            is_partial = done > 0 and (mark.size is None or done < mark.size)
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return (mark, done) if mark.address == address and is_partial else None

    def _open(self, mark: Bookmark, at: int) -> None:
        if at == 0:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # The old bytes go before the new bookmark comes: they do not belong to it.
            self._file = self._path.open("wb")
            self._mark_path.write_text(json.dumps(asdict(mark)), "utf-8")
        else:
            self._file = self._path.open("ab")
        self.size = at


async def _on_disk(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise FolderUnusable(f"{where}{error.strerror or type(error).__name__}") from None


def _finish(file: IO[bytes], block: bytes) -> None:
    with file:
        file.write(block)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
