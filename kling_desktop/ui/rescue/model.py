"""The requests that were found, as rows that can be ticked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from kling_desktop.domain.jobs import JobState
from kling_desktop.ui.rescue import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.rescue import Found

    Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("Prompt", "Sent", "Model", "State")
PROMPT, SENT, MODEL, STATE = range(len(COLUMNS))
ROLE = Qt.ItemDataRole
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that was found, and what has become of it since."""

    found: Found
    title: str
    """The model as the catalog calls it."""
    ticked: bool = False
    coming: bool = False
    """Somebody wants it back, and it is not told yet that it is."""
    problem: str = ""
    """Why it did not come back."""

    @property
    def id(self) -> str:
        return self.found.past.request_id

    @property
    def can_come(self) -> bool:
        return not self.coming and words.can_come(self.found.past, self.found.job)

    @property
    def state(self) -> str:
        if self.coming and self.found.job is None:
            return words.COMING
        if self.problem:
            return "Not brought back"
        if self.found.job is not None:
            return words.known(self.found.job)
        return words.state(self.found.past)

    @property
    def has_ended(self) -> bool:
        """Whether a job has the request and does nothing more about it by itself."""
        return self.found.job is not None and not self.found.job.goes_on

    @property
    def is_back(self) -> bool:
        return self.found.job is not None and self.found.job.state is JobState.DONE


class RescueModel(QAbstractTableModel):
    """Newest first; a request stands in it once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[str, Entry] = {}
        self._shown: list[str] = []
        self._shows_known = False

    @property
    def entries(self) -> list[Entry]:
        """Every request that was found, in sight or not."""
        return list(self._all.values())

    def entry(self, row: int) -> Entry | None:
        return self._all[self._shown[row]] if 0 <= row < len(self._shown) else None

    def ticked(self) -> list[Entry]:
        """Those that are wanted back."""
        return [each for each in self._all.values() if each.ticked and each.can_come]

    def take(self, found: Iterable[Entry]) -> None:
        """Show more; what is there already keeps its tick."""
        self.beginResetModel()
        for each in found:
            old = self._all.get(each.id)
            ticked = (each.ticked or (old is not None and old.ticked)) and each.can_come
            self._all[each.id] = replace(each, ticked=ticked)
        self._arrange()
        self.endResetModel()

    def clear(self) -> None:
        self.beginResetModel()
        self._all.clear()
        self._shown.clear()
        self.endResetModel()

    def show_known(self, *, shown: bool) -> None:
        """Whether requests that were in a job when they were found are in sight."""
        self.beginResetModel()
        self._shows_known = shown
        self._arrange()
        self.endResetModel()

    def tick_all(self) -> None:
        """Tick all that can come back, or none if they all are."""
        can = [each for each in self._all.values() if each.can_come]
        on = not all(each.ticked for each in can)
        for each in can:
            self._change(replace(each, ticked=on))

    def mark_coming(self, entry: Entry) -> None:
        self._change(replace(self._all[entry.id], ticked=False, coming=True, problem=""))

    def mark_problem(self, entry: Entry, problem: str) -> None:
        self._change(replace(self._all[entry.id], coming=False, problem=problem))

    def follow(self, job: Job) -> Entry | None:
        """Show how the job of a request stands; the entry that it is about, if one is."""
        entry = self._all.get(job.request_id or "")
        if entry is None or _is_old(job, entry.found.job):
            return entry
        found = replace(entry.found, job=job)
        coming = entry.coming and job.goes_on
        changed = replace(entry, found=found, coming=coming, problem="")
        self._change(replace(changed, ticked=changed.ticked and changed.can_come))
        return self._all[entry.id]

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole:
            return COLUMNS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        entry = self.entry(index.row())
        if entry is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == PROMPT and entry.can_come:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role in {ROLE.DisplayRole, ROLE.ToolTipRole}:
            return self._text(entry, index.column())
        if role == ROLE.CheckStateRole and index.column() == PROMPT and entry.can_come:
            return Qt.CheckState.Checked if entry.ticked else Qt.CheckState.Unchecked
        if role == ROLE.AccessibleTextRole:
            return self._spoken(entry, index.column())
        return None

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        entry = self.entry(index.row())
        if role != ROLE.CheckStateRole or entry is None or not entry.can_come:
            return False
        self._change(replace(entry, ticked=Qt.CheckState(value) is Qt.CheckState.Checked))
        return True

    def _text(self, entry: Entry, column: int) -> str:
        past = entry.found.past
        return (words.prompt(past), words.sent(past), entry.title, entry.state)[column]

    def _spoken(self, entry: Entry, column: int) -> str:
        if column != PROMPT:
            return self._text(entry, column)
        tick = "ticked" if entry.ticked else "not ticked"
        told = tick if entry.can_come else "cannot be ticked"
        return f"{self._text(entry, column)}, {entry.state}, {told}"

    def _arrange(self) -> None:
        shown = [each for each in self._all.values() if self._shows_known or _is_news(each)]
        shown.sort(key=lambda each: each.found.past.sent_at, reverse=True)
        self._shown = [each.id for each in shown]

    def _change(self, entry: Entry) -> None:
        self._all[entry.id] = entry
        if entry.id in self._shown:
            row = self._shown.index(entry.id)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))


def _is_news(entry: Entry) -> bool:
    return entry.found.job is None or entry.can_come or entry.coming


def _is_old(job: Job, known: Job | None) -> bool:
    """An answer can come after the news of what has happened since."""
    return known is not None and known.id == job.id and known.updated_at > job.updated_at
