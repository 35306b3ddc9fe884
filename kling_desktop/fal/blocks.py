"""A file, or a stretch of it, read ahead in blocks while earlier ones are on their way."""

from __future__ import annotations

import asyncio
import math
import os
import time
from contextlib import asynccontextmanager, contextmanager
from typing import IO, TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal.threads import to_the_end

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
    from pathlib import Path

FIRST, SMALLEST, LARGEST = 256 * 1024, 64 * 1024, 4 * 1024 * 1024
"""Bytes of a block: large ones cost least, but on a slow line they would make the progress jump and
could not be sent within the patience for one write. So a block grows while it goes out quickly."""
QUICK, SLOW = 0.05, 0.5
"""Seconds for a block, below which the next one is larger, above which it is smaller."""


class Line:
    """How much at a time suits the way to the other side; shared by all that goes over it."""

    def __init__(self) -> None:
        self.block = FIRST
        """Bytes of the next block that is read."""

    @contextmanager
    def measured(self, length: int) -> Iterator[None]:
        """Learn from a block that goes out meanwhile, or fails to."""
        began, went = time.monotonic(), False
        try:
            yield
            went = True
        finally:
            self.took(length, time.monotonic() - began if went else math.inf)

    def took(self, length: int, seconds: float) -> None:
        """Learn how long a block took; without end if it never went out."""
        if seconds < QUICK:
            self.block = max(self.block, min(length * 2, LARGEST))
        elif seconds > SLOW:
            self.block = SMALLEST if seconds == math.inf else max(length // 2, SMALLEST)


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
    path: Path, file: IO[bytes], size: int, moved: Callable[[int], None], line: Line
) -> AsyncGenerator[bytes, None]:
    """Exactly ``size`` bytes; ``moved`` hears how many were sent.

    A block counts as sent when the next one is asked for, and two are in memory at the most.
    Close this (``aclosing``) before the file.

    Raises:
        BadPicture: the file cannot be read, or has become shorter.
    """
    loop, left = asyncio.get_running_loop(), size

    def read_ahead() -> asyncio.Future[bytes]:
        return loop.run_in_executor(None, file.read, min(line.block, left))

    ahead = read_ahead() if left else None
    try:
        while ahead is not None:
            block = await ahead
            if not block:
                raise e.BadPicture(path.name, "the file became shorter while it was sent")
            left -= len(block)
            ahead = read_ahead() if left else None
            with line.measured(len(block)):
                yield block
            moved(size - left)
    except OSError as error:
        raise _unreadable(path, error) from None
    finally:
        if ahead is not None:
            ahead.cancel()


def _open(path: Path, at: int) -> tuple[IO[bytes], int]:
    file = path.open("rb")
    file.seek(at)
    return file, os.fstat(file.fileno()).st_size


def _unreadable(path: Path, error: OSError) -> e.BadPicture:
    return e.BadPicture(path.name, error.strerror or type(error).__name__)
