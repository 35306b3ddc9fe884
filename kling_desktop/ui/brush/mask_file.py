"""A mask from a file: white is in. It is read by the engine, as any picture is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

TITLE = "Open a mask: white moves, black does not"
FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.avif *.gif *.bmp *.tif *.tiff);;All files (*)"


class MaskFiles(QObject):
    """Asks for a file whenever the menu of masks wants one."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window, self._engine, self._tasks = window, engine, tasks
        window.stage.brush_made.connect(self._join)

    def take(self, path: Path) -> None:
        """Make the chosen region of a file."""
        self._tasks.start(self._take(path), group="mask-file", exclusive=True)

    def _join(self) -> None:
        brush = self._window.stage.brush
        if brush is not None:
            brush.mask_file_asked.connect(self._ask)

    def _ask(self) -> None:
        dialog = QFileDialog(self._window, TITLE, "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def _take(self, path: Path) -> None:
        from kling_desktop.domain.motion.operations import from_image

        decoded = await self._engine.decode_picture(path)
        brush = self._window.stage.brush
        if brush is not None:
            rows = decoded.rows
            brush.runner.run(
                lambda document, region: from_image(document, region, rows), brush.session.active
            )
