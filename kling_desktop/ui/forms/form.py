"""A form for any endpoint: what every clip needs in sight, the rest folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kling_desktop.domain.carrying import Carried, Lost, carry, meaning_of
from kling_desktop.domain.catalog import FieldKind
from kling_desktop.ui.forms.labels import is_blank
from kling_desktop.ui.forms.layout import arrange
from kling_desktop.ui.forms.making import make_editor
from kling_desktop.ui.forms.rows import Row
from kling_desktop.ui.forms.scene import SceneEditor, join_pictures
from kling_desktop.ui.forms.shelf import Shelf
from kling_desktop.ui.forms.strip import PicturesEditor
from kling_desktop.ui.forms.widgets import TextEditor
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kling_desktop.domain.catalog import Endpoint, Field
    from kling_desktop.domain.errors import Problem
    from kling_desktop.ui.forms.layout import Placed


SPELT = ("prompt", "negative_prompt", "text")
"""Fields of words; other texts are names and addresses."""


class Form(QWidget):
    """Edits the values of one endpoint and remembers them across endpoints."""

    changed = Signal()
    mime_given = Signal(QMimeData)
    scenes_asked = Signal()
    """Somebody wants to look through the effects."""
    text_made = Signal(object)
    """A place for words that may be checked for their spelling."""
    many_asked = Signal()
    """Somebody wants a clip of each alternative that the prompt names."""
    step_asked = Signal(int)
    """An older (-1) or newer (1) prompt is wanted."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        super().__init__()
        self.shelf = shelf or Shelf(self)
        self._endpoint: Endpoint | None = None
        self._rows: dict[str, Row] = {}
        self._heads: list[QLabel] = []
        self._chosen: dict[str, Any] = {}
        self._filling = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._more = Button("More settings", look="flat")
        self._more.setCheckable(True)
        self._reset = Button("Reset all", look="flat")
        self._reset.setToolTip("Every setting back to its default; words and files stay.")
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self._more, 1)
        foot.addWidget(self._reset)
        self._more.toggled.connect(self._fold)
        # Where no field needs it, it is nobody's child, and would outlive the form.
        self.destroyed.connect(self._foot.deleteLater)
        self._reset.clicked.connect(self.reset_all)

    def show_endpoint(self, endpoint: Endpoint, start: Mapping[str, Any] | None = None) -> Carried:
        """Show the fields of an endpoint with what was chosen, and say what does not go along.

        ``start`` is what the stage holds, by the names of the endpoint before.
        """
        writing = self._focused()
        before = self._differing() | {k: v for k, v in (start or {}).items() if self._had(k)}
        carried = carry({**dict(start or {}), **self._chosen}, endpoint)
        self._clear()
        self._endpoint = endpoint
        for placed in arrange(endpoint):
            name = placed.field.name  # An empty text is chosen as well, though it is not carried.
            self._add(placed, carried.values.get(name, self._chosen.get(name)))
        join_pictures(endpoint, {name: row.editor for name, row in self._rows.items()})
        self._fold(unfolded=self._more.isChecked())
        self._resume(writing)
        return Carried(carried.values, _lost(before, endpoint))

    def values(self) -> dict[str, Any]:
        """What is in the form now, by fal's field names; what is left open is left out."""
        return {
            name: value
            for name, value in self._all()
            if not is_blank(value) or _says_something(self._rows[name].field)
        }

    def chosen(self) -> dict[str, Any]:
        """What somebody has chosen, also for fields that are not shown now."""
        return dict(self._chosen)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill in; names that the endpoint lacks are kept for later."""
        for name, value in values.items():
            if name in self._rows:
                self._rows[name].editor.set_value(value)
        self._chosen |= values

    def load(self, values: Mapping[str, Any], *, with_files: bool) -> None:
        """Fill in an earlier request; what it does not say is as usual."""
        for name, row in self._rows.items():
            if with_files or not row.field.takes_files:
                row.reset()
                self._chosen.pop(name, None)
                if name in values:
                    self.set_values({name: values[name]})

    def reset_all(self) -> None:
        """Every setting back to its default; words and files stay."""
        for row in self._rows.values():
            if row.can_reset:
                self._reset_one(row)

    def add_pictures(self, addresses: list[str]) -> bool:
        """Put pictures into the first field that takes several; False if there is none."""
        for row in self._rows.values():
            if isinstance(row.editor, PicturesEditor):
                row.editor.add(addresses)
                return True
        return False

    def take_file(self, kind: FieldKind, address: str) -> bool:
        """Put a file into the first field of its kind; False if there is none."""
        for row in self._rows.values():
            if row.field.kind is kind:
                row.editor.set_value(address)
                return True
        return False

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Show each problem at its field and return those without a place here."""
        for row in self._rows.values():
            row.show_problem("")
        for each in problems:
            name, *where = each.field.split(".")
            if name in self._rows:
                text = each.message[:1].upper() + each.message[1:]
                self._rows[name].show_problem(text, tuple(where))
                if self._rows[name].advanced:
                    self._more.setChecked(True)
        return [each for each in problems if each.field.split(".")[0] not in self._rows]

    def focus(self, name: str) -> None:
        """Put the cursor into a field."""
        if name in self._rows:
            self._rows[name].editor.setFocus()

    def text_editors(self) -> list[TextEditor]:
        """Where words are written that may be checked for their spelling."""
        return [each for name in SPELT if (each := self.text_editor(name)) is not None]

    def text_editor(self, name: str) -> TextEditor | None:
        """Where a text is written; None if this endpoint has no such text."""
        editor = self._rows[name].editor if name in self._rows else None
        return editor if isinstance(editor, TextEditor) else None

    def _all(self) -> Iterable[tuple[str, Any]]:
        assert self._endpoint is not None
        for field in self._endpoint.fields:
            if field.name in self._rows:
                yield field.name, self._rows[field.name].editor.value()

    def _differing(self) -> dict[str, Any]:
        """What is shown and is not the default."""
        rows = self._rows.items()
        return {name: row.editor.value() for name, row in rows if row.is_changed}

    def _add(self, placed: Placed, value: Any) -> None:
        row = Row(
            placed.field,
            make_editor(placed.field, self.shelf),
            placed.hint,
            folded=placed.is_folded,
        )
        name = placed.field.name
        if row.advanced and self._column.indexOf(self._foot) < 0:
            self._column.addWidget(self._foot)
            self._foot.show()
        if row.advanced and placed.group not in {head.text() for head in self._heads}:
            head = label(placed.group, look="muted")
            self._heads.append(head)
            self._column.addWidget(head)
        self._rows[name] = row
        self._column.addWidget(row)
        if value is not None:
            row.editor.set_value(value)
        row.editor.changed.connect(lambda: self._touched(row))
        row.reset_asked.connect(lambda: self._reset_one(row))
        row.editor.mime_given.connect(self.mime_given)
        if isinstance(row.editor, SceneEditor):
            row.editor.browse_asked.connect(self.scenes_asked)
        if isinstance(row.editor, TextEditor) and name in SPELT:
            self.text_made.emit(row.editor)
        if isinstance(row.editor, TextEditor) and name == "prompt":
            row.editor.has_steps = True
            row.editor.step_asked.connect(self.step_asked)
            row.editor.hint_chosen.connect(self.many_asked)

    def _touched(self, row: Row) -> None:
        row.show_problem("")
        self._forget(row.field.name)
        self._chosen[row.field.name] = row.editor.value()
        self.changed.emit()

    def _reset_one(self, row: Row) -> None:
        row.reset()
        self._forget(row.field.name)

    def _forget(self, name: str) -> None:
        """Whatever was chosen for the same thing under another name counts no more."""
        for each in meaning_of(name):
            self._chosen.pop(each, None)

    def _had(self, name: str) -> bool:
        return self._endpoint is not None and self._endpoint.has(name)

    def restyle(self) -> None:
        """Take the colours now in use: what is drawn with them is made anew."""
        if self._endpoint is not None:
            self.show_endpoint(self._endpoint)

    def _focused(self) -> str:
        """The field that somebody is writing in; empty if there is none."""
        widget = QApplication.focusWidget()
        if widget is None:
            return ""
        return next((name for name, row in self._rows.items() if row.isAncestorOf(widget)), "")

    def _resume(self, name: str) -> None:
        """Let somebody go on who was writing when the form changed."""
        if name in self._rows:
            self._rows[name].editor.setFocus()
            self._rows[name].editor.go_to_end()

    def _fold(self, unfolded: bool) -> None:  # noqa: FBT001 - Qt's toggled signal gives it
        self._more.setText("Fewer settings" if unfolded else "More settings")
        for row in self._rows.values():
            row.setVisible(unfolded or not row.advanced)
        for head in self._heads:
            head.setVisible(unfolded)

    def _clear(self) -> None:
        # Without a parent it leaves the order of Tab too, and comes back at its place in it.
        self._foot.setParent(None)
        for widget in (*self._rows.values(), *self._heads):
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._rows.clear()
        self._heads.clear()


def _says_something(field: Field) -> bool:
    """Whether even an empty text does: nothing is to be kept out of the clip."""
    return field.kind is FieldKind.TEXT and (field.required or field.default is not None)


def _lost(before: Mapping[str, Any], after: Endpoint) -> tuple[Lost, ...]:
    """What somebody saw a moment ago and does not see now."""
    return carry(before, after).lost
