"""The window that says what has changed at fal, endpoint by endpoint."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.differences import AS_KNOWN
from kling_desktop.ui.dialogs import open_dialog
from kling_desktop.ui.parts import label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QLabel

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.differences import Change, Difference

TITLE = "Models and prices"
WIDTH = 460
TALLEST = 420
"""Logical pixels; a longer list scrolls."""


def show_differences(parent: QWidget, catalog: Catalog, found: Difference) -> QDialog:
    """What has changed, or that nothing has."""
    asked = label(f"Asked {_who(found.backend)} on {found.checked}.", look="muted", wrap=True)
    if not found.changes:
        return open_dialog(parent, TITLE, _column(_sentence(AS_KNOWN), asked))
    groups = [
        _group(catalog.endpoint(endpoint_id).title, list(changes))
        for endpoint_id, changes in groupby(found.changes, lambda each: each.endpoint_id)
    ]
    return open_dialog(parent, TITLE, _column(_List(_column(*groups, space=16)), asked))


def show_no_answer(parent: QWidget, sentence: str) -> QDialog:
    """Why nobody knows whether something has changed."""
    kept = "The models and prices are as they were."
    return open_dialog(parent, TITLE, _column(_sentence(sentence), label(kept, look="muted")))


class _List(QScrollArea):
    """As tall as what is in it, up to a point, and from there on it scrolls."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        inside.setContentsMargins(0, 0, 12, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        self.setAccessibleName("What has changed")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, min(self._inside.heightForWidth(WIDTH), TALLEST))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _group(title: str, changes: list[Change]) -> QWidget:
    lines = QWidget()
    grid = QGridLayout(lines)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, change in enumerate(changes):
        grid.addWidget(label("\N{BULLET}", look="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_text(change.message), row, 1)
    return _column(label(title, look="heading", wrap=True), lines, space=4)


def _text(text: str) -> QLabel:
    """A text that came from elsewhere: it is never taken for markup, and can be copied."""
    made = label(text, wrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _sentence(text: str) -> QLabel:
    """A text that stands alone: without a width of its own it would ask for too many lines."""
    made = _text(text)
    made.setMinimumWidth(WIDTH)
    return made


def _column(*widgets: QWidget, space: int = 12) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(space)
    for widget in widgets:
        column.addWidget(widget)
    return made


def _who(backend: str) -> str:
    return {"sandbox": "the sandbox", "live": "fal"}.get(backend, backend)
