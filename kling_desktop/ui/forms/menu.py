"""A drop-down list in a narrow panel: what does not fit ends in dots, and is whole in its list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QWheelEvent

AROUND: Final = 24
"""Logical pixels of the list beside its longest line: its edges, and a scroll bar."""


class Menu(QComboBox):
    """A drop-down list that the wheel only turns while it has the focus: the form scrolls by it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @property
    def shown_text(self) -> str:
        """The chosen line as far as there is room for it."""
        option = self._option()
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        end = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.currentText(), end, room.width())

    def showPopup(self) -> None:
        view = self.view()
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + AROUND))
        super().showPopup()

    def event(self, event: QEvent) -> bool:
        """Where the chosen line is not whole, its tip is."""
        is_cut = event.type() is QEvent.Type.ToolTip and self.shown_text != self.currentText()
        if is_cut and not self.toolTip():
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.currentText(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt cuts the line off in the middle of a letter."""
        painter, option = QStylePainter(self), self._option()
        option.currentText = self.shown_text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _option(self) -> QStyleOptionComboBox:
        made = QStyleOptionComboBox()
        self.initStyleOption(made)
        return made
