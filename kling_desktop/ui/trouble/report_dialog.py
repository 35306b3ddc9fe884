"""The problem report before it is a file: everything that will be in it, to be read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
)

from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit
from kling_desktop.ui.trouble import words
from kling_desktop.ui.trouble.fixed import FixedText

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SIZE = (820, 640)
SMALLEST = (620, 420)
NAME = "kling-desktop-report.txt"


class ReportDialog(QDialog):
    """Shows a text, and saves or copies exactly that."""

    wished = Signal()
    """A report is wanted, with prompts or without (:attr:`with_prompts`)."""
    file_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Report a problem")
        self.preview = FixedText("What the report holds")
        self.prompts = QCheckBox("Include the prompts of my jobs")
        self.copy = Button("Copy")
        self.save = Button("Save as a file\N{HORIZONTAL ELLIPSIS}", look="primary")
        self.said = label(look="muted", wrap=True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self._text = ""
        self._lay_out()
        self.prompts.toggled.connect(self.wait)
        self.prompts.toggled.connect(self.wished)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._ask_where)
        self.wait()

    @property
    def with_prompts(self) -> bool:
        return self.prompts.isChecked()

    @property
    def text(self) -> str:
        """What is saved; empty while it is not known yet."""
        return self._text

    def wait(self) -> None:
        """It is being gathered."""
        self._text = ""
        self.preview.setPlainText(words.GATHERING)
        for each in (self.copy, self.save):
            each.setEnabled(False)

    def show_report(self, text: str) -> None:
        """This is it."""
        self._text = text
        self.preview.setPlainText(text)
        self.copy.setText("Copy")
        for each in (self.copy, self.save):
            each.setEnabled(True)

    def say(self, text: str) -> None:
        """Say what became of it."""
        self.said.setText(text)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.copy.setText("Copied")

    def _ask_where(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, "Save the report", folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Text (*.txt)"])
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(NAME)
        dialog.fileSelected.connect(self.file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _lay_out(self) -> None:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        close.setAutoDefault(False)
        box.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for each in (self.save, self.copy):
            each.setAutoDefault(False)
            foot.addWidget(each)
        foot.addWidget(self.said, 1)
        foot.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(label(words.REPORT_IS, wrap=True))
        column.addWidget(self.preview, 1)
        column.addWidget(self.prompts)
        column.addLayout(foot)
        fit(self, SIZE, smallest=SMALLEST)
        self.preview.setFocus()
