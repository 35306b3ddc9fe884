"""The line that says, always, whether clips are real money or made on this computer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from kling_desktop.ui.parts import Button

SANDBOX = "Sandbox: clips are made on this computer. Nothing is sent to fal and nothing is charged."
LIVE = "Live: clips are made by fal.ai and cost money."
GO_LIVE, GO_BACK = "Go &live\N{HORIZONTAL ELLIPSIS}", "Use the &sandbox"
STARTING = "Starting\N{HORIZONTAL ELLIPSIS}"
SLOW = (
    f"{STARTING} If your keyring asks for its password, answer it; “API key” in the menu File "
    "(Ctrl+Shift+K) goes on without it."
)


class Banner(QFrame):
    """One line over the whole width, in a colour that cannot be overlooked."""

    change_asked = Signal(bool)
    """Somebody wants clips to be made live (True) or in the sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self._is_live = False
        self.change = Button(look="slim")
        self.change.clicked.connect(lambda: self.change_asked.emit(not self._is_live))
        self._text = QLabel(STARTING)
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 14, 5)
        row.addWidget(self._text, 1)
        row.addWidget(self.change)
        self._show("starting", STARTING)

    @property
    def text(self) -> str:
        return self._text.text()

    def show_backend(self, name: str) -> None:
        """Say which backend makes the clips."""
        if name == "sandbox":
            self._show("sandbox", SANDBOX)
        elif name == "live":
            self._show("live", LIVE)
        else:
            self._show("live", f"Clips are made by {name} and may cost money.")

    def show_slow_start(self) -> None:
        """Say what the start may be waiting for."""
        self._show("starting", SLOW)

    def show_failure(self, sentence: str) -> None:
        """Say why no clips can be made."""
        self._show("sandbox", sentence)

    def _show(self, kind: str, text: str) -> None:
        self.setProperty("banner", kind)
        self._text.setText(text)
        self._is_live = text == LIVE
        self.change.setText(GO_BACK if self._is_live else GO_LIVE)
        self.change.setVisible(text in {SANDBOX, LIVE})
        self.setAccessibleName(text)
        for widget in (self, self._text):
            widget.style().polish(widget)
