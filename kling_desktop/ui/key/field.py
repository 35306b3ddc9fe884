"""The line into which a key is pasted: nothing comes out of it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import tool_button

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_HINTS = (
    Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class KeyField(QLineEdit):
    """Shows dots, or the key while somebody wants to see it; it can never be copied.

    Text that is in sight could be selected, which is enough for X11 to hand it to any program; so
    there is no selection then, and no menu that would copy.
    """

    def __init__(self) -> None:
        super().__init__(echoMode=QLineEdit.EchoMode.Password)
        self.setPlaceholderText(
            "Paste a key, or the whole line export FAL_KEY=\N{HORIZONTAL ELLIPSIS}"
        )
        self.setAccessibleName("API key")
        self.setInputMethodHints(_HINTS)
        self.setDragEnabled(False)
        self.selectionChanged.connect(self._keep_to_itself)

    def reveal(self, shown: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Show what is in it, or dots."""
        self.deselect()
        echo = QLineEdit.EchoMode
        self.setEchoMode(echo.Normal if shown else echo.Password)
        menu = Qt.ContextMenuPolicy
        self.setContextMenuPolicy(menu.NoContextMenu if shown else menu.DefaultContextMenu)

    def wipe(self) -> None:
        """Forget what was typed, and how to undo that."""
        self.setText("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that a terminal has wrapped is pasted in one piece."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.insert("".join(QGuiApplication.clipboard().text().splitlines()))
        else:
            super().keyPressEvent(event)

    def _keep_to_itself(self) -> None:
        if self.echoMode() is QLineEdit.EchoMode.Normal and self.hasSelectedText():
            self.deselect()


class KeyEntry(QWidget):
    """The field, and the button that shows what is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.field = KeyField()
        self.reveal = tool_button("Show the key")
        self.reveal.setCheckable(True)
        self.reveal.toggled.connect(self._show_key)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.reveal)
        self._show_key(shown=False)

    def wipe(self) -> None:
        """Forget what was pasted, and hide the next key again."""
        self.field.wipe()
        self.reveal.setChecked(False)

    def _show_key(self, shown: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.field.reveal(shown)
        tip = "Hide the key" if shown else "Show the key"
        self.reveal.setIcon(icons.icon("eye-off" if shown else "eye"))
        self.reveal.setToolTip(tip)
        self.reveal.setAccessibleName(tip)
