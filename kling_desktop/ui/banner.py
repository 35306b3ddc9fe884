"""The line that says, always, whether clips are real money or made on this computer."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

SANDBOX = "Sandbox: clips are made on this computer. Nothing is sent to fal and nothing is charged."
STARTING = "Starting\N{HORIZONTAL ELLIPSIS}"
SLOW = (
    f"{STARTING} If your keyring asks for its password, answer it; “API key” in the menu File "
    "(Ctrl+Shift+K) goes on without it."
)


class Banner(QFrame):
    """One line over the whole width, in a colour that cannot be overlooked."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel(STARTING)
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 14, 5)
        row.addWidget(self._text)
        self._show("starting", STARTING)

    @property
    def text(self) -> str:
        return self._text.text()

    def show_backend(self, name: str) -> None:
        """Say which backend makes the clips."""
        if name == "sandbox":
            self._show("sandbox", SANDBOX)
        elif name == "live":
            self._show("live", "Live: clips are made by fal.ai and cost money.")
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
        self.setAccessibleName(text)
        for widget in (self, self._text):
            widget.style().polish(widget)
