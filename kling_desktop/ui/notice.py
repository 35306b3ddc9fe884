"""A message that does not stop anybody: it stays until it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from kling_desktop.ui import icons
from kling_desktop.ui.parts import label, tool_button
from kling_desktop.ui.theme import tokens


class Notice(QFrame):
    """Says what is wrong, what it means for money, and what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("notice", True)
        self._topic = ""
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = tool_button("Close this message")
        self._close.setProperty("flat", True)
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.restyle()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    @property
    def topic(self) -> str:
        """What the message in sight is about, such as a job's id; empty for anything else."""
        return "" if self.isHidden() else self._topic

    def tell(self, text: str, *, topic: str = "") -> None:
        """Show a message."""
        self._topic = topic
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._sign.setPixmap(icons.pixmap("warning", 20, tokens().bad))
        self._close.setIcon(icons.icon("cancel"))
