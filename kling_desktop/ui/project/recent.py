"""The menu of the projects that were used last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMainWindow

    from kling_desktop.domain.motion.project import RecentProject

NONE = "No projects yet"
GONE = "It is not there any more: {}"


class RecentMenu(QMenu):
    """Asks for the list whenever somebody looks; what is gone is listed, and cannot be chosen."""

    wanted = Signal()
    """The list is about to be seen."""
    chosen = Signal(object)
    """The path of a project."""

    def __init__(self, window: QMainWindow, *, before: QAction) -> None:
        super().__init__("Open &recent", window)
        self.setToolTipsVisible(True)
        self._known: Sequence[RecentProject] | None = None
        for menu in window.menuBar().findChildren(QMenu):
            if before in menu.actions():
                menu.insertMenu(before, self)
                menu.aboutToShow.connect(self.wanted)
        self.show_projects([])

    def show_projects(self, projects: Sequence[RecentProject]) -> None:
        """List these, the newest first; the first nine have a key of their own."""
        if projects == self._known:
            return  # somebody may be on one of them with the keys
        self._known = projects
        self.clear()
        for number, each in enumerate(projects, 1):
            name = each.path.name.replace("&", "&&")
            entry = self.addAction(f"&{number}  {name}" if number < 10 else name)
            entry.setEnabled(each.is_there)
            entry.setToolTip(str(each.path) if each.is_there else GONE.format(each.path))
            entry.triggered.connect(lambda _=False, path=each.path: self.chosen.emit(path))
        if not projects:
            self.addAction(NONE).setEnabled(False)
