"""The line at the start after a program that died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, label, tool_button
from kling_desktop.ui.theme import tokens
from kling_desktop.ui.trouble import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.bug_report import Crash


class CrashBanner(QFrame):
    """Stays until it is closed, and stops nobody."""

    report_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("salvage", True)
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.report = Button("Report\N{HORIZONTAL ELLIPSIS}")
        self._close = tool_button(words.CRASH_LATER)
        self._close.setProperty("flat", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self._sign, 0, middle)
        row.addWidget(self._text, 1)
        for each in (self.report, self._close):
            row.addWidget(each, 0, middle)
        self.report.clicked.connect(self.report_asked)
        self._close.clicked.connect(self.hide)
        self.restyle()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def tell(self, crashes: Sequence[Crash]) -> None:
        """Say that they were, or nothing where there were none."""
        if crashes:
            text = words.crashed(crashes)
            self._text.setText(text)
            self.setAccessibleName(text)
            self.report.setAccessibleDescription(text)
            self.show()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._sign.setPixmap(icons.pixmap("warning", 20, tokens().warn))
        self._close.setIcon(icons.icon("cancel"))
