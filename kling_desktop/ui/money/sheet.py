"""A table that is read and not edited: by eyes, by keys and by screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

if TYPE_CHECKING:
    from collections.abc import Sequence

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Sheet(QTableWidget):
    """Rows of text; numbers stand at the right, and one column takes the room that is left."""

    def __init__(self, name: str, *, wide: int = 0, left: Sequence[int] = (0,)) -> None:
        super().__init__()
        self._wide = wide
        self._left = set(left)
        self.setProperty("sheet", True)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)

    def fill(
        self, names: Sequence[str], rows: Sequence[Sequence[str]], *, last_is_sum: bool = False
    ) -> None:
        """Show rows; the one that is current stays so."""
        row, column = self.currentRow(), max(0, self.currentColumn())
        self.clear()
        self.setColumnCount(len(names))
        self.setRowCount(len(rows))
        for place, name in enumerate(names):
            head = QTableWidgetItem(name)
            head.setTextAlignment(self._side(place))
            self.setHorizontalHeaderItem(place, head)
        for number, cells in enumerate(rows):
            self._fill_row(number, names, cells, bold=last_is_sum and number == len(rows) - 1)
        self._spread(len(names))
        if 0 <= row < len(rows):
            self.setCurrentCell(row, column)

    def _fill_row(
        self, number: int, names: Sequence[str], cells: Sequence[str], *, bold: bool
    ) -> None:
        font = QFont(self.font())
        font.setBold(bold)
        for place, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            item.setTextAlignment(self._side(place))
            item.setFont(font)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{names[place]}: {text}")
            self.setItem(number, place, item)

    def _spread(self, columns: int) -> None:
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        for place in range(columns):
            wide = place == self._wide
            header.setSectionResizeMode(place, mode.Stretch if wide else mode.ResizeToContents)

    def _side(self, place: int) -> Qt.AlignmentFlag:
        return LEFT if place in self._left else RIGHT
