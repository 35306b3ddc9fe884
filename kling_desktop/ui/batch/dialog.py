"""The window in which many clips are planned, priced, started and watched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui.batch import words
from kling_desktop.ui.batch.model import BatchModel
from kling_desktop.ui.parts import Button, Caption, CarefulButton, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from kling_desktop.engine.batch import Batch
    from kling_desktop.engine.batch_source import Source

SIZE = (980, 700)
LINES = 3
"""Lines of prompts in sight."""


class BatchDialog(QDialog):
    """Says what is wished; what comes of it is the desk's business."""

    survey_asked = Signal()
    edited = Signal(int, str, str)
    start_asked = Signal()
    forecast_asked = Signal()
    """Other rows are ticked than before."""
    watch_asked = Signal(bool)

    def __init__(self, parent: QWidget, endpoint: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Batch \N{EM DASH} many clips at once")
        self.source: Source = None
        self._is_play = False
        self._busy = False
        self._begins = self._stale = False
        """Rows become jobs, and what they are made of stays; or it is another than is shown."""
        self.model = BatchModel(self)
        self._intro = label(words.INTRO.replace("{endpoint}", endpoint), look="muted", wrap=True)
        self._csv = Button("Choose a &CSV\N{HORIZONTAL ELLIPSIS}")
        self._folder = Button("Choose a &folder\N{HORIZONTAL ELLIPSIS}")
        self._none = Button("&None")
        self._path = Caption(look="muted")
        self.prompts = QPlainTextEdit(tabChangesFocus=True)
        self._show = Button("Show the c&lips")
        self.table = QTableView()
        self._all = Button("&Tick all")
        self._detail = label(look="muted", wrap=True)
        self._sum = label(wrap=True)
        self._forecast = label(look="doubt", wrap=True)
        self._problem = label(look="problem", wrap=True)
        self._progress = QProgressBar(textVisible=False)
        self.watching = QCheckBox("&Watch this folder: each new picture becomes a clip")
        self._watched = label(look="muted", wrap=True)
        self._start = CarefulButton(words.start(()), look="primary")
        self._lay_out()
        self._connect()
        self.choose(None)
        self.show_batch(None)

    @property
    def lines(self) -> list[str]:
        """The prompts, one a line."""
        return [each.strip() for each in self.prompts.toPlainText().splitlines() if each.strip()]

    def show_backend(self, *, is_play: bool) -> None:
        self._is_play = is_play

    def choose(self, source: Source) -> None:
        """Take the rows from there."""
        self.source = source
        self._path.show_text(words.named(source))
        self._go_stale()

    def show_busy(self, text: str, *, begins: bool = False) -> None:
        """Something is being read, or rows are begun; nothing can be started."""
        self._busy, self._begins = True, begins
        self._problem.hide()
        self._sum.setText(text)
        self._progress.setRange(0, 0)
        self._progress.show()
        self._allow()

    def show_batch(self, batch: Batch | None, *, anew: bool = True) -> None:
        """Show what would be made."""
        self._busy = self._begins = False
        self._problem.hide()
        self._stale = self._stale and not anew
        current = self.table.currentIndex()
        self.model.take(batch, anew=anew)
        self.table.horizontalHeader().setVisible(batch is not None)
        if not anew and current.isValid() and self.table.currentIndex() != current:
            self.table.setCurrentIndex(self.model.index(current.row(), current.column()))
        if anew and batch is not None:
            self._size_columns()
        self.refresh()

    def show_problem(self, text: str) -> None:
        """Say why nothing came of it."""
        self._busy = self._begins = False
        self.refresh()
        self._problem.setText(text)
        self._problem.show()

    def show_forecast(self, text: str) -> None:
        """Say that budgets would hold clips back."""
        self._forecast.setText(text)
        self._forecast.setVisible(bool(text))

    def show_watch(self, text: str, *, on: bool) -> None:
        """Say how the watched folder stands."""
        self._watched.setText(text)
        self._watched.setVisible(bool(text))
        if self.watching.isChecked() is not on:
            self.watching.blockSignals(True)
            self.watching.setChecked(on)
            self.watching.blockSignals(False)
        self._allow()

    def refresh(self) -> None:
        """Say the sum, how far it is, and what can be started."""
        batch, ready = self.model.batch, self.model.ready
        jobs = self.model.jobs
        over = sum(not each.goes_on for each in jobs)
        self._progress.setVisible(bool(jobs) or self._busy)
        if not self._busy:
            self._progress.setRange(0, max(1, len(jobs)))
            self._progress.setValue(over)
        self._tell_detail()
        if batch is None:
            self._sum.setText(words.NOTHING)
        elif self._stale:
            self._sum.setText(words.STALE)
        elif not ready and jobs:
            self._sum.setText(f"{over} of {words.count(len(jobs))} ended. {words.NEVER_TWICE}")
        else:
            self._sum.setText(words.summary(batch, ready, is_play=self._is_play))
        self._start.setText(words.start(ready))
        self._allow()

    def _go_stale(self) -> None:
        self._stale = self.model.batch is not None
        self.refresh()

    def _tell_detail(self) -> None:
        """The sentence of the current row, which seldom fits into its cell."""
        text = self.model.whole_state(self.table.currentIndex().row())
        self._detail.setText(text)
        self._detail.setVisible(bool(text))

    def _allow(self) -> None:
        self._start.setEnabled(bool(self.model.ready) and not self._busy and not self._stale)
        self._show.setEnabled(not self._busy and bool(self.source or self.lines))
        self._all.setEnabled(self.model.batch is not None and not self._busy)
        is_folder = isinstance(self.source, Path) and self.source.suffix.lower() != ".csv"
        may_watch = is_folder or self.watching.isChecked()
        self.watching.setEnabled(may_watch and not self._begins)
        for each in (self._csv, self._folder):
            each.setEnabled(not self._begins)
        self._none.setEnabled(self.source is not None and not self._begins)
        self.prompts.setReadOnly(self._begins)
        self.model.is_fixed = self._begins

    def _connect(self) -> None:
        self._csv.clicked.connect(self._ask_for_csv)
        self._folder.clicked.connect(self._ask_for_folder)
        self._none.clicked.connect(lambda: self._chosen(""))
        self.prompts.textChanged.connect(self._go_stale)
        self._show.clicked.connect(self.survey_asked)
        self._all.clicked.connect(self.model.tick_all)
        self._start.clicked.connect(self.start_asked)
        self.model.edited.connect(self.edited)
        self.model.ticks_changed.connect(self.refresh)
        self.model.ticks_changed.connect(self.forecast_asked)
        self.table.selectionModel().currentChanged.connect(self._tell_detail)
        self.watching.toggled.connect(self.watch_asked)

    def _ask_for_csv(self) -> None:
        self._ask(QFileDialog(self, "Rows of a batch", filter="Rows (*.csv *.tsv *.txt)"))

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, "Pictures of a batch")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._ask(dialog)

    def _ask(self, dialog: QFileDialog) -> None:
        if isinstance(self.source, Path):
            dialog.setDirectory(str(self.source.parent))
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _chosen(self, file: str) -> None:
        self.choose(Path(file) if file else None)
        if file:
            self.survey_asked.emit()

    def _lay_out(self) -> None:
        self.prompts.setPlaceholderText("A {red|blue} boat drifts through {place}")
        self.prompts.setAccessibleName("Prompts, one a line")
        self.prompts.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 18)
        self._progress.setAccessibleName("Clips that have ended")
        self._forecast.hide()
        self._detail.hide()
        self._watched.hide()
        self._dress_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self._intro)
        column.addLayout(_row(self._csv, self._folder, self._none, wide=self._path))
        column.addWidget(self.prompts)
        column.addLayout(_row(self._show, self._all, wide=None))
        column.addWidget(self.table, 1)
        for each in (self._detail, self._sum, self._forecast, self._problem, self._progress):
            column.addWidget(each)
        column.addLayout(_row(self.watching, wide=None))
        column.addWidget(self._watched)
        column.addWidget(self._buttons())
        fit(self, SIZE)

    def _dress_table(self) -> None:
        table = self.table
        table.setProperty("sheet", True)
        table.setModel(self.model)
        table.setAccessibleName("Clips of the batch")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _size_columns(self) -> None:
        header: QHeaderView = self.table.horizontalHeader()
        fields = len(self.model.fields)
        widths = [75, *(280 if name == "prompt" else 130 for name in self.model.fields), 75]
        spare = SIZE[0] - 60 - sum(widths) - 260
        if fields and self.model.fields[0] == "prompt":
            widths[1] = max(200, widths[1] + spare)
        for column, width in enumerate(widths):
            header.resizeSection(column, width)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        box.addButton(self._start, QDialogButtonBox.ButtonRole.ActionRole)
        for each in (close, self._csv, self._folder, self._none, self._show, self._all):
            each.setAutoDefault(False)
        self._start.setAutoDefault(False)  # Enter must not spend money.
        box.rejected.connect(self.reject)
        return box


def _row(*widgets: QWidget, wide: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for each in widgets:
        row.addWidget(each)
    if wide is None:
        row.addStretch(1)
    else:
        row.addWidget(wide, 1)
    return row
