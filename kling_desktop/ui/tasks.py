"""Coroutines that belong to a widget: held, reported, and ended with it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import KlingDesktopError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class TaskScope:
    """Starts coroutines on the window's loop; every error reaches ``report`` in one place."""

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._is_over = False

    def start(
        self, work: Coroutine[Any, Any, None], *, group: str = "", exclusive: bool = False
    ) -> asyncio.Task[None]:
        """Run ``work``; with ``exclusive`` an earlier task of the same group is cancelled."""
        if self._is_over:
            # Late news of an engine that is closing: nobody is there to see what it would do.
            task = asyncio.get_running_loop().create_task(_nothing())
            work.close()
            return task
        if exclusive:
            for task in [each for each, its in self._tasks.items() if its == group]:
                task.cancel()
        task = asyncio.get_running_loop().create_task(self._guard(work))
        self._tasks[task] = group
        task.add_done_callback(self._tasks.pop)
        # A task that is cancelled before its first step never came to await its work.
        task.add_done_callback(lambda _: work.close())
        return task

    @property
    def is_closed(self) -> bool:
        """Whether nothing is started any more: the widget is at its end, or the loop has ended."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return True
        return self._is_over

    def is_busy(self, group: str) -> bool:
        """Whether a task of that group is under way."""
        return group in self._tasks.values()

    async def aclose(self) -> None:
        """Cancel what still runs and wait for its end."""
        self._is_over = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except KlingDesktopError as error:
            self._report(error)
        except Exception as error:
            log.exception("task failed")
            self._report(error)


async def _nothing() -> None:
    pass
