"""The one calm dialog for what nobody foresaw; further errors are counted in it, not stacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.theme import tokens
from kling_desktop.ui.trouble import words
from kling_desktop.ui.trouble.fixed import FixedText

if TYPE_CHECKING:
    from kling_desktop.domain.bug_report import Failure

WIDTH = 560
MOST_SHOWN = 10
"""Failures whose details are kept here; the rest is counted."""


class FailureDialog(QDialog):
    """Says what happened and what was saved, and lets people go on."""

    report_asked = Signal()

    def __init__(self, parent: QWidget, failure: Failure) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.HEADING)
        self._shown = [failure]
        self._more = 0
        self._sign = QLabel()
        self._sign.setPixmap(icons.pixmap("warning", 28, tokens().warn))
        self._heading = label(words.HEADING, look="heading")
        self._kept = label(words.KEEPING, wrap=True)
        self._kept.setTextFormat(Qt.TextFormat.PlainText)
        self._count = label(look="muted")
        self._count.hide()
        self.details = FixedText("Details")
        self.details.setMinimumHeight(180)
        self.details.hide()
        self.unfold = Button("Show details")
        self.copy = Button("Copy details")
        self.report = Button("Report\N{HORIZONTAL ELLIPSIS}")
        self.go_on = Button("Continue", look="primary")
        self._lay_out()
        self._connect()
        self._tell()

    @property
    def text(self) -> str:
        """All that is said, but for the details."""
        return " ".join(each.text() for each in (self._kept, self._count) if not each.isHidden())

    @property
    def seen(self) -> tuple[Failure, ...]:
        """The failures that it is about."""
        return tuple(self._shown)

    def tell_kept(self, sentence: str) -> None:
        """Say what was saved."""
        self._kept.setText(sentence)
        self.setAccessibleDescription(f"{words.WHAT} {sentence} {words.JOBS}")
        self._fit()

    def count(self, failure: Failure) -> None:
        """One more happened meanwhile."""
        self._more += 1
        self._count.setText(words.further(self._more))
        self._count.setVisible(True)
        if len(self._shown) < MOST_SHOWN:
            self._shown.append(failure)
            self._tell()
        self._fit()

    def _tell(self) -> None:
        self.details.setPlainText(
            "\n".join(f"{each.summary}\n{each.details}" for each in self._shown)
        )
        self.copy.setText("Copy details")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText("Copied")

    def _turn(self) -> None:
        is_shown = self.details.isHidden()
        self.details.setVisible(is_shown)
        self.unfold.setText("Hide details" if is_shown else "Show details")
        self._fit()

    def _fit(self) -> None:
        self._column.activate()
        width = max(self.width(), WIDTH)
        self.resize(width, self._column.totalHeightForWidth(width))

    def _connect(self) -> None:
        self.unfold.clicked.connect(self._turn)
        self.copy.clicked.connect(self._copy)
        self.report.clicked.connect(self.report_asked)
        self.go_on.clicked.connect(self.accept)

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(8)
        for each in (self._heading, label(words.WHAT, wrap=True), self._kept):
            said.addWidget(each)
        said.addWidget(label(words.JOBS, wrap=True))
        said.addWidget(self._count)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.unfold, self.copy, self.report):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.addStretch()
        foot.addWidget(self.go_on)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.details, 1)
        column.addLayout(foot)
        self.setMinimumWidth(WIDTH)
        self.go_on.setDefault(True)
        self.go_on.setFocus()
