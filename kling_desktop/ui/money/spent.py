"""The page that says what was spent: three sums, and any part of the past in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.accounts import Accounts, Period
from kling_desktop.domain.money import exact_dollars
from kling_desktop.domain.reports import By
from kling_desktop.ui.money import words
from kling_desktop.ui.money.sheet import Sheet
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.reports import Row

AMOUNTS = ("Expected", "Billed", "Not billed", "Uncertain", "Spent")
PLAY = " (play money)"


class Tile(QFrame):
    """One sum, what it is made of, and what nobody knows of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._name = name
        self._sum = label()
        self._sum.setProperty("sum", True)
        self._parts = label(look="muted", wrap=True)
        self._doubts = label(look="doubt", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(3)
        for each in (label(name, look="muted"), self._sum, self._parts, self._doubts):
            column.addWidget(each)
        column.addStretch(1)

    def tell(self, row: Row, *, is_play: bool) -> None:
        """Show a sum."""
        told = (words.sum_of(row, is_play=is_play), words.parts_of(row), words.doubts_of(row))
        for place, text in zip((self._sum, self._parts, self._doubts), told, strict=True):
            place.setText(text)
        self._doubts.setVisible(bool(told[-1]))
        self.setAccessibleName(" ".join((f"{self._name}:", *told)).strip())


class SpentPage(QWidget):
    """Chooses a part of the past, and shows it."""

    changed = Signal()
    """Another part of the past is wanted."""
    export_asked = Signal()
    bill_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tiles = {
            "today": Tile("Today"),
            "month": Tile("This month"),
            "ever": Tile("All time"),
        }
        self._period = _choices("Time", words.PERIODS, Period.MONTH)
        self._by = _choices("Rows", words.KINDS, By.ENDPOINT)
        self._bill = Button("Ask for the &bill")
        self._bill.setToolTip("Ask now what was billed for the clips that wait for it; free")
        self._export = Button("&Export\N{HORIZONTAL ELLIPSIS}")
        self._status = label(look="muted", wrap=True)
        self.sheet = Sheet("What was spent")
        self._lay_out()
        self._period.currentIndexChanged.connect(self.changed)
        self._by.currentIndexChanged.connect(self.changed)
        self._bill.clicked.connect(self.bill_asked)
        self._export.clicked.connect(self.export_asked)
        self.say("")

    @property
    def period(self) -> Period:
        return Period(self._period.currentData())

    @property
    def by(self) -> By:
        return By(self._by.currentData())

    def choose(self, period: Period, by: By) -> None:
        """Choose what is shown."""
        self._period.setCurrentIndex(self._period.findData(period.value))
        self._by.setCurrentIndex(self._by.findData(by.value))

    def tell(self, accounts: Accounts) -> None:
        """Show the sums, and the rows that were asked for."""
        play = accounts.is_play
        for name, row in zip(
            self._tiles, (accounts.today, accounts.month, accounts.ever), strict=True
        ):
            self._tiles[name].tell(row, is_play=play)
        made, by = accounts.report, accounts.by
        names = [by.value.capitalize() + (PLAY if play else ""), "Jobs", *AMOUNTS]
        rows = [_cells(words.key_of(row, by), row) for row in made.rows]
        self.sheet.fill(
            [*names, "Unknown"], [*rows, _cells("Together", made.total)], last_is_sum=True
        )

    def say(self, text: str) -> None:
        """Tell what came of a question or an export."""
        self._status.setText(text or words.EXPLAINED)

    def show_asking(self, *, asking: bool) -> None:
        """Whether the bill is being asked for."""
        self._bill.setEnabled(not asking)

    def _lay_out(self) -> None:
        tiles = QHBoxLayout()
        tiles.setSpacing(10)
        for each in self._tiles.values():
            tiles.addWidget(each, 1)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        for left in (self._period, self._by):
            choices.addWidget(left)
        choices.addStretch(1)
        for right in (self._bill, self._export):
            right.setAutoDefault(False)
            choices.addWidget(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(tiles)
        column.addLayout(choices)
        column.addWidget(self.sheet, 1)
        column.addWidget(self._status)


def _cells(key: str, row: Row) -> Sequence[str]:
    amounts = (row.estimate_usd, row.billed_usd, row.open_usd, row.uncertain_usd, row.spent_usd)
    told = (exact_dollars(each) for each in amounts)
    return (key, str(row.jobs), *told, str(row.unknown or "-"))


def _choices(name: str, texts: dict[Period, str] | dict[By, str], first: Period | By) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, text in texts.items():
        box.addItem(text, value.value)
    box.setCurrentIndex(box.findData(first.value))
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box
