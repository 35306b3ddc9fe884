"""The line that says that not all jobs are in sight, or not by age, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.ui.parts import Button, Caption

if TYPE_CHECKING:
    from kling_desktop.ui.queue.sieve import Sieve


class SiftedLine(QWidget):
    """Hidden while everything is in sight."""

    all_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = Caption(look="muted")
        self._back = Button("Show all")
        self._back.setToolTip("Show all jobs, the newest first")
        for each in ("flat", "slim"):
            self._back.setProperty(each, True)
        self._back.clicked.connect(self.all_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._back)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.toolTip()

    def show_sieve(self, sieve: Sieve, shown: int, known: int) -> None:
        """Say what is chosen, and how much that is."""
        self.setVisible(not sieve.is_plain)
        number = "" if sieve.standing is None else f" ({shown} of {known})"
        self._words.show_text(f"{sieve.text}{number}")
