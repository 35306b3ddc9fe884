"""One editor a kind of field; all of them speak ``value``, ``set_value`` and ``changed``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QPlainTextEdit,
    QVBoxLayout,
)

from kling_desktop.domain.catalog import Field, FieldKind
from kling_desktop.ui.forms.editor import Editor, fill, row_in
from kling_desktop.ui.forms.labels import choice_words, is_open, label_of
from kling_desktop.ui.forms.menu import Menu
from kling_desktop.ui.forms.numbers import CountEditor, NumberEditor
from kling_desktop.ui.parts import Button, NarrowButton

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QMenu

SEGMENTS = 4
"""More choices than this go into a drop-down list."""
OPEN = "Up to the model"


class TextField(QPlainTextEdit):
    """Plain text; Tab leaves the field, and a picture is passed on."""

    mime_given = Signal(QMimeData)

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.fill_menu: Callable[[QMenu, QTextCursor], None] | None = None
        """Adds to the menu of a place in the text."""
        self.setTabChangesFocus(True)
        height = self.fontMetrics().lineSpacing() * lines + 18
        self.setMinimumHeight(height)
        self._height = height

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By mouse it is about the word there; by key, about that of the cursor."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        cursor = self.textCursor() if by_key else self.cursorForPosition(event.pos())
        menu = self.menu_for(cursor, event.pos())
        below = self.viewport().mapToGlobal(self.cursorRect(cursor).bottomLeft())
        menu.popup(below if by_key else event.globalPos())

    def menu_for(self, cursor: QTextCursor, where: QPoint) -> QMenu:
        """What can be done there; it ends when it is closed."""
        menu = self.createStandardContextMenu(where)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.fill_menu is not None:
            self.fill_menu(menu, cursor)
        return menu

    def sizeHint(self) -> QSize:
        return QSize(220, self._height)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        local = source.hasUrls() and any(url.isLocalFile() for url in source.urls())
        if local or (source.hasImage() and not source.hasText()):
            self.mime_given.emit(source)
        else:
            super().insertFromMimeData(source)


class TextEditor(Editor):
    """A text of several lines."""

    step_asked = Signal(int)
    """An older (-1) or newer (1) text is wanted."""

    hint_chosen = Signal()
    """Somebody wants what the hint below offers."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.has_steps = False
        """Whether there are texts to go through."""
        self._edit = TextField(lines=6 if field.required else 2)
        self._edit.setAccessibleName(label_of(field))
        self._edit.setPlaceholderText(field.help)
        self._hint = NarrowButton()
        self._hint.setProperty("advice", "note")
        self._hint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._edit)
        column.addWidget(self._hint)
        self.setFocusProxy(self._edit)
        self._told = ""
        self._edit.textChanged.connect(self._tell)
        self._edit.mime_given.connect(self.mime_given)
        self._hint.clicked.connect(self.hint_chosen)

    @property
    def edit(self) -> TextField:
        """Where it is written."""
        return self._edit

    def _tell(self) -> None:
        """Qt calls another look of the same text a change."""
        if (text := self.value()) != self._told:
            self._told = text
            self.changed.emit()

    @property
    def hint(self) -> str:
        """What is offered below the text; empty for nothing."""
        return "" if self._hint.isHidden() else self._hint.whole

    def show_hint(self, text: str, tip: str = "") -> None:
        """Offer something below the text; nothing if it is empty."""
        if text != self.hint:
            self._hint.show_text(text, tip)
            self._hint.setVisible(bool(text))

    def value(self) -> str:
        return self._edit.toPlainText()

    def set_value(self, value: Any) -> None:
        if self._edit.toPlainText() != value:
            self._edit.setPlainText(str(value))

    def go_to_end(self) -> None:
        self._edit.moveCursor(QTextCursor.MoveOperation.End)

    def own_keys(self) -> Mapping[str, Callable[[], None]]:
        if not self.has_steps:
            return {}
        return {
            "Alt+Up": lambda: self.step_asked.emit(-1),
            "Alt+Down": lambda: self.step_asked.emit(1),
        }

    @property
    def marked(self) -> str:
        """The words that are marked."""
        return self._edit.textCursor().selection().toPlainText()

    def write(self, text: str, *, whole: bool) -> None:
        """Put a text at the cursor, or in place of everything; undo takes it back."""
        cursor = self._edit.textCursor()
        if whole:
            cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()


