"""The line that says once that the record of jobs was damaged, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, label, tool_button
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from kling_desktop.domain.salvage import Salvage

MONEY = "What is lost may have been charged; your fal dashboard shows it."
UNHARMED = "As far as can be told nothing is lost, and this cost no money."


class SalvageBanner(QFrame):
    """Stays until it is closed, and stops nobody."""

    file_asked = Signal(str)
    """Somebody wants to see the damaged record, which is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("salvage", True)
        self._kept_as = ""
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._show = Button("Show file")
        self._close = tool_button("Close this message")
        self._close.setProperty("flat", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        top = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self._sign, 0, top)
        row.addWidget(self._text, 1)
        row.addWidget(self._show, 0, top)
        row.addWidget(self._close, 0, top)
        self._show.clicked.connect(lambda: self.file_asked.emit(self._kept_as))
        self._close.clicked.connect(self.hide)
        self.restyle()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def tell(self, news: Salvage) -> None:
        """Say what was found, what is lost at least, and where the damaged record is."""
        parts = [news.what, MONEY if news.lost else UNHARMED]
        parts.append(f"Nothing was deleted: the damaged record is kept as {news.kept_as.name}.")
        text = " ".join(parts)
        self._kept_as = str(news.kept_as)
        self._text.setText(text)
        self._show.setToolTip(self._kept_as)
        self.setAccessibleName(text)
        self.show()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._sign.setPixmap(icons.pixmap("warning", 20, tokens().warn))
        self._close.setIcon(icons.icon("cancel"))
