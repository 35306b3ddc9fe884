"""Ask the backend what has changed in its models, and say it in a window that stops nobody."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.ui.differences import show_differences, show_no_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.tasks import TaskScope

GROUP = "models"


class ModelsCheck:
    """One question at a time; the window goes on meanwhile."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        self._window = window
        self._engine = engine
        self._tasks = tasks

    def ask(self) -> None:
        """Ask now, unless the last question is still under way."""
        if not self._tasks.is_busy(GROUP):
            self._tasks.start(self._ask(), group=GROUP)

    async def _ask(self) -> None:
        try:
            with _at_work():
                found = await self._engine.refresh_models()
                catalog = await self._engine.catalog()
        except KlingDesktopError as error:
            # Asking costs nothing, whatever the answer.
            show_no_answer(self._window, str(replace(explain(error), money="")))
            return
        self._window.compose.show_catalog(catalog)
        show_differences(self._window, catalog, found)


@contextmanager
def _at_work() -> Iterator[None]:
    """A pointer that says that something is under way, and still points."""
    QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
    try:
        yield
    finally:
        QGuiApplication.restoreOverrideCursor()
