"""The second way to ask for a clip with the brush: cheaply first, to be promoted later."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kling_desktop.ui.parts import CarefulButton, label

KEYS = "Ctrl+Shift+Enter"


class DraftOffer(QWidget):
    """A button with its price, and a line about what the draft goes without."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_offered = False
        self._button = CarefulButton()
        self._note = label(look="muted", centred=True, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._button)
        column.addWidget(self._note)
        self._button.clicked.connect(self.asked)
        self.hide()

    @property
    def text(self) -> str:
        """What the button says; empty while there is none."""
        return "" if self.isHidden() else self._button.text()

    @property
    def note(self) -> str:
        return "" if self._note.isHidden() else self._note.text()

    def tell(self, text: str, tip: str = "", note: str = "") -> None:
        """What is offered now; nothing if no draft is meant."""
        self._is_offered = bool(text)
        self._button.setText(text)
        self._button.setToolTip(f"{tip}  ({KEYS})" if tip else "")
        self._button.setAccessibleDescription(f"{tip} {note}".strip())
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def allow(self, *, ready: bool, editing: bool) -> None:
        """Whether clips can be made now; while a held job is edited there is no draft."""
        self._button.setEnabled(ready)
        self.setVisible(self._is_offered and not editing)
