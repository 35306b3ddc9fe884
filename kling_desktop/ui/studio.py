"""What the panels mean together: pictures come in, jobs go out, clips are shown."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import InvalidParams, KlingDesktopError
from kling_desktop.domain.events import Event, JobChanged
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.messages import NOTHING_SENT, explain
from kling_desktop.engine.intake import Draft
from kling_desktop.ui import dialogs, incoming
from kling_desktop.ui.tasks import TaskScope

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtGui import QImage

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow

PICTURES = "Pictures (*.jpg *.jpeg *.png *.webp *.avif *.gif *.bmp *.tif *.tiff);;All files (*)"


class Studio:
    """Connects the window's wishes with the engine's work."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, clips: Path) -> None:
        self._window = window
        self._engine = engine
        self._clips = clips
        self._picture: Path | None = None
        self._mine: str | None = None
        """The newest job of this window: its clip is shown as soon as it is there."""
        self._opened = asyncio.Event()
        self.tasks = TaskScope(self.report)
        self._connect()

    async def start(self) -> None:
        """Open the engine and show what it has. Raises KlingDesktopError."""
        name = await self._engine.open()
        self._opened.set()
        self._window.show_backend(name)
        self._window.queue.reset(await self._engine.jobs())

    def report(self, error: Exception) -> None:
        """Show any error where it belongs."""
        if isinstance(error, InvalidParams):
            self._show_problems(error)
        elif isinstance(error, KlingDesktopError):
            self._window.stage.notice.tell(str(explain(error)))
        else:
            self._window.stage.notice.tell("Something unexpected happened; the log has more.")

    def hear(self, events: tuple[Event, ...]) -> None:
        """Follow a batch of the engine's events."""
        self._window.queue.take(events)
        for event in events:
            match event:
                case JobChanged(job=job) if job.id == self._mine and job.state is JobState.DONE:
                    self._window.queue.choose(job.id)
                    self._show_job(job)
                case _:
                    pass

    def take_file(self, path: Path) -> None:
        """Use a picture file from now on."""
        self._start_picture(self._use_file(path))

    def take_mime(self, mime: QMimeData) -> None:
        """Use what was dropped or pasted."""
        path, image = incoming.local_file(mime), incoming.pixels(mime)
        if path is not None:
            self.take_file(path)
        elif image is not None:
            self._start_picture(self._use_pixels(image))
        else:
            self._window.stage.notice.tell("There is no picture in what you gave.")

    def generate(self) -> None:
        """Ask for the clip that the panels describe, once for each answer that came."""
        if not self.tasks.is_busy("generate"):
            self.tasks.start(self._generate(), group="generate")

    def cancel(self, job: Job | None) -> None:
        """Stop a job, if it still can be."""
        if job is not None and not job.is_over:
            self.tasks.start(self._cancel(job))

    def _connect(self) -> None:
        window = self._window
        window.mime_given.connect(self.take_mime)
        window.compose.mime_given.connect(self.take_mime)
        window.compose.generate_asked.connect(self.generate)
        window.queue.job_chosen.connect(self._show_job)
        window.queue.cancel_asked.connect(self.cancel)
        window.queue.folder_asked.connect(self._open_folder)
        window.stage.folder_asked.connect(self._open_folder)
        window.stage.picture.open_asked.connect(self._ask_for_file)
        window.stage.picture.paste_asked.connect(self._paste)
        for name, slot in self._slots().items():
            window.actions_by_id[name].triggered.connect(slot)

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            "open": self._ask_for_file,
            "paste": self._paste,
            "folder": self._open_clips,
            "generate": self.generate,
            "cancel": lambda: self.cancel(self._window.queue.chosen),
            "play": self._toggle,
            "quit": self._window.close,
            "keys": lambda: dialogs.show_keys(self._window),
            "about": lambda: dialogs.show_about(self._window),
        }

    async def _generate(self) -> None:
        self._window.stage.notice.hide()
        self._window.compose.show_problems(())
        endpoint = self._window.compose.endpoint
        values = self._window.compose.values()
        if endpoint.has("image_url") and self._picture is not None:
            values["image_url"] = str(self._picture)
        job = await self._engine.generate(Draft(endpoint=endpoint.id, values=values))
        self._mine = job.id

    async def _cancel(self, job: Job) -> None:
        await self._engine.cancel(job.id)

    def _start_picture(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.start(work, group="picture", exclusive=True)

    async def _use_file(self, path: Path) -> None:
        await self._opened.wait()
        kept = await self._engine.keep_picture(path)
        await self._show_picture(kept, path.name)

    async def _use_pixels(self, image: QImage) -> None:
        await self._opened.wait()
        path = await incoming.write_pixels(image)
        try:
            kept = await self._engine.keep_picture(path)
        finally:
            path.unlink(missing_ok=True)
        await self._show_picture(kept, "Pasted picture")

    async def _show_picture(self, kept: Path, name: str) -> None:
        image = await incoming.load(kept)
        self._picture = kept
        size = f"{image.width()} \N{MULTIPLICATION SIGN} {image.height()}"
        self._window.stage.notice.hide()
        self._window.stage.show_image(image, f"{name}   {size}")
        self._window.compose.choose(Task.IMAGE_TO_VIDEO.value, self._window.compose.endpoint.tier)
        self._window.compose.focus_prompt()

    def _show_problems(self, error: InvalidParams) -> None:
        rest = self._window.compose.show_problems(error.problems)
        if any(each.field == "image_url" for each in rest):
            self._window.stage.notice.tell(f"A picture is needed. {NOTHING_SENT}")
        elif rest:
            self._window.stage.notice.tell(str(explain(InvalidParams(tuple(rest)))))

    def _show_job(self, job: Job) -> None:
        if job.clips:
            self._window.stage.show_clip(job.clips[0].path)

    def _toggle(self) -> None:
        if self._window.stage.player is not None:
            self._window.stage.player.toggle()

    def _paste(self) -> None:
        self.take_mime(QGuiApplication.clipboard().mimeData())

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Open a picture", "", PICTURES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.take_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open_clips(self) -> None:
        with contextlib.suppress(OSError):  # Before the first clip there may be no folder.
            self._clips.mkdir(parents=True, exist_ok=True)
        self._open_folder(str(self._clips / "-"))

    def _open_folder(self, file: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(file).parent)))
