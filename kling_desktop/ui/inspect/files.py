"""The files of a request: what they are called, how large they are, and their SHA-256."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from kling_desktop.ui.inspect import words

if TYPE_CHECKING:
    from kling_desktop.domain.parcel import Parcel, SentFile

HEADS = ("File", "Stands for", "Pixels", "Bytes", "SHA-256")
LEAST_ROWS, MOST_ROWS = 2, 4
"""Rows in sight at once, in the smallest window and in a large one."""


class FilesTable(QTableWidget):
    """One row a file; Ctrl+C copies it."""

    def __init__(self) -> None:
        super().__init__(0, len(HEADS))
        self.setProperty("points", True)
        self.setAccessibleName("Files of the request; Ctrl+C copies a row")
        self.setHorizontalHeaderLabels(HEADS)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._height = 0
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def tell(self, parcel: Parcel) -> None:
        """Show the files of a request."""
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.setRowCount(len(parcel.files))
        for row, file in enumerate(parcel.files):
            for column, text in enumerate(_cells(file)):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{text}\n{file.path}" if column == 0 else text)
                if column == len(HEADS) - 1:
                    item.setFont(fixed)
                self.setItem(row, column, item)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows = min(self.rowCount(), MOST_ROWS)
        head, row_height = self.horizontalHeader().sizeHint().height(), self.rowHeight(0)
        self.setMinimumHeight(head + min(rows, LEAST_ROWS) * row_height + 6)
        self._height = head + rows * row_height + 6
        self.setMaximumHeight(self._height)
        self.updateGeometry()
        if parcel.files:
            self.setCurrentCell(0, 0)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height)

    def copy(self) -> None:
        """Put the chosen row on the clipboard."""
        row = self.currentRow()
        cells = [self.item(row, column) for column in range(self.columnCount())]
        QGuiApplication.clipboard().setText("\t".join(each.text() for each in cells if each))


def _cells(file: SentFile) -> tuple[str, ...]:
    return (
        file.name,
        ", ".join(each.removesuffix(".mask_url") for each in file.fields),
        words.size(file),
        words.bytes_of(file),
        file.sha256,
    )
