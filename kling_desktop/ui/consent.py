"""Nothing of the web is asked before somebody has agreed to the very host."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QMessageBox

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.foreign import Fetched, host_of, inline, name_in

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.engine.remote import RemoteEngine

TITLE = "Fetch the picture"
TEXT = "Fetch the picture from {}?"
MOVED = "{} sends you on: fetch the picture from {}?"
MORE = (
    "{}\n\nThat host learns the address of this computer and which picture is wanted; neither your "
    "key nor any cookie is sent. It costs nothing."
)
REMEMBER = "Do not &ask again for {} until the program ends"
HOSTS = 5
"""Hosts that one picture may be sent on to: those that are remembered could go round for ever."""
ROUND = "was sent on by {} hosts in turn and never came; save it in the browser and bring the file"
LONGEST = 200
"""Characters of an address that are shown."""


class WebPictures:
    """Fetches pictures through the engine, from hosts that somebody has agreed to."""

    def __init__(self, parent: QWidget, engine: RemoteEngine) -> None:
        self._parent = parent
        self._engine = engine
        self.agreed: set[str] = set()
        """Hosts that are not asked about again in this run of the program."""

    async def fetch(self, url: str) -> Fetched | None:
        """The picture at an address; None where somebody would rather not. Raises BadPicture."""
        if url.startswith("data:"):
            return await asyncio.to_thread(inline, url)
        before = ""
        for _ in range(HOSTS):
            if not await self._may_ask(url, before):
                return None
            found = await self._engine.fetch_picture(url)
            if isinstance(found, Fetched):
                return found
            before, url = host_of(url), found.url
        raise BadPicture(name_in(url), ROUND.format(HOSTS))

    async def _may_ask(self, url: str, before: str) -> bool:
        host = host_of(url)
        if host in self.agreed:
            return True
        question = MOVED.format(before, host) if before else TEXT.format(host)
        agreed, remember = await _ask(self._parent, question, url, host)
        if agreed and remember:
            self.agreed.add(host)
        return agreed


async def _ask(parent: QWidget, question: str, url: str, host: str) -> tuple[bool, bool]:
    """Whether to fetch, and whether not to ask again; Escape and Enter say no."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(TITLE)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    shown = url if len(url) <= LONGEST else f"{url[:LONGEST]}\N{HORIZONTAL ELLIPSIS}"
    box.setInformativeText(MORE.format(shown))
    remember = QCheckBox(REMEMBER.format(host))
    box.setCheckBox(remember)
    agree = box.addButton(f"&Fetch from {host}", QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton("Do not fetch", QMessageBox.ButtonRole.RejectRole)
    for button in (agree, refuse):
        button.setIcon(QIcon())  # Qt's own icons are black in every scheme.
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    answer: asyncio.Future[tuple[bool, bool]] = asyncio.get_running_loop().create_future()

    def answered(_: int) -> None:
        if not answer.done():
            answer.set_result((box.clickedButton() is agree, remember.isChecked()))

    box.finished.connect(answered)
    box.open()
    try:
        return await answer
    except asyncio.CancelledError:
        box.finished.disconnect(answered)
        box.close()
        raise
