"""Work that is done side by side; of the standard library and of this program alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import Transient

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it side by side.

    What fails for the moment leaves the others to their end, and is raised then; an error that
    waiting does not cure ends the rest at once. A ``TaskGroup`` would end the rest in both cases,
    and what has been sent so far would be sent again.
    """
    tasks = [asyncio.ensure_future(each) for each in work]
    pending = set(tasks)
    try:
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for error in filter(None, (task.exception() for task in done)):
                if not isinstance(error, Transient):
                    raise error
        for task in tasks:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
