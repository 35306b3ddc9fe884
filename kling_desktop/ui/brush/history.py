"""Undo and redo as the Edit menu shows them, and the list of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QUndoView

from kling_desktop.ui.dialogs import open_dialog
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QUndoStack
    from PySide6.QtWidgets import QDialog, QWidget

    from kling_desktop.ui.stage import Stage

BEGINNING = "The picture as it came"
SIZE = (360, 420)


class UndoActions(QObject):
    """Keeps two actions in step with the history of the picture that is painted on.

    Off while the brush is out of sight: nobody should undo what they do not see. A text field has
    an undo of its own, and takes the keys while it has the focus. While the queue has it, moves of
    its line are undone.
    """

    def __init__(self, undo: QAction, redo: QAction, parent: QObject) -> None:
        super().__init__(parent)
        self._undo, self._redo = undo, redo
        self._stack: QUndoStack | None = None
        self._line: tuple[QUndoStack, QWidget] | None = None
        self._is_in_sight = False
        undo.triggered.connect(self.undo)
        redo.triggered.connect(self.redo)
        self._refresh()

    def undo(self) -> None:
        if (stack := self._chosen) is not None:
            stack.undo()

    def redo(self) -> None:
        if (stack := self._chosen) is not None:
            stack.redo()

    def follow(self, stack: QUndoStack) -> None:
        """Act on this history from now on."""
        self._stack = stack
        stack.indexChanged.connect(self._refresh)
        self._refresh()

    def follow_line(self, stack: QUndoStack, queue: QWidget) -> None:
        """Act on the moves of the line while the queue has the keys."""
        self._line = stack, queue
        stack.indexChanged.connect(self._refresh)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._refresh)

    @property
    def _chosen(self) -> QUndoStack | None:
        """The history that undo is about now."""
        if self._line is not None and self._line[1].hasFocus() and self._line[0].count():
            return self._line[0]
        return self._stack if self._is_in_sight else None

    def show_in_sight(self, *, in_sight: bool) -> None:
        """Whether what would be undone can be seen."""
        self._is_in_sight = in_sight
        self._refresh()

    def _refresh(self) -> None:
        stack = self._chosen
        can_undo = stack is not None and stack.canUndo()
        can_redo = stack is not None and stack.canRedo()
        self._tell(self._undo, "&Undo", stack.undoText() if stack and can_undo else None)
        self._tell(self._redo, "&Redo", stack.redoText() if stack and can_redo else None)

    def _tell(self, action: QAction, verb: str, what: str | None) -> None:
        action.setEnabled(what is not None)
        action.setText(f"{verb} {what}" if what else verb)


def show_steps(parent: QWidget, stage: Stage) -> None:
    """The steps of what is painted, if anything is."""
    if stage.brush is None:
        stage.notice.tell("Nothing is painted yet, so there is no history.")
    else:
        show_history(parent, stage.brush.session.history)


def show_history(parent: QWidget, stack: QUndoStack) -> QDialog:
    """Every step in a list; choosing one goes there."""
    view = QUndoView(stack)
    view.setEmptyLabel(BEGINNING)
    view.setAccessibleName("Steps of the history")
    view.setProperty("steps", True)
    dialog = open_dialog(parent, "History", view)
    fit(dialog, SIZE)
    view.setFocus()
    return dialog
