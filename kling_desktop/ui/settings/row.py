"""One setting with all that belongs to it: name, help, editor, reset, and what is to be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.settings import naming
from kling_desktop.domain.settings.kinds import BadValue
from kling_desktop.domain.settings.naming import Template, filled
from kling_desktop.domain.settings.table import Home
from kling_desktop.ui import icons
from kling_desktop.ui.parts import label, tool_button
from kling_desktop.ui.settings.editors import TextEditor, editor_for

if TYPE_CHECKING:
    from kling_desktop.domain.settings.kinds import Value
    from kling_desktop.domain.settings.table import Item

EDITOR_WIDTH = 270
NEXT_START = "It counts from the next start of the program."
WAITS = "It can be set once the program has started."
OF = {"sandbox": "For clips of the sandbox.", "live": "For live clips, made by fal."}
OTHERS = "For clips made by {}."
EXAMPLE = "For example: {}.mp4"


class SettingRow(QWidget):
    """One row of the page."""

    chosen = Signal(object)
    reset_asked = Signal()

    def __init__(self, item: Item, running: Value = None) -> None:
        """``running`` is what counts in this run where that cannot change before the next."""
        super().__init__()
        self.item = item
        self._running = running
        self._value: Value = item.default
        self._backend = ""
        self._is_late = False
        """The editor does not show yet what counts."""
        self.editor = editor_for(item)
        self.rule = QFrame()
        """The line above it."""
        self.reset = tool_button(f"{item.label}: back to {item.kind.text(item.default) or 'usual'}")
        self.note = label(look="muted", wrap=True)
        self.problem = label(look="problem", wrap=True)
        self._lay_out()
        self.editor.chosen.connect(self.chosen)
        self.editor.typed.connect(self._typed)
        self.reset.clicked.connect(self._reset)
        if isinstance(self.editor, TextEditor):
            self.editor.edit.textChanged.connect(self._tell)
        self.restyle()
        self.show_value(item.default)

    @property
    def value(self) -> Value:
        """What counts now, as far as the row knows."""
        return self._value

    def show_value(self, value: Value) -> None:
        """Show what counts now."""
        self._is_late = False
        self.editor.show_value(value)
        self.show_problem("")
        self._know(value)

    def follow(self, value: Value) -> None:
        """Show what counts now, but leave alone what somebody is typing or choosing."""
        if value == self._value and not self._is_late:
            return
        if not self.editor.is_in_use:
            self.show_value(value)
        else:
            self._is_late = True
            self.editor.note_value(value)
            self._know(value)

    def show_again(self) -> None:
        """Show what still counts in place of what could not be kept."""
        self.editor.show_value(self._value)

    def show_problem(self, text: str) -> None:
        """Say what is wrong; an empty text clears it."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)

    def show_backend(self, name: str) -> None:
        """Say whose clips it is about; without a backend it cannot be set yet."""
        self._backend = OF.get(name, OTHERS.format(name)) if name else WAITS
        self.editor.setEnabled(bool(name))
        self.reset.setEnabled(bool(name))
        self._tell()

    def restyle(self) -> None:
        """Draw the icon in the colours now in use."""
        self.reset.setIcon(icons.icon("undo"))

    def _know(self, value: Value) -> None:
        self._value = value
        self.reset.setVisible(self.item.home is not Home.ELSEWHERE and value != self.item.default)
        self._tell()

    def _typed(self, problem: str) -> None:
        self.show_problem(problem)
        self._tell()

    def _tell(self) -> None:
        text = self._words()
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _words(self) -> str:
        if self.item.at_next_start and self._value != self._running:
            return NEXT_START
        if isinstance(self.item.kind, Template) and isinstance(self.editor, TextEditor):
            try:
                template = self.item.kind.read(self.editor.text)
            except BadValue:
                return ""
            return EXAMPLE.format(filled(template, naming.EXAMPLE))
        return self._backend

    def _reset(self) -> None:
        # The button goes, and the focus shall stay in its row.
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reset_asked.emit()

    def _lay_out(self) -> None:
        self.reset.setProperty("flat", True)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name = label(self.item.label, look="heading", wrap=True)
        name.setBuddy(self.editor)
        words = QVBoxLayout()
        words.setSpacing(3)
        for each in (name, label(self.item.help, look="muted", wrap=True)):
            words.addWidget(each)
        words.addStretch(1)
        told = QVBoxLayout()
        told.setSpacing(4)
        self.editor.setFixedWidth(EDITOR_WIDTH)
        told.addWidget(self.editor)
        for each in (self.problem, self.note):
            each.setMaximumWidth(EDITOR_WIDTH)
            told.addWidget(each)
        told.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(14)
        row.addLayout(words, 1)
        row.addLayout(told)
        row.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
