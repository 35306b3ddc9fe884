"""Pictures on their way to the stage: opened, dropped, pasted, or there from last time."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.catalog import FieldKind, Task
from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.limits import MAX_BYTES
from kling_desktop.ui import incoming
from kling_desktop.ui.forms.shelf import local_files, path_of
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.project.desk import is_project
from kling_desktop.ui.project.questions import SUFFIX

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QImage

    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.project.desk import ProjectDesk
    from kling_desktop.ui.tasks import TaskScope

KINDS = "*.jpg *.jpeg *.png *.webp *.avif *.gif *.bmp *.tif *.tiff"
HEIC = "*.heic *.heif"

SUFFIXES = {
    FieldKind.VIDEO: {".mp4", ".mov", ".webm", ".mkv", ".m4v"},
    FieldKind.SOUND: {".mp3", ".wav", ".m4a", ".ogg", ".flac", ".aac"},
}
KEPT_NO_MORE = (
    "The picture of that job is no longer kept here; the rest is in the form. Choose a picture."
)


class Pictures:
    """Has every picture kept by the engine before it is shown; the newest one counts."""

    def __init__(
        self,
        window: MainWindow,
        engine: RemoteEngine,
        tasks: TaskScope,
        opened: asyncio.Event,
        projects: ProjectDesk,
    ) -> None:
        self._window = window
        self._engine = engine
        self._tasks = tasks
        self._opened = opened
        self._projects = projects
        window.mime_given.connect(self.take_mime)
        window.start_wanted.connect(lambda address: self.take_kept(path_of(address)))
        window.compose.mime_given.connect(self.take_mime)
        window.stage.picture.open_asked.connect(self.ask_for_file)
        window.stage.picture.paste_asked.connect(self.paste)
        window.stage.remove_asked.connect(lambda: self._start(projects.remove()))

    def take_file(self, path: Path) -> None:
        """Use a picture file from now on, or a project file with all that is in it."""
        self._start(self._projects.open(path) if is_project(path) else self._use_file(path))

    def take_kept(self, path: Path) -> None:
        """Use our own copy of a picture of an earlier job again."""
        self._start(self._use_kept(path))

    def take_mime(self, mime: QMimeData) -> None:
        """Use what was dropped or pasted."""
        path, image = incoming.local_file(mime), incoming.pixels(mime)
        if self._goes_into_the_form(local_files(mime)):
            return
        if path is not None:
            self.take_file(path)
        elif image is not None:
            self._start(self._use_pixels(image))
        else:
            self._window.stage.notice.tell("There is no picture in what you gave.")

    def _goes_into_the_form(self, files: list[str]) -> bool:
        """Videos and sounds have their place there, and so have pictures where several are."""
        compose = self._window.compose
        for kind, suffixes in SUFFIXES.items():
            found = [each for each in files if Path(each).suffix.lower() in suffixes]
            if found and compose.take_file(kind, found[0]):
                return True
        several = not start_of(compose.endpoint) and not any(map(is_project, map(Path, files)))
        return bool(files) and several and compose.add_pictures(files)

    def paste(self) -> None:
        """Use what is in the clipboard."""
        self.take_mime(QGuiApplication.clipboard().mimeData())

    def ask_for_file(self) -> None:
        """Let the user choose a file."""
        dialog = QFileDialog(self._window, "Open a picture or a project", "", kinds())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.take_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def recall(self) -> None:
        """Show the picture of last time again; that it is gone is news to nobody."""
        source = self._window.last_picture
        if source is None:
            return
        with contextlib.suppress(BadPicture):
            self._window.stage.show_picture(await incoming.load(source.path), source)
        self._window.last_picture = None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(work, group="picture", exclusive=True)

    async def _use_file(self, path: Path) -> None:
        await self._opened.wait()
        await self._use(path, await self._engine.decode_picture(path), path.name)

    async def _use_kept(self, path: Path) -> None:
        try:
            decoded = await self._engine.decode_picture(path)
            await self._show(Source(path, path.name), decoded)
        except BadPicture:
            self._window.stage.notice.tell(KEPT_NO_MORE)

    async def _use_pixels(self, image: QImage) -> None:
        await self._opened.wait()
        path = await incoming.write_pixels(image)
        try:
            await self._use(path, await self._engine.decode_picture(path), "Pasted picture")
        finally:
            path.unlink(missing_ok=True)

    async def _use(self, path: Path, decoded: DecodedPicture, name: str) -> None:
        """As it is, or as much of it as Kling takes. Raises BadPicture, FolderUnusable."""
        from kling_desktop.domain.motion.fitting import proposal

        file_bytes = 0
        if proposal(decoded.size) is None:
            try:
                kept = await self._engine.keep_picture(path)
            except BadPicture:
                file_bytes = len(decoded.data)
                if file_bytes <= MAX_BYTES:
                    raise  # it is not the size
            else:
                await self._show(Source(kept, name), decoded)
                return
        fit = await self._projects.offer_fit(decoded, file_bytes=file_bytes)
        if fit is not None:
            made, kept = await self._projects.fitted(decoded, fit)
            await self._show(Source(kept, name), made)

    async def _show(self, source: Source, decoded: DecodedPicture) -> None:
        if not await self._projects.bring(decoded, source):
            return
        window = self._window
        window.stage.notice.hide()
        if decoded.frames > 1 or decoded.alpha is not None:
            window.stage.notice.tell(" ".join(decoded.notes), is_good=True)
        if not start_of(window.compose.endpoint):
            window.compose.choose(Task.IMAGE_TO_VIDEO.value, window.compose.endpoint.tier)
        window.compose.focus_prompt()


def kinds() -> str:
    """What the dialog for files lists: HEIC only where it can be read."""
    pictures = f"{KINDS} {HEIC}" if importlib.util.find_spec("pillow_heif") else KINDS
    return (
        f"Pictures and projects ({pictures} *{SUFFIX});;Pictures ({pictures});;"
        f"Projects (*{SUFFIX});;All files (*)"
    )
