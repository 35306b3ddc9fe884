"""Keys that mean two things: what was reached by Tab and answers to Space has the first word."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget
from shiboken6 import isValid

PRESSED_BY_SPACE = (QAbstractButton, QComboBox)


class ButtonsKeepSpace(QObject):
    """Lets Space press the focused button, though it is a shortcut of the whole window as well.

    Only the button that has the focus is watched: a filter on the application would pass every
    event of the program through Python.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._watched: QWidget | None = None
        # The signal names the widget that loses the focus, which may be half destroyed: PySide
        # would make a new object of it, and crash at its end. A slot without arguments gets none.
        app.focusChanged.connect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        overrides = event.type() is QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _watch(self) -> None:
        before, now = self._watched, QApplication.focusWidget()
        if before is now:
            return
        if before is not None and isValid(before):
            before.removeEventFilter(self)
        self._watched = now if isinstance(now, PRESSED_BY_SPACE) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)
