"""The window about money: what was spent, what may be, what is in doubt, what things cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.money import words
from kling_desktop.ui.money.budgets import BudgetsPage
from kling_desktop.ui.money.doubts import DoubtsPage
from kling_desktop.ui.money.prices import PricesPage
from kling_desktop.ui.money.spent import SpentPage
from kling_desktop.ui.parts import label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from kling_desktop.domain.accounts import Accounts

SIZE = (940, 650)
SPENT, BUDGETS, DOUBTS, PRICES = "spent", "budgets", "doubts", "prices"
PAGES = (SPENT, BUDGETS, DOUBTS, PRICES)
TITLES = ("Spent", "Budgets", "Perhaps charged", "Prices")


class MoneyDialog(QDialog):
    """Four pages under one line that says whose money it is."""

    def __init__(self, parent: QWidget, backend: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_play = backend == "sandbox"
        mark = " \N{EM DASH} Sandbox, play money" if is_play else ""
        self.setWindowTitle(f"Money{mark}")
        self._banner = _banner(backend, is_play=is_play)
        self._switch = SegmentEditor("Show", PAGES, TITLES)
        self.spent = SpentPage()
        self.budgets = BudgetsPage()
        self.doubts = DoubtsPage()
        self.prices = PricesPage()
        self._problem = label(look="problem", wrap=True)
        self._pages = QStackedWidget()
        self._lay_out()
        self._switch.changed.connect(self._turn)

    def tell(self, accounts: Accounts) -> None:
        """Show all that is known of money now."""
        self._problem.hide()
        self.spent.tell(accounts)
        self.budgets.tell(accounts)
        self.doubts.tell(accounts)

    def show_problem(self, text: str) -> None:
        """Say what did not work."""
        self._problem.setText(text)
        self._problem.show()

    def turn_to(self, page: str) -> None:
        """Show a page."""
        self._switch.set_value(page)
        self._switch.focus_chosen()
        self._turn()

    @property
    def page(self) -> str:
        return self._switch.value()

    def _turn(self) -> None:
        self._pages.setCurrentIndex(PAGES.index(self._switch.value()))

    def _lay_out(self) -> None:
        for page in (self.spent, self.budgets, self.doubts, self.prices):
            self._pages.addWidget(page)
        self._problem.hide()
        body = QVBoxLayout()
        body.setContentsMargins(16, 12, 16, 14)
        body.setSpacing(12)
        body.addWidget(self._switch)
        body.addWidget(self._problem)
        body.addWidget(self._pages, 1)
        body.addWidget(self._buttons())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addLayout(body, 1)
        fit(self, SIZE)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        close.setAutoDefault(False)  # Enter in a budget's line sets the budget.
        box.rejected.connect(self.reject)
        return box


def _banner(backend: str, *, is_play: bool) -> QFrame:
    made = QFrame()
    made.setProperty("banner", "sandbox" if is_play else "live")
    text = QLabel(words.banner(backend))
    text.setWordWrap(True)
    row = QHBoxLayout(made)
    row.setContentsMargins(16, 5, 16, 5)
    row.addWidget(text)
    made.setAccessibleName(text.text())
    return made
