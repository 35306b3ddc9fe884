"""What every editor of a field has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Editor(QWidget):
    """All of them speak ``value``, ``set_value`` and ``changed``."""

    changed = Signal()
    mime_given = Signal(QMimeData)
    """A picture was pasted or dropped where only text belongs."""

    names_itself = False
    """Whether it shows its own name, so that its row need not."""

    def value(self) -> Any:
        raise TypeError("each editor has its own value")

    def set_value(self, value: Any) -> None:
        """Show a value; what makes no sense here changes nothing."""
        raise TypeError("each editor has its own value")

    def own_keys(self) -> Mapping[str, Callable[[], None]]:
        """Keys that count while the focus is in it, before those of the window."""
        return {}

    def go_to_end(self) -> None:
        """Put the cursor where writing goes on, where there is a cursor."""

    def show_problem_at(self, where: tuple[str, ...], text: str) -> bool:
        """Say what is wrong deep inside; False where it has no such place."""
        return False

    def mark_wrong(self, *, wrong: bool) -> None:
        """Show at the editor that its value is not right; polishing is slow, so only on change."""
        if bool(self.property("wrong")) is wrong:
            return
        self.setProperty("wrong", wrong)
        for child in self.findChildren(QWidget):
            child.setProperty("wrong", wrong)
            child.style().polish(child)

    def event(self, event: QEvent) -> bool:
        # Delete stops a job and Ctrl+V brings a picture to the stage: not while it is meant here.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _name(event) in self.own_keys()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self.own_keys().get(_name(event))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()


def row_in(widget: QWidget) -> QHBoxLayout:
    """A layout without edges."""
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    return row


def fill(widget: QWidget, only: QWidget) -> None:
    """Let a widget be nothing but another."""
    row_in(widget).addWidget(only)


def _name(event: QKeyEvent) -> str:
    keys = QKeySequence(event.keyCombination())
    return keys.toString(QKeySequence.SequenceFormat.PortableText)
