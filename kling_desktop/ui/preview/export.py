"""The preview as a file: asked for in the window, written elsewhere, stopped at any frame."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QProgressDialog

from kling_desktop.ui.paths import ask_file

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.preview.playing import ExportMotion
    from kling_desktop.ui.tasks import TaskScope

FILTERS = {
    "Video (*.mp4)": ".mp4",
    "Animated WebP (*.webp)": ".webp",
    "Animated GIF (*.gif)": ".gif",
}
NOTHING = "There is no motion to export: paint a region and draw its path first."
DONE = "The preview is written: {}. It is marked as a preview, not the model."
STOPPED = "The export was stopped, and nothing was written."
GROUP = "export"


class Stopped(Exception):
    """Somebody does not want the file any more."""


class PreviewExport(QObject):
    """Asks where to, shows how far it is, and says what came of it."""

    _made = Signal(int, int)

    def __init__(self, window: MainWindow, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self.progress: QProgressDialog | None = None
        """While a file is written."""
        self._made.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def ask(self) -> None:
        """Write what is painted to a file that somebody chooses; one at a time."""
        if not self._tasks.is_busy(GROUP):
            self._tasks.start(self._ask(), group=GROUP)

    async def write(
        self, export: ExportMotion, out: Path, document: MotionDocument, page: BrushPage
    ) -> None:
        """Write it now. Raises FolderUnusable."""
        picture, stop = page.session.picture, threading.Event()
        assert picture is not None

        def on_frame(done: int, of: int) -> None:
            if stop.is_set():
                raise Stopped
            self._made.emit(done, of)

        self.progress = self._open_progress(out, stop)
        notice = self._window.stage.notice
        try:
            await asyncio.to_thread(export, out, document, picture, on_frame)
            notice.tell(DONE.format(out.name), is_good=True)
        except Stopped:
            notice.tell(STOPPED)
        finally:
            stop.set()  # also where the window closes meanwhile
            self.progress.deleteLater()
            self.progress = None

    async def _ask(self) -> None:
        from kling_desktop.ui.preview.playing import moves

        stage = self._window.stage
        page, export = stage.brush, stage.export_motion
        if page is None or export is None or not moves(page.session.document):
            stage.notice.tell(NOTHING)
            return
        document = page.session.document
        if out := await self._ask_path(document):
            await self.write(export, out, document, page)

    async def _ask_path(self, document: MotionDocument) -> Path | None:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        name = f"{Path(document.picture.name or 'picture').stem}-preview.mp4"
        return await ask_file(self._window, "Export preview", Path(place or ".") / name, FILTERS)

    def _open_progress(self, out: Path, stop: threading.Event) -> QProgressDialog:
        made = QProgressDialog(f"Writing {out.name}", "Cancel", 0, 0, self._window)
        made.setWindowTitle("Export preview")
        made.setWindowModality(Qt.WindowModality.NonModal)
        made.setAutoClose(False)
        made.setAutoReset(False)
        made.setMinimumDuration(400)
        made.setMinimumWidth(360)
        made.canceled.connect(stop.set)
        return made

    def _show(self, done: int, of: int) -> None:
        if self.progress is not None and not self.progress.wasCanceled():
            self.progress.setMaximum(of)
            self.progress.setValue(done)
