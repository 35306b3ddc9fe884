"""Fields that belong together, and lists of such: shots, and elements with their views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.forms.editor import Editor
from kling_desktop.ui.forms.labels import is_blank, label_of, one_of
from kling_desktop.ui.parts import Button, label, tool_button

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.catalog import Field

    Make = Callable[[Field], Editor]

SHOTS = "multi_prompt"


class RecordFields(QWidget):
    """The editors of one record, under their names."""

    changed = Signal()

    def __init__(self, field: Field, make: Make) -> None:
        super().__init__()
        self._editors = {each.name: make(each) for each in field.fields}
        self._problems = {each.name: label(look="problem", wrap=True) for each in field.fields}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for each in field.fields:
            editor = self._editors[each.name]
            name = label(label_of(each), look="muted")
            name.setBuddy(editor)
            name.setVisible(not editor.names_itself)
            editor.setToolTip(_tip(each))
            editor.changed.connect(lambda known=each.name: self._touched(known))
            for widget in (name, editor, self._problems[each.name]):
                column.addWidget(widget)
            self._problems[each.name].hide()
            if each.default is not None:
                editor.set_value(each.default)

    def value(self) -> dict[str, Any]:
        """What is filled in; what is blank is left out."""
        given = {name: editor.value() for name, editor in self._editors.items()}
        return {name: each for name, each in given.items() if not is_blank(each)}

    def set_value(self, value: Mapping[str, Any]) -> None:
        for name, editor in self._editors.items():
            if name in value:
                editor.set_value(value[name])

    def focus_first(self) -> None:
        first = next(iter(self._editors.values()), None)
        if first is not None:
            first.setFocus()

    def show_problem(self, where: tuple[str, ...], text: str) -> bool:
        """Say what is wrong at one of the fields; False if it is none of them."""
        shown = self._problems.get(where[0]) if where else None
        if shown is None:
            return False
        shown.setText(text)
        shown.show()
        self._editors[where[0]].mark_wrong(wrong=True)
        return True

    def clear_problems(self) -> None:
        for name, shown in self._problems.items():
            shown.hide()
            self._editors[name].mark_wrong(wrong=False)

    def _touched(self, name: str) -> None:
        self._problems[name].hide()
        self._editors[name].mark_wrong(wrong=False)
        self.changed.emit()


class RecordEditor(Editor):
    """A record that is sent or left out as a whole."""

    names_itself = True

    def __init__(self, field: Field, make: Make) -> None:
        super().__init__()
        self._use = QCheckBox(label_of(field))
        self._fields = RecordFields(field, make)
        self._fields.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._use)
        column.addWidget(self._fields)
        self.setFocusProxy(self._use)
        self._use.toggled.connect(self._fields.setVisible)
        self._use.toggled.connect(self.changed)
        self._fields.changed.connect(self.changed)

    def value(self) -> dict[str, Any] | None:
        return self._fields.value() if self._use.isChecked() else None

    def set_value(self, value: Any) -> None:
        if isinstance(value, dict):
            self._fields.set_value(value)
            self._use.setChecked(True)
        elif value is None:
            self._use.setChecked(False)

    def show_problem_at(self, where: tuple[str, ...], text: str) -> bool:
        return self._fields.show_problem(where, text)

    def mark_wrong(self, *, wrong: bool) -> None:
        if not wrong:
            self._fields.clear_problems()


class _Card(QFrame):
    """One record of a list, with its place and what can be done with it."""

    changed = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, field: Field, make: Make) -> None:
        super().__init__()
        self.setProperty("record", True)
        self.fields = RecordFields(field, make)
        self._name = label(look="heading")
        self._up, self._down = tool_button(""), tool_button("")
        self._remove = tool_button("")
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._name, 1)
        signs = ((self._up, "up"), (self._down, "down"), (self._remove, "trash"))
        for each, sign in signs:
            each.setProperty("flat", True)
            each.setIcon(icons.icon(sign))
            head.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.fields)
        self._up.clicked.connect(lambda: self.moved.emit(-1))
        self._down.clicked.connect(lambda: self.moved.emit(1))
        self._remove.clicked.connect(self.removed)
        self.fields.changed.connect(self.changed)

    def show_place(self, name: str, *, is_first: bool, is_last: bool) -> None:
        """Say which one it is; the first cannot go up, the last not down."""
        self._name.setText(name)
        self._up.setEnabled(not is_first)
        self._down.setEnabled(not is_last)
        for each, does in (
            (self._up, "earlier"), (self._down, "later"), (self._remove, "take away"),
        ):  # fmt: skip
            each.setToolTip(f"{name}: {does}")
            each.setAccessibleName(f"{name}: {does}")


class RecordsEditor(Editor):
    """A list of records: add, put in order, take away."""

    def __init__(self, field: Field, make: Make) -> None:
        super().__init__()
        self._field, self._make = field, make
        self._cards: list[_Card] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self._add = Button(f"Add {_article(one_of(field))}", look="slim")
        self._sum = label(look="muted")
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addWidget(self._sum, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(self._column)
        whole.addLayout(foot)
        self.setFocusProxy(self._add)
        self._add.clicked.connect(self.add)
        self._number()

    def value(self) -> list[dict[str, Any]]:
        return [card.fields.value() for card in self._cards]

    def set_value(self, value: Any) -> None:
        given = value or []
        is_sound = isinstance(given, list) and all(isinstance(each, dict) for each in given)
        if is_sound and given != self.value():
            self._fill(given)

    def add(self) -> None:
        """Put an empty one at the end, and the cursor into it."""
        card = self._new()
        self._number()
        self.changed.emit()
        card.fields.focus_first()

    def show_problem_at(self, where: tuple[str, ...], text: str) -> bool:
        if not where or not where[0].isdigit() or int(where[0]) >= len(self._cards):
            return False
        return self._cards[int(where[0])].fields.show_problem(where[1:], text)

    def mark_wrong(self, *, wrong: bool) -> None:
        if not wrong:
            for card in self._cards:
                card.fields.clear_problems()

    def _fill(self, given: list[dict[str, Any]]) -> None:
        for card in self._cards[:]:
            self._drop(card)
        for each in given:
            self._new().fields.set_value(each)
        self._number()
        self.changed.emit()

    def _new(self) -> _Card:
        card = _Card(self._field, self._make)
        self._cards.append(card)
        self._column.addWidget(card)
        card.changed.connect(self._changed)
        card.moved.connect(lambda by: self._move(card, by))
        card.removed.connect(lambda: self._take_away(card))
        return card

    def _changed(self) -> None:
        self._number()
        self.changed.emit()

    def _move(self, card: _Card, by: int) -> None:
        place = self._cards.index(card)
        goal = place + by
        if 0 <= goal < len(self._cards):
            self._cards.insert(goal, self._cards.pop(place))
            self._column.removeWidget(card)
            self._column.insertWidget(goal, card)
            self._changed()

    def _take_away(self, card: _Card) -> None:
        self._drop(card)
        self._changed()
        self._add.setFocus()

    def _drop(self, card: _Card) -> None:
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _number(self) -> None:
        last, name = len(self._cards) - 1, one_of(self._field)
        for place, card in enumerate(self._cards):
            card.show_place(f"{name} {place + 1}", is_first=place == 0, is_last=place == last)
        most = self._field.max_items
        self._add.setEnabled(most is None or len(self._cards) < most)
        self._sum.setText(self._told())

    def _told(self) -> str:
        if self._field.name != SHOTS or not self._cards:
            return ""
        seconds = sum(int(each.get("duration", 0)) for each in self.value())
        return f"{len(self._cards)} in {seconds} seconds"


def _tip(field: Field) -> str:
    return f"{field.help} {field.limits}".strip()


def _article(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIOU' else 'a'} {name.lower()}"
