"""Jobs are stopped: one at once, several after a question."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.ui.question import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

SEVERAL = (
    "What waits here or in fal's queue costs nothing then. What the model is at work on already "
    "may be charged even so; each row says what became of it."
)


class Cancelling(QObject):
    """Connects the wish to stop jobs with the engine."""

    stopped = Signal(object)
    """What has become of a job."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks

    def cancel(self, job: Job | None) -> None:
        """Stop a job, if it still can be."""
        if job is not None and not job.is_over:
            self._tasks.start(self._cancel(job))

    def cancel_all(self, jobs: Sequence[Job]) -> None:
        """Stop one job at once, and several after a question; what is uncertain by itself only."""
        if len(jobs) == 1:
            self.cancel(jobs[0])
            return
        ids = [
            each.id for each in jobs if not each.is_over and each.state is not JobState.UNCERTAIN
        ]
        if ids and not self._tasks.is_busy("cancel all"):
            self._tasks.start(self._cancel_all(ids), group="cancel all")

    async def _cancel(self, job: Job) -> None:
        self.stopped.emit(await self._engine.cancel(job.id))

    async def _cancel_all(self, job_ids: Sequence[JobId]) -> None:
        name = "1 job" if len(job_ids) == 1 else f"{len(job_ids)} jobs"
        text = f"Cancel {name}?\n\n{SEVERAL}"
        if await ask(self._window, "Cancel", text, yes=f"Cancel {name}", no="Keep"):
            await asyncio.gather(*map(self._engine.cancel, job_ids))
