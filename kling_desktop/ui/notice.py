"""A message that does not stop anybody: it stays until it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import CarefulButton, label, tool_button
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence


class Offer(Protocol):
    """What a button says, and what it stands for."""

    @property
    def wish(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def tip(self) -> str: ...

    @property
    def enabled(self) -> bool: ...


class Notice(QFrame):
    """Says what is wrong, what it means for money, and what to do; and offers to do it."""

    wished = Signal(str, str)
    """The wish of a button, and the topic that the message is about."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("notice", "bad")
        self._topic = ""
        self._is_good = False
        self._offers: tuple[Offer, ...] = ()
        self._made: list[CarefulButton] = []
        self._sign = QLabel()
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = tool_button("Close this message")
        self._close.setProperty("flat", True)
        self._close.clicked.connect(self.hide)
        self._buttons = QWidget()
        self._buttons.hide()
        self._row = QHBoxLayout(self._buttons)
        self._row.setContentsMargins(0, 2, 0, 0)
        self._row.addStretch(1)
        top = Qt.AlignmentFlag.AlignTop
        grid = QGridLayout(self)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0, top)
        grid.addWidget(self._text, 0, 1)
        grid.addWidget(self._close, 0, 2, top)
        grid.addWidget(self._buttons, 1, 0, 1, 3)
        self.restyle()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    @property
    def topic(self) -> str:
        """What the message in sight is about, such as a job's id; empty for anything else."""
        return "" if self.isHidden() else self._topic

    @property
    def offered(self) -> tuple[CarefulButton, ...]:
        """The buttons of the message in sight, from left to right."""
        return () if self.isHidden() else tuple(self._made)

    def tell(
        self, text: str, *, topic: str = "", offers: Sequence[Offer] = (), is_good: bool = False
    ) -> None:
        """Show a message, and what can be done about it; good news look like good news."""
        self._topic = topic
        if is_good is not self._is_good:
            self._is_good = is_good
            self.setProperty("notice", "good" if is_good else "bad")
            self.style().unpolish(self)  # Qt reads a property in a style sheet only then.
            self.style().polish(self)
            self._show_sign()
        self._text.setText(text)
        self.setAccessibleName(text)
        self._offer(tuple(offers))
        self.show()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._show_sign()
        self._close.setIcon(icons.icon("cancel"))

    def _show_sign(self) -> None:
        sign, colour = ("check", tokens().good) if self._is_good else ("warning", tokens().bad)
        self._sign.setPixmap(icons.pixmap(sign, 20, colour))

    def _offer(self, offers: tuple[Offer, ...]) -> None:
        """Only what has changed is made anew: somebody may be on a button with the keys."""
        if offers == self._offers:
            return
        self._offers = offers
        for old in self._made:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._made = [self._button(offer) for offer in offers]
        for place, button in enumerate(self._made):
            self._row.insertWidget(place, button)
        self._buttons.setVisible(bool(offers))

    def _button(self, offer: Offer) -> CarefulButton:
        made = CarefulButton(offer.text)
        made.setToolTip(offer.tip)
        made.setEnabled(offer.enabled)
        made.clicked.connect(lambda: self.wished.emit(offer.wish, self._topic))
        return made
