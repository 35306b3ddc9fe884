"""A prompt with alternatives: what it becomes, what that costs, and the way to plan it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QVBoxLayout, QWidget

from kling_desktop.domain.money import dollars
from kling_desktop.domain.templates import how_many
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

ROLE = QMessageBox.ButtonRole
PLAN = "Plan the {} clips\N{HORIZONTAL ELLIPSIS}"
TEXT = (
    "The prompt has alternatives, {{like|these}}: one clip of each is {} clips, for {}. "
    "Nothing was sent yet."
)
MORE = (
    "Planning shows each clip with its price before anything is sent. Sent as it stands, the model "
    "reads the braces too."
)


class ManyOffer(QWidget):
    """Says how many clips the alternatives make; there only where there are some."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = label(look="muted", centred=True, wrap=True)
        self._button = Button()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._text)
        column.addWidget(self._button)
        self._button.clicked.connect(self.asked)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is not there."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, prompt: str, price: Decimal | None, *, editing: bool) -> None:
        """What the prompt makes at this price for a clip; a held job stays one clip."""
        count = how_many(prompt)
        self.setVisible(count > 1 and not editing)
        if count > 1:
            self._text.setText(f"The alternatives make {count} clips, for {_sum(count, price)}.")
            self._button.setText(PLAN.format(count))


def ask_about_many(
    parent: QWidget,
    count: int,
    price: Decimal | None,
    *,
    plan: Callable[[], None],
    once: Callable[[], None],
) -> QMessageBox:
    """Ask what is meant; the window goes on, and Enter costs nothing."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Several clips")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(TEXT.format(count, _sum(count, price)))
    box.setInformativeText(MORE)
    plans = box.addButton(PLAN.format(count), ROLE.AcceptRole)
    sends = box.addButton(
        f"One clip, as it stands \N{MIDDLE DOT} {dollars(price)}", ROLE.ActionRole
    )
    box.setEscapeButton(box.addButton("Cancel", ROLE.RejectRole))
    box.setDefaultButton(plans)
    plans.clicked.connect(plan)
    sends.clicked.connect(once)
    box.open()
    return box


def _sum(count: int, price: Decimal | None) -> str:
    return "an unknown price" if price is None else f"about {dollars(count * price)}"
