"""The line that offers work back that a program left behind when it died."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from kling_desktop.ui import icons
from kling_desktop.ui.parts import CarefulButton, label, tool_button
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.motion.history import Abandoned

LATER = "Decide at the next start"


class RecoveryBanner(QFrame):
    """One piece of work at a time, the newest first; it stops nobody."""

    restore_asked = Signal(str)
    discard_asked = Signal(str)
    """With the id of the work."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("salvage", True)
        self._left: list[Abandoned] = []
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.restore = CarefulButton("Restore")
        self.discard = CarefulButton("Discard")
        self._close = tool_button(LATER)
        self._close.setProperty("flat", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self._sign, 0, middle)
        row.addWidget(self._text, 1)
        for each in (self.restore, self.discard, self._close):
            row.addWidget(each, 0, middle)
        self.restore.clicked.connect(lambda: self.restore_asked.emit(self._left[0].id))
        self.discard.clicked.connect(lambda: self.discard_asked.emit(self._left[0].id))
        self._close.clicked.connect(self.hide)
        self.restyle()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def offer(self, left: Sequence[Abandoned]) -> None:
        """Offer these, or nothing more."""
        self._left = list(left)
        if not left:
            self.hide()
            return
        text = sentence(left[0], len(left) - 1)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.restore.setAccessibleDescription(text)
        self.discard.setAccessibleDescription(text)
        self.show()

    def drop(self, abandoned_id: str) -> None:
        """That one is settled."""
        self.offer([each for each in self._left if each.id != abandoned_id])

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._sign.setPixmap(icons.pixmap("warning", 20, tokens().warn))
        self._close.setIcon(icons.icon("cancel"))


def sentence(work: Abandoned, more: int, now: datetime | None = None) -> str:
    """When it was, on what, and what can be done."""
    then = datetime.fromtimestamp(work.changed_at, UTC).astimezone()
    today = (now or datetime.now(UTC)).astimezone().date()
    when = f"{then:%H:%M}" if then.date() == today else f"{then:%Y-%m-%d %H:%M}"
    name = work.name.replace("\\", "/").rpartition("/")[2]
    on = f" on {name}" if name else ""
    others = {0: "", 1: " One more piece of work is offered after it."}.get(
        more, f" {more} more are offered after it."
    )
    return (
        f"Work from {when}{on} was not saved. Restore brings it back with its undo history.{others}"
    )
