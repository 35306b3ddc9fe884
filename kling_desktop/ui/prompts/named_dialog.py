"""Things that have names: to be used, kept anew, renamed and deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
)

from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

SIZE: Final = (600, 460)
LONGEST: Final = 80
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class NamedWords:
    """What the dialog says of what it lists."""

    title: str
    use: str
    keep: str
    how: str
    none: str
    option: str = ""
    """A choice beside keeping; empty if there is none."""


class NamedDialog(QDialog):
    """Shows names, and what each stands for; whoever opened it does the work."""

    used = Signal(str)
    keep_asked = Signal(str)
    """Keep what is in the form under this name."""
    rename_asked = Signal(str, str)
    drop_asked = Signal(str)

    def __init__(self, parent: QWidget, words: NamedWords) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.title)
        self._words = words
        self._entries: Mapping[str, str] = {}
        self.list = QListWidget()
        self.list.setProperty("steps", True)
        self.list.setAccessibleName(words.title)
        self.about = QPlainTextEdit(readOnly=True)
        self.about.setAccessibleName("What it stands for")
        self.about.setTabChangesFocus(True)
        self.name = QLineEdit(placeholderText="Name", maxLength=LONGEST)
        self.name.setAccessibleName("Name")
        self.option = QCheckBox(words.option)
        self.option.setVisible(bool(words.option))
        self.keep, self.rename, self.drop = Button(words.keep), Button("Rename"), Button("Delete")
        self.told = label(words.how, look="muted", wrap=True)
        self._lay_out()
        self.list.currentTextChanged.connect(self._follow)
        self.list.itemActivated.connect(self._use_it)
        self.name.textChanged.connect(self._allow)
        self.keep.clicked.connect(lambda: self.keep_asked.emit(self._named))
        self.rename.clicked.connect(lambda: self.rename_asked.emit(self._chosen, self._named))
        self.drop.clicked.connect(lambda: self.drop_asked.emit(self._chosen))
        fit(self, SIZE)
        self._allow()

    def show_entries(self, entries: Mapping[str, str], chosen: str = "") -> None:
        """Names, with what each stands for."""
        self._entries = entries
        self.list.clear()
        self.list.addItems(list(entries))
        names = list(entries)
        self.list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        self.tell(self._words.how if entries else self._words.none)
        self._allow()

    def tell(self, text: str) -> None:
        """Say what happened."""
        self.told.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus() and self._chosen:
            self.drop_asked.emit(self._chosen)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.name.hasFocus():
            self.keep.click()
        else:
            super().keyPressEvent(event)

    @property
    def _chosen(self) -> str:
        row = self.list.currentRow()
        return self.list.item(row).text() if row >= 0 else ""

    @property
    def _named(self) -> str:
        return " ".join(self.name.text().split())

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self.list, 2)
        middle.addWidget(self.about, 3)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        for each in (self.keep, self.rename, self.drop):
            each.setAutoDefault(False)
            row.addWidget(each)
        buttons = QDialogButtonBox()
        self._use = buttons.addButton(self._words.use, QDialogButtonBox.ButtonRole.AcceptRole)
        self._use.setProperty("primary", True)
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self._use, close):
            button.setAutoDefault(False)
        self._use.clicked.connect(self._use_it)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(middle, 1)
        column.addLayout(row)
        for widget in (self.option, self.told, buttons):
            column.addWidget(widget)

    def _follow(self, name: str) -> None:
        self.about.setPlainText(self._entries.get(name, ""))
        self.name.setText(name)
        self._allow()

    def _allow(self) -> None:
        named, is_there = self._named, bool(self._chosen)
        self._use.setEnabled(is_there)
        self.drop.setEnabled(is_there)
        self.keep.setEnabled(bool(named))
        self.keep.setText("Replace" if named in self._entries else self._words.keep)
        self.rename.setEnabled(is_there and bool(named) and named not in self._entries)

    def _use_it(self) -> None:
        if self._chosen:
            self.used.emit(self._chosen)
            self.accept()
