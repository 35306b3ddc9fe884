"""The page of prices: what a second costs, since when that is known, and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.money import rate
from kling_desktop.ui.money.sheet import Sheet
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog, Endpoint

NAMES = ("Model", "A second", "As of", "Source")
LEAD = "What a clip is expected to cost is reckoned by these prices. The bill has the last word."
UNKNOWN = "unknown"


class PricesPage(QWidget):
    """Shows the prices in use."""

    check_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet("Prices", wide=3, left=(0, 2, 3))
        self._check = Button("&Check models and prices\N{HORIZONTAL ELLIPSIS}")
        self._check.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self._check)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(label(LEAD, look="muted", wrap=True))
        column.addWidget(self.sheet, 1)
        column.addLayout(row)
        self._check.clicked.connect(self.check_asked)

    def tell(self, catalog: Catalog) -> None:
        """Show the prices of a catalog."""
        self.sheet.fill(NAMES, [_cells(each) for each in catalog.endpoints])


def _cells(endpoint: Endpoint) -> tuple[str, ...]:
    price = endpoint.price
    if price is None:
        return (endpoint.title, UNKNOWN, "", "")
    source = price.source.removesuffix(f", {price.date}")
    return (endpoint.title, rate(price), f"{price.date}", source)
