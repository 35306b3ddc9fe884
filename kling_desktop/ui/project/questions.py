"""Questions before painted work is lost; the window goes on, and Escape changes nothing."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

from kling_desktop.ui.paths import ask_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

ROLE = QMessageBox.ButtonRole
SUFFIX = ".klproj"
FILTER = f"Projects (*{SUFFIX})"
LOST = "What is not saved would be lost. Clips that are being made go on either way."
SAME_SIZE = (
    "The new picture has the same size. Your regions and paths can stay as they are, on the new "
    "picture; their undo history stays too."
)


class Saving(Enum):
    """What to do with work that is not saved."""

    SAVE = "Save"
    DISCARD = "Discard"
    CANCEL = "Cancel"


class Painting(Enum):
    """What to do with the painting when another picture comes."""

    KEEP = "Keep the painting"
    ANEW = "Begin anew"
    CANCEL = "Cancel"


async def ask_saving(parent: QWidget, name: str) -> Saving:
    """Whether to save before something else comes in its place."""
    text = f"Save the changes to {name}?"
    roles = (ROLE.AcceptRole, ROLE.DestructiveRole, ROLE.RejectRole)
    chosen = await _ask(parent, "Not saved", text, LOST, [e.value for e in Saving], roles)
    return list(Saving)[chosen]


async def ask_painting(parent: QWidget) -> Painting:
    """Whether what is painted stays on the picture that comes."""
    text = "Keep the painting on the new picture?"
    roles = (ROLE.AcceptRole, ROLE.DestructiveRole, ROLE.RejectRole)
    labels = [e.value for e in Painting]
    chosen = await _ask(parent, "Another picture", text, SAME_SIZE, labels, roles)
    return list(Painting)[chosen]


async def ask_path(parent: QWidget, suggestion: Path) -> str:
    """Where to save; empty if nowhere."""
    return str(await ask_file(parent, "Save the project", suggestion, {FILTER: SUFFIX}) or "")


async def _ask(
    parent: QWidget,
    title: str,
    text: str,
    more: str,
    labels: Sequence[str],
    roles: Sequence[QMessageBox.ButtonRole],
) -> int:
    """The number of the answer; the first is suggested, Escape and a closed window give the last.

    A task that is cancelled takes its question along.
    """
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    buttons = [box.addButton(label, role) for label, role in zip(labels, roles, strict=True)]
    for each in buttons:
        each.setIcon(QIcon())  # Qt's own icons are black in every scheme.
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def answered(_: int) -> None:
        if not answer.done():
            clicked = box.clickedButton()
            answer.set_result(buttons.index(clicked) if clicked in buttons else len(buttons) - 1)

    box.finished.connect(answered)
    box.open()
    try:
        return await answer
    except asyncio.CancelledError:
        box.finished.disconnect(answered)
        box.close()
        raise
