"""Prompts that were sent, to be searched by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
)

from kling_desktop.ui.parts import label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

TEXT: Final = Qt.ItemDataRole.UserRole
SIZE: Final = (640, 520)
HOW: Final = "Enter takes it in place of the prompt. In the prompt, Alt+Up and Alt+Down go through."
ONCE_MORE: Final = "Change the words to search once more."
NONE: Final = "No prompt was sent yet."
NOT_FOUND: Final = "No prompt has these words."
STEPS: Final = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class HistoryDialog(QDialog):
    """Asks for what is to be shown; whoever opened it answers."""

    search_asked = Signal(str)
    taken = Signal(str)
    """This text in place of the prompt."""
    inserted = Signal(str)
    """This text where the cursor is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Prompts sent before")
        self._is_over = False
        self.search = QLineEdit(placeholderText="Search in the words")
        self.search.setAccessibleName("Search the prompts")
        self.list = QListWidget()
        self.list.setProperty("steps", True)
        self.list.setAccessibleName("Prompts, the newest first")
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.whole = QPlainTextEdit(readOnly=True)
        self.whole.setAccessibleName("The whole prompt")
        self.whole.setMaximumHeight(110)
        self.whole.setTabChangesFocus(True)
        self.words = label(HOW, look="muted", wrap=True)
        self._lay_out()
        self.search.textChanged.connect(self.search_asked)
        self.search.installEventFilter(self)
        self.list.currentItemChanged.connect(self._follow)
        self.list.itemActivated.connect(self._take)
        fit(self, SIZE)
        self.search.setFocus()

    def show_found(self, words: str, texts: Sequence[str]) -> None:
        """The answer to a search; one that was overtaken is passed over."""
        if self._is_over or words != self.search.text():
            return
        self.list.clear()
        for each in texts:
            item = QListWidgetItem(" ".join(each.split()))
            item.setData(TEXT, each)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.words.setText(HOW if texts else NOT_FOUND if words.strip() else NONE)
        self._follow()

    def show_trouble(self, why: str) -> None:
        """Nothing can be read just now; what was found before stays."""
        if not self._is_over:
            self.words.setText(f"{why} {ONCE_MORE}")

    def done(self, result: int) -> None:
        self._is_over = True  # An answer may still be on its way.
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While somebody types, the arrow keys move in the list all the same."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in STEPS:
                self.list.event(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox()
        self._use = buttons.addButton("Use this prompt", QDialogButtonBox.ButtonRole.AcceptRole)
        self._use.setProperty("primary", True)
        self._put = buttons.addButton(
            "Insert at the cursor", QDialogButtonBox.ButtonRole.ActionRole
        )
        close = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        for each in (self._use, self._put, close):
            each.setAutoDefault(False)
        self._use.clicked.connect(self._take)
        self._put.clicked.connect(self._insert)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        for widget in (self.whole, self.words, buttons):
            column.addWidget(widget)

    def _current(self) -> str:
        row = self.list.currentRow()
        return str(self.list.item(row).data(TEXT)) if row >= 0 else ""

    def _follow(self) -> None:
        self.whole.setPlainText(self._current())
        for each in (self._use, self._put):
            each.setEnabled(bool(self._current()))

    def _take(self) -> None:
        if found := self._current():
            self.taken.emit(found)
            self.accept()

    def _insert(self) -> None:
        if found := self._current():
            self.inserted.emit(found)
            self.accept()
