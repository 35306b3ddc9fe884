"""All keys of the program in one table: what they do, where they count, and which ones were chosen.

A row is data. Whoever has keys adds rows; the sheet of shortcuts shows them and changes them, and
whoever acts on keys asks here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from kling_desktop.ui.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QKeyEvent


class Scope(Enum):
    """Where a key counts."""

    WINDOW = "window"
    BRUSH = "brush"
    """While the motion brush has the keys; there it comes before the window's own."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Something that keys do."""

    id: str
    """Of the window's actions, and of the brush's: ``tool.brush``, ``view.fit``."""
    group: str
    """Its heading in the sheet."""
    text: str
    keys: tuple[str, ...] = ()
    """As Qt writes them: ``Ctrl+B``, ``[``."""
    scope: Scope = Scope.BRUSH
    repeats: bool = False
    """Whether a key that is held does it again and again."""
    is_fixed: bool = False
    """Part of a gesture, such as holding Space; it is shown, and cannot be changed."""


WINDOW_ROWS = tuple(
    KeyRow(spec.id, f"Window: {spec.menu}", spec.text.replace("&", ""), spec.keys, Scope.WINDOW)
    for spec in ACTIONS
)
LONGEST = 4
"""Keys of one row that are remembered; more come from damaged notes alone."""


class KeyTable(QObject):
    """The rows, and what the user has chosen in place of their keys."""

    changed = Signal()

    def __init__(self, rows: Iterable[KeyRow] = WINDOW_ROWS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, KeyRow] = {}
        self._chosen: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, KeyRow] = {}
        self.add(rows)

    @property
    def rows(self) -> tuple[KeyRow, ...]:
        return tuple(self._rows.values())

    def add(self, rows: Iterable[KeyRow]) -> None:
        """Take more rows; one that is there already stays."""
        for each in rows:
            self._rows.setdefault(each.id, each)
        self._tell()

    def keys_of(self, name: str) -> tuple[str, ...]:
        """The keys that count for a row now."""
        row = self._rows.get(name)
        return self._chosen.get(name, row.keys) if row is not None else ()

    def shown(self, name: str) -> str:
        """The keys of a row as people read them; empty if it has none."""
        return " or ".join(native(each) for each in self.keys_of(name))

    def is_changed(self, name: str) -> bool:
        return name in self._chosen

    def holder(self, keys: str, scope: Scope, *, but: str = "") -> KeyRow | None:
        """The row that has these keys in that scope, other than one."""
        for row in self._rows.values():
            if row.scope is scope and row.id != but and keys in map(portable, self.keys_of(row.id)):
                return row
        return None

    def give(self, name: str, keys: tuple[str, ...]) -> None:
        """Give a row other keys, and take them from the row that had them."""
        row = self._rows[name]
        for each in keys:
            other = self.holder(each, row.scope, but=name)
            if other is not None:
                rest = tuple(key for key in self.keys_of(other.id) if portable(key) != each)
                self._choose(other, rest)
        self._choose(row, keys)
        self._tell()

    def reset(self, name: str) -> None:
        """Give a row its own keys back, and take them from whoever has them now."""
        self.give(name, tuple(map(portable, self._rows[name].keys)))

    def reset_all(self) -> None:
        self._chosen.clear()
        self._tell()

    def row_for(self, event: QKeyEvent) -> KeyRow | None:
        """What a key means while the brush has the keys."""
        return next((self._found[each] for each in spellings(event) if each in self._found), None)

    def notes(self) -> dict[str, list[str]]:
        """What the next window has to know."""
        return {name: list(keys) for name, keys in self._chosen.items()}

    def restore(self, notes: object) -> None:
        """Take what an earlier window knew; odd notes are passed over."""
        self._chosen = dict(_sound(notes))
        self._tell()

    def _choose(self, row: KeyRow, keys: tuple[str, ...]) -> None:
        if keys == tuple(map(portable, row.keys)):
            self._chosen.pop(row.id, None)
        else:
            self._chosen[row.id] = keys

    def _tell(self) -> None:
        brush = [row for row in self._rows.values() if row.scope is Scope.BRUSH]
        self._found = {
            portable(keys): row
            for row in brush
            if not row.is_fixed
            for keys in self.keys_of(row.id)
        }
        self.changed.emit()


def portable(keys: str) -> str:
    """One spelling for the same keys."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def native(keys: str) -> str:
    """As this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys


def spellings(event: QKeyEvent) -> tuple[str, ...]:
    """How a key may be written: a sign that needs Shift is itself, with Shift or without."""
    combination = event.keyCombination()
    plain = QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)
    text = event.text()
    if text and text.isprintable() and not text.isalnum() and "Shift+" in plain:
        return plain, plain.replace("Shift+", "")
    return (plain.replace("Num+", ""),)


def _sound(notes: object) -> Iterable[tuple[str, tuple[str, ...]]]:
    for name, keys in _items(notes):
        if isinstance(keys, list) and len(keys) <= LONGEST:
            written = tuple(portable(each) for each in keys if isinstance(each, str))
            if all(written):
                yield name, written


def _items(notes: object) -> Iterable[tuple[str, object]]:
    found: Mapping[object, object] = notes if isinstance(notes, dict) else {}
    return [(name, keys) for name, keys in found.items() if isinstance(name, str)]
