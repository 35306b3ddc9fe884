"""The same clip was made before: to show it costs nothing, another take does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from kling_desktop.domain.money import dollars

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.jobs import Job

ROLE = QMessageBox.ButtonRole


def ask_about_twin(
    parent: QWidget,
    twin: Job,
    *,
    price: Decimal | None,
    show: Callable[[], None],
    another: Callable[[], None],
) -> QMessageBox:
    """Ask which of the two is meant; the window goes on, and Enter costs nothing."""
    made = f"{twin.created_at.astimezone():%Y-%m-%d %H:%M}"
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("You made this clip before")
    box.setText(f"You made this clip before, on {made}. Nothing was sent yet.")
    shows = box.addButton("Show that clip (free)", ROLE.AcceptRole)
    takes = box.addButton(f"Another take \N{MIDDLE DOT} {dollars(price)}", ROLE.ActionRole)
    box.setEscapeButton(box.addButton("Cancel", ROLE.RejectRole))
    box.setDefaultButton(shows)
    shows.clicked.connect(show)
    takes.clicked.connect(another)
    box.open()
    return box
