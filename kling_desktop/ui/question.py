"""A question that has to be answered before money is spent; the program goes on meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


async def ask(parent: QWidget, title: str, text: str, *, yes: str, no: str = "Cancel") -> bool:
    """Whether the answer is yes; Escape, Enter and a closed window all say no."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    for button in (agree, refuse):
        button.setIcon(QIcon())  # Qt's own icons are black in every scheme.
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def answered(_: int) -> None:
        if not answer.done():
            answer.set_result(box.clickedButton() is agree)

    box.finished.connect(answered)
    box.open()
    try:
        return await answer
    except asyncio.CancelledError:
        box.finished.disconnect(answered)
        box.close()
        raise
