"""Shows what will be sent before anybody pays, and what was sent for every job in the queue."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.parcel import Inspection
    from kling_desktop.engine.intake import Draft
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.inspect.dialog import InspectDialog
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

OPENS = "inspect"
NO_JOB = "Choose a job in the queue first; then its request is shown."


class InspectDesk(QObject):
    """One window at a time; the engine makes the bytes, a thread of its own the images."""

    def __init__(
        self,
        window: MainWindow,
        engine: RemoteEngine,
        tasks: TaskScope,
        draft: Callable[[], Awaitable[Draft | None]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._draft = draft
        self.dialog: InspectDialog | None = None
        window.compose.inspect_asked.connect(self.open)

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {"inspect": self.open, "inspect-job": self.open_chosen}

    def open(self) -> None:
        """Show what the panels would send."""
        self._start(self._ask_draft())

    def open_chosen(self) -> None:
        """Show what the chosen job has sent, or will send."""
        job = self._window.queue.chosen
        if job is None:
            self._window.stage.notice.tell(NO_JOB)
        else:
            self.open_job(job)

    def open_job(self, job: Job) -> None:
        """Show what a job has sent, or will send."""
        self._start(self._open(self._engine.inspect_job(job.id)))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self.dialog is None and not self._tasks.is_busy(OPENS):
            self._tasks.start(work, group=OPENS)
        else:
            work.close()

    async def _ask_draft(self) -> None:
        self._window.stage.notice.hide()
        self._window.compose.show_problems(())
        draft = await self._draft()
        if draft is not None:
            await self._open(self._engine.inspect(draft))

    async def _open(self, asked: Coroutine[Any, Any, Inspection]) -> None:
        from kling_desktop.ui.inspect.dialog import InspectDialog
        from kling_desktop.ui.inspect.loading import load

        inspected = await asked
        images = await asyncio.to_thread(load, inspected.parcel)
        dialog = self.dialog = InspectDialog(self._window, inspected, images)
        dialog.put(self._window.inspector_place)
        dialog.folder_chosen.connect(self._save)
        dialog.finished.connect(self._close)
        dialog.open()

    def _close(self) -> None:
        if self.dialog is not None:
            self._window.inspector_place = self.dialog.place()
        self.dialog = None

    def _save(self, below: str) -> None:
        if self.dialog is not None:
            self._tasks.start(self._save_now(self.dialog, Path(below)))

    async def _save_now(self, dialog: InspectDialog, below: Path) -> None:
        from kling_desktop.ui.inspect.saving import save_everything

        parcel, now = dialog.inspected.parcel, datetime.now().astimezone()
        try:
            folder = await asyncio.to_thread(save_everything, parcel, below, now)
        except OSError as error:
            if self.dialog is dialog:
                dialog.say(f"Not saved below {below}: {error.strerror}.")
        else:
            if self.dialog is dialog:
                dialog.tell_saved(folder)
