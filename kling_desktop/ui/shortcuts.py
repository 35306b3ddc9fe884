"""The sheet of all keys: to be searched, and to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from kling_desktop.ui.brush.keys import CANVAS_GESTURES, ROWS
from kling_desktop.ui.keys_table import portable
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.keys_table import KeyRow, KeyTable

HOW = "Choose a line and press Enter or click it twice, then press the new keys."
PRESS = "Press the new keys for \N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}. Escape leaves them as they are."  # noqa: E501
TAKEN = "{} belongs to \N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}. Press it again to take it from there, or press something else."  # noqa: E501
FIXED = "This one is part of a gesture and cannot be changed."
RESERVED = "{} keeps its meaning everywhere; press something else."
SIZE = (560, 600)
_BARE = {
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
}  # fmt: skip
_RESERVED = {
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace,
}  # fmt: skip
_ID = Qt.ItemDataRole.UserRole


def show_keys(parent: QWidget, table: KeyTable) -> ShortcutSheet:
    """Open the sheet; the rows of the brush are in it whether or not it was in use."""
    table.add((*ROWS, *CANVAS_GESTURES))
    sheet = ShortcutSheet(parent, table)
    sheet.open()
    return sheet


class ShortcutSheet(QDialog):
    """Every row of the key table, in its group."""

    def __init__(self, parent: QWidget, table: KeyTable) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Shortcuts")
        self._table = table
        self._asked: KeyRow | None = None
        """The row that waits for its new keys."""
        self._offered = ""
        """Keys that another row has; pressed once more they change hands."""
        self.search = QLineEdit(placeholderText="Search", clearButtonEnabled=False)
        self.search.setAccessibleName("Search the shortcuts")
        self.tree = KeyTree()
        self.words = label(HOW, look="muted", wrap=True)
        self.reset = Button("Reset this one")
        self.reset_all = Button("Reset all")
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._filter)
        self.tree.itemActivated.connect(self._ask)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.pressed_keys.connect(self._take)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(table.reset_all)
        table.changed.connect(self._refresh)

    def lines(self) -> list[tuple[str, str]]:
        """What is in sight: texts and keys."""
        return [(item.text(0), item.text(1)) for item in self._items() if not item.isHidden()]

    def choose(self, name: str) -> None:
        """Go to a row."""
        self.tree.setCurrentItem(self._item(name))

    def reject(self) -> None:
        """Escape first ends the waiting for new keys."""
        if self._asked is not None:
            self._end(HOW)
        else:
            super().reject()

    def _fill(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        groups: dict[str, QTreeWidgetItem] = {}
        for row in self._table.rows:
            if row.group not in groups:
                groups[row.group] = group = QTreeWidgetItem(self.tree, [row.group])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFirstColumnSpanned(True)
                group.setFont(0, bold)
            item = QTreeWidgetItem(groups[row.group], [row.text])
            item.setData(0, _ID, row.id)
        self.tree.expandAll()
        self._refresh()

    def _refresh(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        plain = QFont(self.font())
        for item in self._items():
            name = item.data(0, _ID)
            keys = self._table.shown(name)
            item.setText(1, keys or "none")
            item.setFont(1, bold if self._table.is_changed(name) else plain)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{item.text(0)}, {keys or 'none'}")
        self._choose()
        self.reset_all.setEnabled(bool(self._table.notes()))

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for group in self._groups():
            shown = 0
            for item in _children(group):
                whole = f"{group.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in whole for word in wanted))
                shown += not item.isHidden()
            group.setHidden(not shown)

    def _ask(self, item: QTreeWidgetItem) -> None:
        row = self._row(item)
        if row is None:
            return
        if row.is_fixed:
            self._say(FIXED)
            return
        self._asked, self._offered = row, ""
        self.tree.is_listening = True
        self._say(PRESS.format(row.text))

    def _take(self, keys: str) -> None:
        row = self._asked
        if row is None:
            return
        if keys in _reserved():
            self._say(RESERVED.format(_native(keys)))
            return
        other = self._table.holder(keys, row.scope, but=row.id)
        if other is not None and keys != self._offered:
            self._offered = keys
            self._say(TAKEN.format(_native(keys), other.text))
            return
        self._table.give(row.id, (keys,))
        self._end(HOW)

    def _end(self, words: str) -> None:
        self._asked, self._offered = None, ""
        self.tree.is_listening = False
        self._say(words)

    def _choose(self) -> None:
        row = self._row(self.tree.currentItem())
        if self._asked is not None and row is not self._asked:
            self._end(HOW)
        self.reset.setEnabled(row is not None and self._table.is_changed(row.id))

    def _reset(self) -> None:
        row = self._row(self.tree.currentItem())
        if row is not None:
            self._table.reset(row.id)

    def _say(self, text: str) -> None:
        self.words.setText(text)
        self.tree.setAccessibleDescription(text)

    def _row(self, item: QTreeWidgetItem | None) -> KeyRow | None:
        name = item.data(0, _ID) if item is not None else None
        return next((row for row in self._table.rows if row.id == name), None)

    def _item(self, name: str) -> QTreeWidgetItem:
        return next(item for item in self._items() if item.data(0, _ID) == name)

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for group in self._groups() for item in _children(group)]

    def _groups(self) -> list[QTreeWidgetItem]:
        return _children(self.tree.invisibleRootItem())

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        buttons.rejected.connect(super().reject)
        for each in (self.reset, self.reset_all, close):
            each.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addWidget(self.reset_all)
        foot.addStretch(1)
        foot.addWidget(buttons)
        self.words.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addWidget(self.words)
        column.addLayout(foot)
        fit(self, SIZE)
        self.search.setFocus()


class KeyTree(QTreeWidget):
    """A list in groups that can be told to listen for keys."""

    pressed_keys = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.is_listening = False
        self.setProperty("keys", True)
        self.setAccessibleName("Shortcuts")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def event(self, event: QEvent) -> bool:
        """While it listens, every key is for it: neither Tab nor a shortcut goes elsewhere."""
        if self.is_listening and event.type() in {event.Type.ShortcutOverride, event.Type.KeyPress}:
            key: QKeyEvent = event  # type: ignore[assignment]
            if key.key() == Qt.Key.Key_Escape:
                key.ignore()
                return False
            if event.type() is event.Type.KeyPress and Qt.Key(key.key()) not in _BARE:
                self.pressed_keys.emit(written(key))
            event.accept()
            return True
        return super().event(event)


def written(event: QKeyEvent) -> str:
    """The keys of an event, without the keypad's mark; a sign that needs Shift is only itself."""
    plain = portable(QKeySequence(event.keyCombination()).toString()).replace("Num+", "")
    text = event.text()
    if text and text.isprintable() and not text.isalnum() and not text.isspace():
        plain = plain.replace("Shift+", "")
    return plain


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(place) for place in range(item.childCount()))
    return [each for each in found if each is not None]


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _reserved() -> set[str]:
    return {portable(QKeySequence(key).toString()) for key in _RESERVED}
