"""What the first window does when somebody starts the program once more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from kling_desktop.domain.knock import Knock
    from kling_desktop.ui.doorbell import Doorbell
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

OTHER_BACKEND = (
    "The program was started once more, for {wish}, but this window is on {here}. "
    "Close it first, then start it for {wish}. Nothing was sent."
)
_NAMES = {"live": "live clips", "sandbox": "the sandbox"}


class Threshold(QObject):
    """Lets in whoever knocks."""

    def __init__(self, window: MainWindow, studio: Studio, bell: Doorbell) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        bell.knocked.connect(self.welcome)

    def welcome(self, knock: Knock) -> None:
        """Come forward, and take what was brought."""
        self._come_forward()
        here = self._window.backend
        if knock.wish != "auto" and here and (knock.wish == "sandbox") != (here == "sandbox"):
            where = _NAMES.get(here, here)
            text = OTHER_BACKEND.format(wish=_NAMES[knock.wish], here=where)
            self._window.stage.notice.tell(text)
            return
        for each in knock.files[:1]:
            self._studio.take_file(Path(each))

    def _come_forward(self) -> None:
        window = self._window
        if window.isMinimized():
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
