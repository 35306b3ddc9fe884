"""Does what the dialog of named things asks for, on a thread, and shows what came of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kling_desktop.ui.prompts.named_dialog import NamedDialog, NamedWords

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.prompts.port import PromptBook
    from kling_desktop.ui.tasks import TaskScope

NOTHING = "There are no words in the prompt to keep."
TAKEN = "That name is taken."


class NamedDesk(QObject):
    """For one dialog, and gone with it."""

    entries: Callable[[], Mapping[str, str]]
    """Reads names and what they stand for, on a thread."""
    keep: Callable[[str], Awaitable[bool]]
    """Keeps what is in the form; False if there is nothing."""
    use: Callable[[str], Coroutine[object, object, None]]

    def __init__(
        self, parent: QWidget, words: NamedWords, kind: str, book: PromptBook, tasks: TaskScope
    ) -> None:
        self.dialog = NamedDialog(parent, words)
        super().__init__(self.dialog)
        self._kind, self._book, self._tasks = kind, book, tasks
        self._is_open = True
        self.dialog.finished.connect(self._close)
        self.dialog.used.connect(lambda name: tasks.start(self.use(name)))
        self.dialog.keep_asked.connect(lambda name: tasks.start(self._keep(name)))
        self.dialog.rename_asked.connect(lambda name, to: tasks.start(self._rename(name, to)))
        self.dialog.drop_asked.connect(lambda name: tasks.start(self._drop(name)))

    def open(self) -> NamedDialog:
        self.dialog.open()
        self._tasks.start(self._show())
        return self.dialog

    def _close(self) -> None:
        self._is_open = False

    async def _show(self, chosen: str = "", words: str = "") -> None:
        entries = await asyncio.to_thread(self.entries)
        if self._is_open:  # It may have been closed meanwhile.
            self.dialog.show_entries(entries, chosen)
            if words:
                self.dialog.tell(words)

    async def _keep(self, name: str) -> None:
        if await self.keep(name):
            await self._show(
                name,
                f"Kept as \N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}.",
            )
        elif self._is_open:
            self.dialog.tell(NOTHING)

    async def _rename(self, name: str, to: str) -> None:
        done = await asyncio.to_thread(self._book.rename, self._kind, name, to)
        await self._show(to if done else name, "" if done else TAKEN)

    async def _drop(self, name: str) -> None:
        await asyncio.to_thread(self._book.drop, self._kind, name)
        await self._show()
