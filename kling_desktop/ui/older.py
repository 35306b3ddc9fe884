"""The queue shows the newest jobs at once, and older ones when somebody scrolls down to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kling_desktop.engine.remote import FIRST

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import JobId
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope


class OlderJobs(QObject):
    """Reads the ledger page by page, as far as it is looked at."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._queue = window.queue
        self._engine = engine
        self._tasks = tasks
        self._last: JobId | None = None
        """The oldest job of the last page."""
        self._queue.model.more_wanted.connect(self._want)

    async def show(self) -> None:
        """Begin with the newest jobs, and those that are under way however old they are."""
        jobs = await self._engine.jobs()
        has_more = len(jobs) >= FIRST
        self._last = jobs[FIRST - 1].id if has_more else None
        self._queue.reset(jobs, has_more=has_more)

    def _want(self) -> None:
        self._tasks.start(self._fetch())  # The model asks once for each page.

    async def _fetch(self) -> None:
        if self._last is None:
            return
        jobs = await self._engine.older_jobs(self._last)
        self._last = jobs[-1].id if jobs else None
        self._queue.model.extend(jobs, has_more=len(jobs) >= FIRST)
