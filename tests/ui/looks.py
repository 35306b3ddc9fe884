"""What a person would look at, and do first, in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QPushButton

from kling_desktop.domain.catalog import Task

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow


def from_text(window: MainWindow) -> None:
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "pro")
    window.compose.set_values({"prompt": "the boat drifts"})


def problems_shown(window: MainWindow) -> list[str]:
    labels = window.compose.findChildren(QLabel)
    return [e.text() for e in labels if e.property("problem") and not e.isHidden()]


def generate_button(window: MainWindow) -> QPushButton:
    return next(e for e in window.compose.findChildren(QPushButton) if e.property("primary"))


def notice(window: MainWindow) -> str:
    return window.stage.notice.text
