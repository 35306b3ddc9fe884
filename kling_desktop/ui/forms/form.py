"""A form for any endpoint: its fields in order, the advanced ones folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kling_desktop.ui.forms.widgets import Editor, label_of, make_editor
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kling_desktop.domain.catalog import Endpoint, Field
    from kling_desktop.domain.errors import Problem

FOLLOWS = "The clip takes the shape of your picture, whatever is chosen here."
"""Measured on fal's image endpoints, which accept the field all the same, so it is folded away."""


class Row(QWidget):
    """A field: its name, its editor, what is good to know, and what is wrong with it."""

    def __init__(self, field: Field, editor: Editor, hint: str = "") -> None:
        super().__init__()
        self.field, self.editor = field, editor
        self.advanced = field.advanced or bool(hint)
        """Folded away: few need it, or it changes nothing here."""
        name = label(label_of(field), look="heading")
        name.setBuddy(editor)
        name.setToolTip(field.help)
        editor.setToolTip(field.help)
        self._problem = label(look="problem", wrap=True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (name, editor, self._problem):
            column.addWidget(widget)
        if hint:
            column.addWidget(label(hint, look="muted", wrap=True))

    def show_problem(self, text: str) -> None:
        """Say what is wrong; an empty text clears it."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self.editor.mark_wrong(wrong=bool(text))


class Form(QWidget):
    """Edits the values of one endpoint and remembers them across endpoints."""

    changed = Signal()
    mime_given = Signal(QMimeData)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}
        self._chosen: dict[str, Any] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._more = Button("More settings", look="flat")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._fold)
        # Where no field needs it, it is nobody's child, and would outlive the form.
        self.destroyed.connect(self._more.deleteLater)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show the fields of an endpoint; what was chosen stays, the rest are its defaults."""
        writing = self._focused()
        self._clear()
        editors = [(field, make_editor(field)) for field in endpoint.fields]
        rows = [
            Row(field, editor, _hint(endpoint, field))
            for field, editor in editors
            if editor is not None
        ]
        for row in sorted(rows, key=lambda each: each.advanced):
            self._add(row)
        self._fold(unfolded=self._more.isChecked())
        self._resume(writing)

    def values(self) -> dict[str, Any]:
        """What is in the form now, by fal's field names."""
        return {name: row.editor.value() for name, row in self._rows.items()}

    def chosen(self) -> dict[str, Any]:
        """What somebody has chosen, also for fields that are not shown now."""
        return dict(self._chosen)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill in; names that the endpoint lacks are kept for later."""
        for name, value in values.items():
            if name in self._rows:
                self._rows[name].editor.set_value(value)
        self._chosen |= values

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Show each problem at its field and return those without a place here."""
        texts = {each.field.split(".")[0]: each.message for each in problems}
        for name, row in self._rows.items():
            text = texts.get(name, "")
            row.show_problem(text[:1].upper() + text[1:])
            if name in texts and row.advanced:
                self._more.setChecked(True)
        return [each for each in problems if each.field.split(".")[0] not in self._rows]

    def focus(self, name: str) -> None:
        """Put the cursor into a field."""
        if name in self._rows:
            self._rows[name].editor.setFocus()

    def _add(self, row: Row) -> None:
        name = row.field.name
        if row.advanced and self._column.indexOf(self._more) < 0:
            self._column.addWidget(self._more)
            self._more.show()
        self._rows[name] = row
        self._column.addWidget(row)
        for start in (row.field.default, self._chosen.get(name)):
            if start is not None:  # A choice that is no longer one leaves the default.
                row.editor.set_value(start)
        row.editor.changed.connect(lambda: self._touched(row))
        row.editor.mime_given.connect(self.mime_given)

    def _touched(self, row: Row) -> None:
        row.show_problem("")
        self._chosen[row.field.name] = row.editor.value()
        self.changed.emit()

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

    def _clear(self) -> None:
        # Without a parent it leaves the order of Tab too, and comes back at its place in it.
        self._more.setParent(None)
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()


def _hint(endpoint: Endpoint, field: Field) -> str:
    follows = endpoint.aspect_follows_picture and field.name == "aspect_ratio"
    return FOLLOWS if follows else ""
