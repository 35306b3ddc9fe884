"""Waits for what somebody says in a dialog, while the program goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog


async def accepted(dialog: QDialog) -> bool:
    """Open a dialog; whether it was accepted. Whoever made it deletes it."""
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def answered(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    dialog.finished.connect(answered)
    dialog.open()
    try:
        return await answer == dialog.DialogCode.Accepted
    except asyncio.CancelledError:
        dialog.close()
        raise


def ok_and_cancel(dialog: QDialog, yes: str) -> QDialogButtonBox:
    """The two buttons at a dialog's foot; Enter says yes."""
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Ok | kinds.Cancel)
    box.button(kinds.Ok).setText(yes)
    for kind in (kinds.Ok, kinds.Cancel):
        box.button(kind).setIcon(QIcon())  # Qt's own icons are black in every scheme.
    box.button(kinds.Ok).setDefault(True)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box
