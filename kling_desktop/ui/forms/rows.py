"""A field with all that belongs to it: name, editor, range, help, reset, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.ui import icons
from kling_desktop.ui.forms.labels import bounds_words, default_words, label_of
from kling_desktop.ui.forms.records import SHOTS
from kling_desktop.ui.parts import label, tool_button

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Field
    from kling_desktop.ui.forms.editor import Editor

EXPLAINED = frozenset((FieldKind.FLAG, FieldKind.RECORD, FieldKind.RECORDS, FieldKind.PICTURES,
                       FieldKind.VIDEO, FieldKind.SOUND, FieldKind.WORDS))  # fmt: skip
"""Kinds whose help stands under them; that of the others is their tip."""


class Row(QWidget):
    """One field of a form."""

    reset_asked = Signal()

    def __init__(self, field: Field, editor: Editor, hint: str = "", *, folded: bool) -> None:
        super().__init__()
        self.field, self.editor = field, editor
        self.advanced = folded
        """Folded away: few need it, or it changes nothing here."""
        if field.default is not None:
            editor.set_value(field.default)
        self.start = editor.value()
        """What it holds before anybody touched it."""
        self._limit = label(look="muted")
        self._reset = tool_button(f"{label_of(field)}: back to the default")
        self._problem = label(look="problem", wrap=True)
        self._problem.hide()
        self._lay_out(hint)
        self._reset.clicked.connect(self.reset_asked)
        editor.changed.connect(self._follow)
        self._follow()

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the default."""
        return bool(self.editor.value() != self.start)

    def reset(self) -> None:
        """Go back to the default."""
        self.editor.set_value(self.start)

    def show_problem(self, text: str, where: tuple[str, ...] = ()) -> None:
        """Say what is wrong, inside if it is inside; an empty text clears it."""
        if not text:
            self._problem.hide()
            self.editor.mark_wrong(wrong=False)
        elif not self.editor.show_problem_at(where, text):
            self._problem.setText(text)
            self._problem.show()
            self.editor.mark_wrong(wrong=True)

    def _lay_out(self, hint: str) -> None:
        field, editor = self.field, self.editor
        name = label(label_of(field), look="heading")
        name.setBuddy(editor)
        tip = f"{field.help}\nDefault: {default_words(field)}"
        for each in (name, editor):
            each.setToolTip(tip)
        editor.setAccessibleDescription(field.help)
        self._reset.setToolTip(f"Back to the default: {default_words(field)}")
        self._reset.setProperty("tiny", True)
        self._reset.setIcon(icons.icon("undo"))
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(self.can_reset)
        self._reset.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(editor if editor.names_itself else name, 1)
        head.addWidget(self._limit)
        head.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        if not editor.names_itself:
            column.addWidget(editor)
        column.addWidget(self._problem)
        for words in (hint, field.limits, field.help if field.kind in EXPLAINED else ""):
            if words:
                column.addWidget(label(_sentence(words), look="muted", wrap=True))

    @property
    def can_reset(self) -> bool:
        """Words and files are no settings: a slip must not cost them."""
        words = self.field.kind is FieldKind.TEXT and not self.start
        return not (words or self.field.takes_files or self.field.name == SHOTS)

    def _follow(self) -> None:
        self._reset.setVisible(self.is_changed and self.can_reset)
        words, is_over = _told(self.field, self.editor.value())
        self._limit.setText(words)
        if bool(self._limit.property("problem")) is not is_over:
            self._limit.setProperty("problem", is_over)
            self._limit.setProperty("muted", not is_over)
            self._limit.style().polish(self._limit)


def _told(field: Field, value: Any) -> tuple[str, bool]:
    """What stands beside the name: the range, or how much is written; and if that is too much."""
    if field.kind is FieldKind.TEXT:
        count = len(str(value))
        if field.max_length is None:
            return (f"{count}" if count else ""), False
        return f"{count} of {field.max_length}", count > field.max_length
    if field.kind in {FieldKind.NUMBER, FieldKind.COUNT, FieldKind.WORDS}:
        return bounds_words(field), False
    return "", False


def _sentence(words: str) -> str:
    told = words[:1].upper() + words[1:]
    return told if told.endswith(".") else f"{told}."
