"""One budget: its amount to be written, how much of it is left, and a way to remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from kling_desktop.domain.allowances import read_amount
from kling_desktop.domain.budgets import Kind
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.messages import explain
from kling_desktop.ui.money import words
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from decimal import Decimal

    from kling_desktop.domain.allowances import Standing

NAMES = {Kind.JOB: "One clip", Kind.DAY: "A day", Kind.MONTH: "A month"}
NO_LIMIT = "no limit"
STEPS = 1000


class BudgetRow(QWidget):
    """Enter sets what is written; what is being written is left alone by news."""

    set_asked = Signal(object, object, str)
    """Kind, amount or None, project."""

    def __init__(self, kind: Kind, project: str = "") -> None:
        super().__init__()
        self._kind, self._project = kind, project
        self._limit: Decimal | None = None
        self.name = f"Project {project}" if project else NAMES[kind]
        self.edit = QLineEdit(placeholderText=NO_LIMIT)
        self.edit.setAccessibleName(f"{self.name}: budget in dollars")
        self._set = Button("Set")
        self._remove = Button("Remove")
        for button, verb in ((self._set, "Set"), (self._remove, "Remove")):
            button.setAccessibleName(f"{verb} the budget: {self.name}")
            button.setAutoDefault(False)
        self._bar = QProgressBar(textVisible=False, maximum=STEPS)
        self._bar.setFixedHeight(6)
        self._left = label(look="muted", wrap=True)
        self._problem = label(look="problem", wrap=True)
        self._dollar = label(look="muted")
        self._lay_out()
        self.edit.textEdited.connect(self._edited)
        self.edit.returnPressed.connect(self._ask_set)
        self._set.clicked.connect(self._ask_set)
        self._remove.clicked.connect(self._ask_remove)
        self.tell(None, is_play=False)

    def tell(self, standing: Standing | None, *, is_play: bool) -> None:
        """Show a budget as it stands, or that there is none."""
        limit = None if standing is None else standing.limit.usd
        if not self._is_edited() or limit != self._limit:
            self.edit.setText(_text(limit))
        self._limit = limit
        self._dollar.setText(words.unit(is_play=is_play))
        self._remove.setEnabled(limit is not None)
        self._set.setEnabled(self._is_edited())
        self._show_left(standing, is_play=is_play)

    def _show_left(self, standing: Standing | None, *, is_play: bool) -> None:
        text = "No limit." if standing is None else words.standing(standing, is_play=is_play)
        self._left.setText(text)
        shows = standing is not None and standing.limit.kind is not Kind.JOB
        self._bar.setVisible(shows)
        if standing is None or not shows:
            return
        usd, spent = standing.limit.usd, standing.spent.usd
        part = 1 if usd <= spent else spent / usd
        self._bar.setValue(int(part * STEPS))
        self._bar.setAccessibleName(f"{self.name}: {text}")
        full = part == 1
        if bool(self._bar.property("full")) is not full:
            self._bar.setProperty("full", full)
            self._bar.style().unpolish(self._bar)
            self._bar.style().polish(self._bar)

    def _edited(self) -> None:
        self._set.setEnabled(self._is_edited())
        self._problem.hide()

    def _is_edited(self) -> bool:
        return self.edit.text().strip() != _text(self._limit)

    def _ask_set(self) -> None:
        text = self.edit.text().strip()
        if not text:
            self._ask_remove()
            return
        try:
            amount = read_amount(text)
        except InvalidParams as error:
            self._problem.setText(explain(error).what)
            self._problem.show()
            return
        self.set_asked.emit(self._kind, amount, self._project)

    def _ask_remove(self) -> None:
        if self._limit is not None:
            self.set_asked.emit(self._kind, None, self._project)

    def _lay_out(self) -> None:
        name = label(self.name, look="heading")
        name.setMinimumWidth(110)
        name.setMaximumWidth(170)
        name.setWordWrap(True)
        self.edit.setFixedWidth(96)
        self._problem.hide()
        told = QVBoxLayout()
        told.setSpacing(3)
        for each in (self._bar, self._left, self._problem):
            told.addWidget(each)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(name)
        row.addWidget(self._dollar)
        row.addWidget(self.edit)
        row.addWidget(self._set)
        row.addWidget(self._remove)
        row.addSpacing(6)
        row.addLayout(told, 1)


def _text(limit: Decimal | None) -> str:
    if limit is None:
        return ""
    exact = limit.normalize()
    return f"{exact:.{max(2, -int(exact.as_tuple().exponent))}f}"
