"""Small widgets that every panel makes, made in one way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton


def label(text: str = "", *, look: str = "", centred: bool = False, wrap: bool = False) -> QLabel:
    """A label; ``look`` is ``heading``, ``muted`` or ``problem`` (see ``styles/app.qss``)."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    if look:
        made.setProperty(look, True)
    if centred:
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def tool_button(tip: str) -> QToolButton:
    """A button that shows an icon; its tip is also what a screen reader says."""
    made = QToolButton()
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    return made
