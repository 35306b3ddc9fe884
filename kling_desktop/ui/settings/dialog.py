"""The page of settings: sections of rows, and a search that leaves in sight what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.settings.table import ITEMS, SECTIONS, Home
from kling_desktop.ui.parts import Caption, label
from kling_desktop.ui.room import fit
from kling_desktop.ui.settings.row import SettingRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QCloseEvent

    from kling_desktop.domain.settings.kinds import Value

TITLE = "Settings"
NOTHING = "Nothing here has to do with that. Try another word, such as folder or proxy."
SIZE = (820, 680)


class SettingsDialog(QDialog):
    """Everything that can be set."""

    change_asked = Signal(str, object)
    """The key of an item, and the value that it shall have."""
    open_asked = Signal(str)
    """An action of the window."""

    def __init__(self, parent: QWidget, running: Mapping[str, Value]) -> None:
        """``running`` has, by key, what counts in this run where the next start changes it."""
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.search = QLineEdit(placeholderText="Search", clearButtonEnabled=False)
        self.search.setAccessibleName("Search the settings")
        self.rows = {each.key: SettingRow(each, running.get(each.key)) for each in ITEMS}
        self.news = label(look="problem", wrap=True)
        self.place = Caption(look="muted")
        self._nothing = label(NOTHING, look="muted", wrap=True)
        self._sections: dict[str, tuple[QWidget, QFrame, Sequence[SettingRow]]] = {}
        self._lay_out()
        self._connect()
        self.search.setFocus()

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show what counts now of the items that are named."""
        for key, value in values.items():
            self.rows[key].show_value(value)

    def follow(self, values: Mapping[str, Value]) -> None:
        """Show what somebody else has set, where nobody is in the middle of something."""
        for key, row in self.rows.items():
            row.follow(values.get(key, row.value))

    def show_backend(self, name: str) -> None:
        """Say whose money and whose line it is about; there may be no backend yet."""
        for row in self.rows.values():
            if row.item.home in {Home.LINE, Home.BUDGETS}:
                row.show_backend(name)

    def show_problem(self, key: str, text: str) -> None:
        """Say why an item could not be set, and show what counts still."""
        self.rows[key].show_again()
        self.rows[key].show_problem(text)

    def show_news(self, news: Sequence[str]) -> None:
        """Say what is wrong with the file of settings."""
        self.news.setText("\n".join(news))
        self.news.setVisible(bool(news))

    def in_sight(self) -> list[str]:
        """The keys of the rows that the search has left."""
        return [key for key, row in self.rows.items() if not row.isHidden()]

    def filter(self, wanted: str) -> None:
        """Leave in sight what has all these words."""
        for head, card, rows in self._sections.values():
            for row in rows:
                row.setVisible(row.item.has(wanted))
            is_empty = all(row.isHidden() for row in rows)
            head.setVisible(not is_empty)
            card.setVisible(not is_empty)
            _draw_lines(rows)
        self._nothing.setVisible(not self.in_sight())

    def restyle(self) -> None:
        """Take the colours now in use."""
        for row in self.rows.values():
            row.restyle()

    def reject(self) -> None:
        """Escape first takes back what was typed, then empties the search."""
        if any(row.editor.take_back() for row in self.rows.values()):
            return
        if self.search.text():
            self.search.clear()
            return
        super().reject()

    def leave(self) -> bool:
        """Close with what stands in the fields, or go to one that is not in order."""
        wrong = [row for row in self.rows.values() if not row.editor.commit()]
        if not wrong:
            super().accept()
            return True
        self.search.clear()
        wrong[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """The frame's cross is no Escape: what was typed counts."""
        if self.isVisible() and not self.leave():
            event.ignore()

    def _connect(self) -> None:
        self.search.textChanged.connect(self.filter)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._find)
        for key, row in self.rows.items():
            if row.item.home is Home.ELSEWHERE:
                row.chosen.connect(self.open_asked.emit)
                continue
            row.chosen.connect(lambda value, key=key: self.change_asked.emit(key, value))
            row.reset_asked.connect(
                lambda row=row: self.change_asked.emit(row.item.key, row.item.default)
            )

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _lay_out(self) -> None:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.setSpacing(6)
        for section in SECTIONS:
            rows = [row for row in self.rows.values() if row.item.section == section]
            head, card = label(section, look="heading"), _card(rows)
            head.setContentsMargins(4, 10, 0, 0)
            self._sections[section] = (head, card, rows)
            inside.addWidget(head)
            inside.addWidget(card)
        inside.addWidget(self._nothing)
        inside.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(page)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from field to field.
        self._nothing.hide()
        self.news.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.news)
        column.addWidget(scroll, 1)
        column.addWidget(self.place)
        column.addWidget(self._buttons())
        fit(self, SIZE)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        close.setAutoDefault(False)  # Enter in a field sets it.
        box.rejected.connect(self.leave)
        return box


def _card(rows: Sequence[SettingRow]) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 2, 1, 2)
    column.setSpacing(0)
    for row in rows:
        row.rule.setProperty("rule", True)
        row.rule.setFixedHeight(1)
        column.addWidget(row.rule)
        column.addWidget(row)
    _draw_lines(rows)
    return card


def _draw_lines(rows: Sequence[SettingRow]) -> None:
    """A line between two rows, and none above the first that is in sight."""
    shown = [row for row in rows if not row.isHidden()]
    for row in rows:
        row.rule.setVisible(row in shown[1:])
