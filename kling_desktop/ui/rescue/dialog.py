"""The window in which lost clips are looked for, chosen and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.rescue.details import Details
from kling_desktop.ui.rescue.model import MODEL, PROMPT, SENT, STATE, Entry, RescueModel
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog

SIZE = (900, 660)
INTRO = (
    "A clip that was made for your account, here or elsewhere, can be fetched again as long as "
    "its file is kept. Looking and fetching are free."
)
SANDBOX = " This is the sandbox's own list."
LOOK = "Look through my account's list"
STOP = "Stop looking"
ANY = "Any endpoint"
SPANS = (("the last 7 days", 7), ("the last 30 days", 30), ("the last 89 days", 89))
"""fal lists the requests of 90 days."""


class RescueDialog(QDialog):
    """Asks for what somebody wants to look for, and shows what is found."""

    look_up_asked = Signal(str, str)
    """What was pasted, and the endpoint, if one was named."""
    scan_asked = Signal(int)
    """Days."""
    stop_asked = Signal()
    bring_asked = Signal()
    chosen = Signal(object)
    """The entry whose row is current, or None."""

    def __init__(self, parent: QWidget, catalog: Catalog, *, is_sandbox: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Bring back a clip")
        self.model = RescueModel(self)
        self._intro = label(INTRO + (SANDBOX if is_sandbox else ""), look="muted", wrap=True)
        self.what = QLineEdit(placeholderText="Request id, or an address of fal's dashboard")
        self.what.setAccessibleName("Request id or address")
        self.what.setClearButtonEnabled(True)
        self._endpoints = _endpoints(catalog)
        self._find = Button("Look it &up")
        self._scan = Button(f"&{LOOK}")
        self._span = _spans()
        self._status = label(wrap=True)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName("Endpoints that were looked through")
        self.table = QTableView()
        self._known = QCheckBox("&Show those that are in your jobs already")
        self._all = Button("&Tick all")
        self.details = Details()
        self._bring = Button()
        self._scanning = False
        self._bringing = False
        self._lay_out()
        self._connect()
        self.show_idle("")

    def show_scanning(self, done: int, of: int, where: str) -> None:
        """Say how far the look through the list is."""
        self._scanning = True
        self._scan.setText(f"&{STOP}")
        self._progress.setRange(0, of)
        self._progress.setValue(done)
        self._progress.show()
        self._say(f"Looking at {where}, {done + 1} of {of}\N{HORIZONTAL ELLIPSIS}")

    def show_looking(self) -> None:
        """One request is looked for; nobody knows how long that takes."""
        self._find.setEnabled(False)
        self._progress.setRange(0, 0)
        self._progress.show()
        self._say("Looking for it in your account\N{HORIZONTAL ELLIPSIS}")

    def show_idle(self, text: str, *, is_problem: bool = False) -> None:
        """Say what came of it."""
        self._scanning = False
        self._scan.setText(f"&{LOOK}")
        self._progress.hide()
        self._say(text, is_problem=is_problem)
        self._refresh()

    def show_bringing(self, *, bringing: bool) -> None:
        """Whether clips are just being asked for."""
        self._bringing = bringing
        self._refresh()

    def choose(self, request_id: str) -> None:
        """Make the row of a request the current one."""
        for row in range(self.model.rowCount()):
            entry = self.model.entry(row)
            if entry is not None and entry.id == request_id:
                self.table.setCurrentIndex(self.model.index(row, PROMPT))

    @property
    def current(self) -> Entry | None:
        return self.model.entry(self.table.currentIndex().row())

    def reveal_known(self) -> None:
        """Have requests in sight that are in a job already."""
        self._known.setChecked(True)

    def _say(self, text: str, *, is_problem: bool = False) -> None:
        self._status.setProperty("problem", is_problem)
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def _refresh(self) -> None:
        number = len(self.model.ticked())
        clips = "1 clip" if number == 1 else f"{number} clips"
        self._bring.setText(f"&Bring back {clips}" if number else "&Bring back")
        self._bring.setEnabled(bool(number) and not self._bringing)
        self._all.setEnabled(any(each.can_come for each in self.model.entries))
        self._find.setEnabled(bool(self.what.text().strip()))
        entry = self.current
        self.chosen.emit(entry)
        if entry is None:
            self.details.show_nothing()

    def _connect(self) -> None:
        self.what.textChanged.connect(self._refresh)
        self._find.clicked.connect(self._ask_look_up)
        self._scan.clicked.connect(self._scan_or_stop)
        self._known.toggled.connect(lambda on: self.model.show_known(shown=on))
        self._all.clicked.connect(self.model.tick_all)
        self._bring.clicked.connect(self.bring_asked)
        self.model.dataChanged.connect(self._refresh)
        self.model.modelReset.connect(self._refresh)
        self.table.selectionModel().currentRowChanged.connect(self._refresh)
        self.table.doubleClicked.connect(self._toggle)

    def _ask_look_up(self) -> None:
        if self.what.text().strip():
            self.look_up_asked.emit(self.what.text(), self._endpoints.currentData())

    def _scan_or_stop(self) -> None:
        if self._scanning:
            self.stop_asked.emit()
        else:
            self.scan_asked.emit(self._span.currentData())

    def _toggle(self, index: QModelIndex) -> None:
        if index.column() != PROMPT:
            box = index.siblingAtColumn(PROMPT)
            on = box.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            self.model.setData(box, state, Qt.ItemDataRole.CheckStateRole)

    def _lay_out(self) -> None:
        self._dress_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self._intro)
        column.addLayout(_row(self.what, self._endpoints, self._find))
        column.addLayout(_row(None, self._scan, self._span))
        column.addWidget(self._status)
        column.addWidget(self._progress)
        column.addWidget(self.table, 1)
        column.addLayout(_row(None, self._all, self._known))
        column.addWidget(self.details)
        column.addWidget(self._buttons())
        fit(self, SIZE)
        self.what.setFocus()

    def _dress_table(self) -> None:
        table = self.table
        table.setProperty("sheet", True)
        table.setModel(self.model)
        table.setAccessibleName("Requests that were found")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in ((SENT, 135), (MODEL, 235), (STATE, 210)):
            header.resizeSection(column, width)
        header.setSectionResizeMode(PROMPT, QHeaderView.ResizeMode.Stretch)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        close.setAutoDefault(False)
        box.addButton(self._bring, QDialogButtonBox.ButtonRole.ActionRole)
        for each in (self._scan, self._all, self._bring):
            each.setAutoDefault(False)
        self._find.setDefault(True)  # Enter in the line looks for what it names.
        box.rejected.connect(self.reject)
        return box


def _endpoints(catalog: Catalog) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName("Endpoint that it was sent to")
    box.addItem(ANY, "")
    for each in catalog.endpoints:
        box.addItem(each.title, each.id)
    return box


def _spans() -> QComboBox:
    box = QComboBox()
    box.setAccessibleName("How far back to look")
    for text, days in SPANS:
        box.addItem(text, days)
    return box


def _row(wide: QWidget | None, *others: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    if wide is not None:
        row.addWidget(wide, 1)
    for each in others:
        row.addWidget(each)
    if wide is None:
        row.addStretch(1)
    return row
