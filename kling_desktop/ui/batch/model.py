"""The clips of a batch as rows that can be ticked and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from kling_desktop.domain.money import dollars
from kling_desktop.engine.batch import Fate
from kling_desktop.ui import theme
from kling_desktop.ui.batch import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.batch import Batch, Row

    Index = QModelIndex | QPersistentModelIndex

ROLE = Qt.ItemDataRole
MOST_FIELDS = 4
"""Columns of fields: more would leave room for none of them."""
_NOWHERE = QModelIndex()


class BatchModel(QAbstractTableModel):
    """Columns: number and tick, the fields in which rows differ, the price, what becomes of it."""

    edited = Signal(int, str, str)
    """The number of a row, a field, and what was typed."""
    ticks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.batch: Batch | None = None
        self.fields: tuple[str, ...] = ()
        self.is_fixed = False
        """While rows are begun nothing of them can be changed."""
        self._off: set[int] = set()
        self._jobs: dict[int, Job] = {}
        self._row_of: dict[str, int] = {}

    def take(self, batch: Batch | None, *, anew: bool = True) -> None:
        """Show a batch; ``anew`` forgets ticks and columns."""
        if anew or not self._has_as_many_rows_as(batch):
            self.beginResetModel()
            self._take(batch, anew=anew)
            self.endResetModel()
        else:
            # A cell that somebody is writing in stays open.
            self._take(batch, anew=False)
            self._tell_all()

    def _has_as_many_rows_as(self, batch: Batch | None) -> bool:
        if self.batch is None or batch is None:
            return False
        return len(self.batch.rows) == len(batch.rows)

    def _take(self, batch: Batch | None, *, anew: bool) -> None:
        self.batch = batch
        if anew:
            self._off.clear()
            self.fields = _fields(batch) if batch else ()
        self._jobs.clear()
        self._row_of.clear()
        for each in batch.rows if batch else ():
            if each.fate is Fate.BEGUN and each.job is not None:
                self._note(each.entry.number, each.job)

    def begun(self, jobs: Iterable[tuple[int, Job]]) -> None:
        """Rows that have become jobs."""
        for number, job in jobs:
            self._note(number, job)
        self._tell_all()

    def _tell_all(self) -> None:
        if self.batch is not None and self.batch.rows:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def follow(self, job: Job) -> bool:
        """Show how a job stands; whether it is of this batch."""
        number = self._row_of.get(job.id)
        if number is None:
            return False
        if self._jobs[number].updated_at <= job.updated_at:
            self._jobs[number] = job
        at = number - 1
        self.dataChanged.emit(self.index(at, 0), self.index(at, self.columnCount() - 1))
        return True

    def whole_state(self, row: int) -> str:
        """What becomes of a row, in full; empty where a word says it all."""
        if self.batch is None or not 0 <= row < len(self.batch.rows):
            return ""
        text = self._text(self.batch.rows[row], self.columnCount() - 1)
        return text if " " in text else ""

    @property
    def ready(self) -> list[Row]:
        """The rows that are ticked and can be made."""
        rows = self.batch.rows if self.batch else ()
        return [each for each in rows if self._can(each) and each.entry.number not in self._off]

    @property
    def jobs(self) -> list[Job]:
        return list(self._jobs.values())

    def tick_all(self) -> None:
        """Tick all rows, or none if all are ticked."""
        can = {each.entry.number for each in (self.batch.rows if self.batch else ())
               if self._can(each)}  # fmt: skip
        self._off = set() if can & self._off else can
        self.begun(())
        self.ticks_changed.emit()

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() or self.batch is None else len(self.batch.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.fields) + 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole:
            return ("Row", *map(_title, self.fields), "Price", "State")[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        row = self._row(index)
        if index.column() == 0 and self._can(row) and not self.is_fixed:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if self._field(index) and row.entry.number not in self._jobs and not self.is_fixed:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        row = self._row(index)
        match role:
            case ROLE.DisplayRole:
                return self._text(row, index.column())
            case ROLE.EditRole:
                value = row.entry.values.get(self._field(index), "")
                return value if isinstance(value, str) else words.shown(value)
            case ROLE.ToolTipRole | ROLE.AccessibleTextRole:
                return self._spoken(row, index)
            case ROLE.CheckStateRole if index.column() == 0 and self._can(row):
                on = row.entry.number not in self._off
                return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            case ROLE.ForegroundRole if row.entry.number not in self._jobs:
                return self._colour(row)
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        row, name = self._row(index), self._field(index)
        if self.is_fixed:
            return False
        if role == ROLE.CheckStateRole and index.column() == 0 and self._can(row):
            on = Qt.CheckState(value) is Qt.CheckState.Checked
            (self._off.discard if on else self._off.add)(row.entry.number)
            self.dataChanged.emit(index, index)
            self.ticks_changed.emit()
            return True
        if role == ROLE.EditRole and name and str(value) != self.data(index, role):
            self.edited.emit(row.entry.number, name, str(value))
        return False  # The cell changes once the row was checked.

    def _row(self, index: Index) -> Row:
        assert self.batch is not None
        return self.batch.rows[index.row()]

    def _field(self, index: Index) -> str:
        at = index.column() - 1
        return self.fields[at] if 0 <= at < len(self.fields) else ""

    def _can(self, row: Row) -> bool:
        return row.fate is Fate.READY and row.entry.number not in self._jobs

    def _note(self, number: int, job: Job) -> None:
        self._jobs[number] = job
        self._row_of[job.id] = number

    def _text(self, row: Row, column: int) -> str:
        if column == 0:
            return str(row.entry.number)
        if column <= len(self.fields):
            return " ".join(words.shown(row.entry.values.get(self.fields[column - 1], "")).split())
        if column == len(self.fields) + 1:
            is_made = row.fate in {Fate.READY, Fate.BEGUN}
            return dollars(row.price) if is_made else "\N{EM DASH}"
        return words.state_of(row, self._jobs.get(row.entry.number))

    def _spoken(self, row: Row, index: Index) -> str:
        if index.column() == 0:
            tick = "not ticked" if row.entry.number in self._off else "ticked"
            tick = tick if self._can(row) else "cannot be ticked"
            return f"Row {row.entry.number}, line {row.entry.row}, {tick}"
        value = row.entry.values.get(self._field(index))
        return str(value) if value else self._text(row, index.column())

    def _colour(self, row: Row) -> QColor | None:
        if row.fate is Fate.BAD:
            return QColor(theme.tokens().bad)
        is_off = row.entry.number in self._off or row.fate is Fate.DUPLICATE
        return QColor(theme.tokens().muted) if is_off else None


def _fields(batch: Batch) -> tuple[str, ...]:
    """The prompt, then whatever is not the same in all rows, or wrong in one."""
    names = dict.fromkeys(name for row in batch.rows for name in row.entry.values)
    wrong = {each.field for row in batch.rows for each in row.problems}
    found = ["prompt"] if "prompt" in names or "prompt" in wrong else []
    for name in names:
        told = {str(row.entry.values.get(name)) for row in batch.rows}
        if name != "prompt" and (len(told) > 1 or name in wrong):
            found.append(name)
    return tuple(found[:MOST_FIELDS])


def _title(name: str) -> str:
    return name.removesuffix("_url").replace("_", " ").capitalize()
