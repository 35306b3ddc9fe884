"""Work on the disk that comes to its end even if nobody waits for it any more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def to_the_end(work: Callable[[], T], undo: Callable[[T], None] | None = None) -> T:
    """Do it in a thread. A cancellation waits for it, and then undoes it."""
    doing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait((doing,))
        if undo is not None and doing.exception() is None:
            undo(doing.result())
        raise
