"""Options as icons: one of several, or on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import tool_button

if TYPE_CHECKING:
    from collections.abc import Mapping


class Choices(QWidget):
    """A row of icons of which one is down."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._icons = {value: icon for value, (_, icon) in choices.items()}
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for value, (tip, _) in choices.items():
            self._buttons[value] = button = _checkable(tip)
            button.clicked.connect(lambda _on, value=value: self.chosen.emit(value))
            self._group.addButton(button)
            row.addWidget(button)
        self.setFixedSize(row.sizeHint())

    def button(self, value: str) -> QToolButton:
        return self._buttons[value]

    def value(self) -> str:
        return next(value for value, each in self._buttons.items() if each.isChecked())

    def show_value(self, value: str) -> None:
        """Show a value that is set already."""
        self._buttons[value].setChecked(True)

    def restyle(self) -> None:
        """Take the colours now in use."""
        for value, button in self._buttons.items():
            button.setIcon(icons.icon(self._icons[value]))


class Switch(QWidget):
    """An icon that is down or up."""

    chosen = Signal(bool)

    def __init__(self, tip: str, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.button = _checkable(tip)
        self.button.clicked.connect(self.chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.setFixedSize(row.sizeHint())

    def show_value(self, *, on: bool) -> None:
        """Show a value that is set already."""
        self.button.setChecked(on)

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.button.setIcon(icons.icon(self._icon))


def _checkable(tip: str) -> QToolButton:
    made = tool_button(tip)
    made.setProperty("tool", True)
    made.setCheckable(True)
    made.setFixedSize(28, 28)
    made.setIconSize(QSize(18, 18))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
