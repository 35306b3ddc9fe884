"""The lines of a story: when on the left, what on the right; they grow while somebody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextLength, QTextTableFormat
from PySide6.QtWidgets import QTextEdit

from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence


class StoryLines(QTextEdit):
    """Text that can be read, chosen and copied, but not changed."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("story", True)
        self.setReadOnly(True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setTabChangesFocus(True)
        self.setAccessibleName("What happened, step by step")
        self.setMinimumHeight(120)
        self.setCursorWidth(0)  # Nothing is written here.
        self._told: list[tuple[str, str]] = []

    def tell(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show these lines; who reads at the end sees new ones come, who reads above is left."""
        if list(lines) == self._told:
            return
        self._told = list(lines)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._told:
            self._write()

    def _write(self) -> None:
        bar = self.verticalScrollBar()
        place, at_end = bar.value(), 0 < bar.value() == bar.maximum()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        table = cursor.insertTable(len(self._told), 2, _shape(self._width_of_times()))
        muted, plain = _ink(tokens().muted), _ink(tokens().text)
        for row, (when, what) in enumerate(self._told):
            table.cellAt(row, 0).firstCursorPosition().insertText(when, muted)
            table.cellAt(row, 1).firstCursorPosition().insertText(what, plain)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Showing it would scroll to the cursor.
        bar.setValue(bar.maximum() if at_end else place)

    def _width_of_times(self) -> int:
        metrics = self.fontMetrics()
        return max(metrics.horizontalAdvance(when) for when, _ in self._told) + 18


def _shape(left: int) -> QTextTableFormat:
    shape = QTextTableFormat()
    shape.setBorder(0)
    shape.setCellPadding(3)
    shape.setCellSpacing(0)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    kinds = QTextLength.Type
    shape.setColumnWidthConstraints(
        [QTextLength(kinds.FixedLength, left), QTextLength(kinds.PercentageLength, 100)]
    )
    return shape


def _ink(colour: str) -> QTextCharFormat:
    ink = QTextCharFormat()
    ink.setForeground(QColor(colour))
    return ink
