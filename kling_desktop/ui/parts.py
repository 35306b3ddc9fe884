"""Small widgets that every panel makes, made in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QResizeEvent


def label(text: str = "", *, look: str = "", centred: bool = False, wrap: bool = False) -> QLabel:
    """A label; ``look`` is ``heading``, ``muted`` or ``problem`` (see ``styles/app.qss``)."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    if look:
        made.setProperty(look, True)
    if centred:
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


class Caption(QLabel):
    """One line of any length in whatever room there is; its middle gives way, its tip is whole."""

    def __init__(self, *, look: str = "") -> None:
        super().__init__()
        self._whole = ""
        if look:
            self.setProperty(look, True)

    def show_text(self, text: str) -> None:
        """Show a line."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        middle = Qt.TextElideMode.ElideMiddle
        self.setText(self.fontMetrics().elidedText(self._whole, middle, self.width()))


class Button(QPushButton):
    """Leaves the focus where it is when the mouse presses it, and so Space to the clip."""

    def __init__(self, text: str = "", *, look: str = "") -> None:
        super().__init__(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if look:
            self.setProperty(look, True)


class NarrowButton(Button):
    """Takes what room there is, and never asks for more; what does not fit is in its tip."""

    _AROUND = 20
    """Pixels of its edges."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = ""

    def show_text(self, text: str, tip: str) -> None:
        """Show a line; ``tip`` says more."""
        self.whole = text
        self.setToolTip(f"{text}  ({tip})" if tip else text)
        self.setAccessibleName(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._AROUND
        end = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self.whole, end, room))


class CarefulButton(Button):
    """A double click presses it once: what it does costs money."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


def tool_button(tip: str) -> QToolButton:
    """A button that shows an icon; its tip is also what a screen reader says."""
    made = QToolButton()
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    return made
