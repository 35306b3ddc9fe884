"""A prompt with alternatives asks for many clips: what a single button does is said, and asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

from kling_desktop.domain.money import dollars
from kling_desktop.domain.templates import Template, alternatives

if TYPE_CHECKING:
    from decimal import Decimal

    from kling_desktop.ui.main_window import MainWindow

TITLE: Final = "The prompt has alternatives"
MANY: Final = "Makes {count} clips for {price}"
NAMES: Final = "A CSV says what {names} is"
HINT: Final = "{what}: see the batch\N{HORIZONTAL ELLIPSIS}"
QUESTION: Final = (
    "{what}, as a batch. Sent as one clip, the model gets the braces as they stand, and knows "
    "nothing of what they mean.\n\nNothing was sent so far."
)


def told(prompt: str, price: Decimal | None) -> str:
    """What becomes of a prompt as a batch, as the head of a sentence; empty for any other text."""
    found = alternatives(prompt)
    if found is None:
        return ""
    if found.variables:
        return NAMES.format(names=_listed(found))
    total = None if price is None else price * found.count
    return MANY.format(count=found.count, price=dollars(total))


def hint(prompt: str, price: Decimal | None) -> str:
    """What stands below the prompt; empty where there is nothing to say."""
    what = told(prompt, price)
    return HINT.format(what=what) if what else ""


async def braces_are_meant(window: MainWindow) -> bool:
    """Whether one clip may be sent with the prompt as it stands; without braces nobody is asked."""
    compose = window.compose
    what = told(compose.text("prompt"), compose.price)
    if not what:
        return True
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(TITLE)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(TITLE)
    box.setInformativeText(QUESTION.format(what=what))
    batch = box.addButton("See the &batch", QMessageBox.ButtonRole.ActionRole)
    one = box.addButton("&One clip, braces and all", QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    for button in (batch, one, stop):
        button.setIcon(QIcon())  # Qt's own icons are black in every scheme.
    box.setDefaultButton(stop)  # Enter must not spend money.
    box.setEscapeButton(stop)
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    def answered(_: int) -> None:
        if not answer.done():
            answer.set_result(box.clickedButton())

    box.finished.connect(answered)
    box.open()
    try:
        chosen = await answer
    except asyncio.CancelledError:
        box.finished.disconnect(answered)
        box.close()
        raise
    if chosen is batch:
        compose.many_asked.emit()
    return chosen is one


def _listed(found: Template) -> str:
    return ", ".join(f"{{{each}}}" for each in sorted(found.variables))
