"""A file, or a stretch of it, read ahead in blocks while earlier ones are on their way."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal.threads import to_the_end

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable
    from pathlib import Path

FIRST, SMALLEST, LARGEST = 256 * 1024, 64 * 1024, 2 * 1024 * 1024
"""Bytes of a block: large ones cost least, but on a slow line they would make the progress jump and
could not be sent within the patience for one write. So a block grows while it goes out quickly."""
QUICK, SLOW = 0.05, 0.5
"""Seconds for a block, below which the next one is larger, above which it is smaller."""


@asynccontextmanager
async def opened(path: Path, *, at: int = 0) -> AsyncIterator[tuple[IO[bytes], int]]:
    """The file, ready to be read from ``at``, and its whole size.

    Raises:
        BadPicture: it cannot be read.
    """
    try:
        file, size = await to_the_end(lambda: _open(path, at), lambda done: done[0].close())
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        yield file, size
    finally:
        # A read that nobody waits for any more may still be under way; closing waits for it.
        await to_the_end(file.close)


async def blocks(
    path: Path, file: IO[bytes], size: int, moved: Callable[[int], None]
) -> AsyncGenerator[bytes, None]:
    """Exactly ``size`` bytes; ``moved`` hears how many were sent.

    A block counts as sent when the next one is asked for, and two are in memory at the most.
    Close this (``aclosing``) before the file.

    Raises:
        BadPicture: the file cannot be read, or has become shorter.
    """
    loop, sent, length = asyncio.get_running_loop(), 0, FIRST
    ahead = loop.run_in_executor(None, file.read, min(length, size))
    try:
        while sent < size:
            block = await ahead
            if not block:
                raise e.BadPicture(path.name, "the file became shorter while it was sent")
            left, began = size - sent - len(block), loop.time()
            ahead = loop.run_in_executor(None, file.read, min(length, left))
            yield block
            length = next_length(length, loop.time() - began)
            sent += len(block)
            moved(sent)
    except OSError as error:
        raise _unreadable(path, error) from None
    finally:
        ahead.cancel()


def next_length(length: int, seconds: float) -> int:
    """Bytes of the block after one that took so long."""
    if seconds < QUICK:
        return min(length * 2, LARGEST)
    return max(length // 2, SMALLEST) if seconds > SLOW else length


def _open(path: Path, at: int) -> tuple[IO[bytes], int]:
    file = path.open("rb")
    file.seek(at)
    return file, os.fstat(file.fileno()).st_size


def _unreadable(path: Path, error: OSError) -> e.BadPicture:
    return e.BadPicture(path.name, error.strerror or type(error).__name__)