class SegmentEditor(Editor):
    """A few choices, all in sight."""

    def __init__(self, name: str, choices: tuple[str, ...], labels: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._choices = choices
        row, last = row_in(self), len(choices) - 1
        row.setSpacing(0)
        for number, label in enumerate(labels or choices):
            button = Button(label)
            button.setCheckable(True)
            button.setProperty("segment", _place(number, last))
            button.setAccessibleName(f"{name} {label}")
            self._group.addButton(button, number)
            row.addWidget(button, 1)
        self.set_value(choices[0])
        self._group.idToggled.connect(lambda _, on: self.changed.emit() if on else None)

    @property
    def choices(self) -> tuple[str, ...]:
        return self._choices

    def value(self) -> str:
        return self._choices[self._group.checkedId()]

    def set_value(self, value: Any) -> None:
        if value in self._choices:
            self._group.button(self._choices.index(value)).setChecked(True)

    def focus_chosen(self) -> None:
        """Have the keys at the choice that is made; the arrow keys go on from there."""
        self._group.button(self._group.checkedId()).setFocus()


class ListEditor(Editor):
    """Many choices in a drop-down list that is searched by typing."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._open = is_open(field)
        self._box = Menu()
        if self._open:
            self._box.addItem(OPEN, None)
        for each in field.choices:
            self._box.addItem(choice_words(each), each)
        self._box.setAccessibleName(label_of(field))
        fill(self, self._box)
        self.setFocusProxy(self._box)
        self._box.currentIndexChanged.connect(self.changed)

    def value(self) -> str | None:
        return self._box.currentData()  # type: ignore[no-any-return]

    def set_value(self, value: Any) -> None:
        if (value is None and self._open) or isinstance(value, str):
            place = self._box.findData(value)
            if place >= 0:
                self._box.setCurrentIndex(place)


class OpenSegments(Editor):
    """A few choices, or none of them: the model decides then."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        flag = field.kind is FieldKind.FLAG
        self._values: tuple[Any, ...] = (None, True, False) if flag else (None, *field.choices)
        words = ("Yes", "No") if flag else tuple(map(choice_words, field.choices))
        names = tuple(str(number) for number in range(len(self._values)))
        self._segments = SegmentEditor(label_of(field), names, (OPEN, *words))
        fill(self, self._segments)
        self._segments.changed.connect(self.changed)

    def value(self) -> Any:
        return self._values[int(self._segments.value())]

    def set_value(self, value: Any) -> None:
        found = [n for n, each in enumerate(self._values) if each is value or each == value]
        if found:
            self._segments.set_value(str(found[0]))


class FlagEditor(Editor):
    """Yes or no."""

    names_itself = True

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._box = QCheckBox(label_of(field))
        fill(self, self._box)
        self.setFocusProxy(self._box)
        self._box.toggled.connect(self.changed)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        if isinstance(value, bool):
            self._box.setChecked(value)


class WordsEditor(Editor):
    """Short texts, one a line."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._edit = TextField(lines=max(2, min(field.max_items or 3, 4)))
        self._edit.setAccessibleName(label_of(field))
        self._edit.setPlaceholderText("One a line")
        fill(self, self._edit)
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self.changed)
        self._edit.mime_given.connect(self.mime_given)

    def value(self) -> list[str]:
        lines = self._edit.toPlainText().splitlines()
        return [each.strip() for each in lines if each.strip()]

    def set_value(self, value: Any) -> None:
        if isinstance(value, list) and value != self.value():
            self._edit.setPlainText("\n".join(map(str, value)))


def plain_editor(field: Field) -> Editor | None:
    """The editor of a field without files and records; None for those."""
    if field.kind in {FieldKind.CHOICE, FieldKind.FLAG}:
        return _choice_editor(field)
    makers: dict[FieldKind, Callable[[Field], Editor]] = {
        FieldKind.TEXT: TextEditor,
        FieldKind.NUMBER: NumberEditor,
        FieldKind.COUNT: CountEditor,
        FieldKind.WORDS: WordsEditor,
    }
    make = makers.get(field.kind)
    return None if make is None else make(field)


def _choice_editor(field: Field) -> Editor:
    """What few choose from is all in sight."""
    if is_open(field) and len(field.choices) < SEGMENTS:
        return OpenSegments(field)
    if field.kind is FieldKind.FLAG:
        return FlagEditor(field)
    if len(field.choices) <= SEGMENTS and not is_open(field):
        words = tuple(map(choice_words, field.choices))
        return SegmentEditor(label_of(field), field.choices, words)
    return ListEditor(field)


def _place(number: int, last: int) -> str:
    return "first" if number == 0 else "last" if number == last else "mid"
