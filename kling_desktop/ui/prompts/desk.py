"""Brings back what was written before, and keeps what is sent; the disk is read on a thread."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.events import Event, JobChanged
from kling_desktop.domain.messages import explain
from kling_desktop.domain.wording import Snippet, Steps
from kling_desktop.ui.prompts.history_dialog import HistoryDialog
from kling_desktop.ui.prompts.named_desk import NamedDesk
from kling_desktop.ui.prompts.named_dialog import NamedDialog, NamedWords
from kling_desktop.ui.prompts.port import PRESET, SNIPPET
from kling_desktop.ui.prompts.presets import kept, shown, with_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.remote import RemoteEngine
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.prompts.port import PromptBook
    from kling_desktop.ui.tasks import TaskScope

log = logging.getLogger(__name__)

PROMPT: Final = "prompt"
NOTING: Final = "noting prompts"
RETRIES: Final = (5, 300)
"""Seconds until what could not be kept is tried again; twice as long each time, up to the last."""
NO_PROMPT: Final = "This model takes no prompt, so there is no place for the words."
GONE: Final = "The preset is for {}, which is not offered here any more."
SNIPPETS: Final = NamedWords(
    "Snippets",
    "Insert",
    "Keep the prompt",
    "A snippet is put where the cursor is. What is kept is what is marked in the prompt, or all.",
    "No snippets yet. Mark words in the prompt, give them a name here, and keep them.",
)
PRESETS: Final = NamedWords(
    "Presets",
    "Apply",
    "Keep these settings",
    "A preset sets the model and all its settings; what it does not name is as usual. "
    "Files stay as they are.",
    "No presets yet. Give the settings in the form a name here, and keep them.",
    "With the prompt",
)


class PromptDesk(QObject):
    """Without a book nothing is kept, and its actions are not offered."""

    def __init__(self, window: MainWindow, engine: RemoteEngine, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window, self._compose = window, window.compose
        self._engine, self._tasks = engine, tasks
        self._book: PromptBook | None = None
        self._steps = Steps()
        self._noted: set[str] = set()
        """Jobs whose prompts are kept already, or are being kept."""
        self._owed: dict[str, Job] = {}
        """Those whose prompts could not be kept: another program had the file, say."""
        self._wait = RETRIES[0]
        self.retry = QTimer(self, singleShot=True)
        self.retry.timeout.connect(self._pay)
        window.compose.step_asked.connect(self._step)
        self._offer()

    @property
    def book(self) -> PromptBook | None:
        return self._book

    @book.setter
    def book(self, book: PromptBook | None) -> None:
        self._book = book
        self._offer()

    @property
    def is_busy(self) -> bool:
        """Whether something is being kept just now."""
        return self._tasks.is_busy(NOTING)

    def slots(self) -> dict[str, Callable[[], object]]:
        """The actions of the window that this is about."""
        return {"prompts": self.open, "snippets": self.open_snippets, "presets": self.open_presets}

    async def start(self) -> None:
        """Take in what the ledger knows: other programs, and those before this one, send too."""
        if self._book is not None:
            await self._note(await self._engine.jobs())

    def hear(self, events: tuple[Event, ...]) -> None:
        """Keep what is sent, whichever program does it."""
        jobs = [each.job for each in events if isinstance(each, JobChanged)]
        if self._book is not None and any(map(self._is_new, jobs)):
            self._tasks.start(self._note(jobs), group=NOTING)

    def open(self) -> HistoryDialog | None:
        """Show the prompts that were sent."""
        if self._book is None:
            return None
        dialog = HistoryDialog(self._window)
        dialog.search_asked.connect(
            lambda words: self._tasks.start(
                self._search(dialog, words), group="prompts", exclusive=True
            )
        )
        dialog.taken.connect(lambda text: self._write(text, whole=True))
        dialog.inserted.connect(self._write)
        dialog.open()
        dialog.search_asked.emit("")
        return dialog

    def open_snippets(self) -> NamedDialog | None:
        """Show the texts that have names."""
        if (book := self._book) is None:
            return None
        desk = NamedDesk(self._window, SNIPPETS, SNIPPET, book, self._tasks)
        desk.entries = lambda: {each.name: each.text for each in book.snippets()}
        desk.keep = lambda name: self._keep_snippet(book, name)
        desk.use = lambda name: self._use_snippet(book, name)
        return desk.open()

    def open_presets(self) -> NamedDialog | None:
        """Show the sets of values that have names."""
        if (book := self._book) is None:
            return None
        desk = NamedDesk(self._window, PRESETS, PRESET, book, self._tasks)
        desk.entries = lambda: {e.name: shown(e, self._compose.catalog) for e in book.presets()}
        desk.keep = lambda name: self._keep_preset(
            book, name, with_prompt=desk.dialog.option.isChecked()
        )
        desk.use = lambda name: self._use_preset(book, name)
        return desk.open()

    def _offer(self) -> None:
        for each in self.slots():
            self._window.actions_by_id[each].setEnabled(self._book is not None)

    def _is_new(self, job: Job) -> bool:
        return job.sent_at is not None and job.id not in self._noted

    async def _note(self, jobs: Iterable[Job]) -> None:
        assert self._book is not None
        new = [*self._owed.values(), *(each for each in jobs if self._is_new(each))]
        self._owed.clear()
        self._noted |= {each.id for each in new}
        sent = [(str(each.params.get(PROMPT) or ""), each.sent_at) for each in new if each.sent_at]
        try:
            await asyncio.to_thread(self._book.note, sent)
        except FolderUnusable as error:  # A clip must not wait for this.
            log.info("prompts not kept reason=%s", error)
            self._owed |= {each.id: each for each in new}
            self.retry.start(self._wait * 1000)
            self._wait = min(2 * self._wait, RETRIES[1])
            return
        self._wait = RETRIES[0]
        await self._remember()

    async def _remember(self) -> None:
        """What the keys step through in the prompt."""
        assert self._book is not None
        try:
            self._steps.show(await asyncio.to_thread(self._book.search))
        except FolderUnusable as error:
            log.info("prompts not read reason=%s", error)

    def _pay(self) -> None:
        if self._owed and self._book is not None and not self._tasks.is_closed:
            self._tasks.start(self._note(()), group=NOTING)

    async def _search(self, dialog: HistoryDialog, words: str) -> None:
        assert self._book is not None
        try:
            found = await asyncio.to_thread(self._book.search, words)
        except FolderUnusable as error:
            dialog.show_trouble(str(explain(error)))
        else:
            dialog.show_found(words, found)

    def _step(self, by: int) -> None:
        written = self._compose.text(PROMPT)
        found = self._steps.older(written) if by < 0 else self._steps.newer(written)
        if found is not None:
            self._compose.write(PROMPT, found, whole=True)

    def _write(self, text: str, *, whole: bool = False) -> None:
        if not self._compose.write(PROMPT, text, whole=whole):
            self._window.stage.notice.tell(NO_PROMPT)

    async def _keep_snippet(self, book: PromptBook, name: str) -> bool:
        text = self._compose.marked(PROMPT) or self._compose.text(PROMPT)
        if not text.strip():
            return False
        await asyncio.to_thread(book.keep_snippet, Snippet(name, text))
        return True

    async def _use_snippet(self, book: PromptBook, name: str) -> None:
        found = [e.text for e in await asyncio.to_thread(book.snippets) if e.name == name]
        if found:
            self._write(found[0])

    async def _keep_preset(self, book: PromptBook, name: str, *, with_prompt: bool) -> bool:
        made = kept(name, self._compose, with_words=with_prompt)
        await asyncio.to_thread(book.keep_preset, made)
        return True

    async def _use_preset(self, book: PromptBook, name: str) -> None:
        found = [e for e in await asyncio.to_thread(book.presets) if e.name == name]
        if found and not self._compose.offers(found[0].endpoint):
            self._window.stage.notice.tell(GONE.format(found[0].endpoint))
        elif found:
            values = with_words(found[0], self._compose)
            self._compose.load(found[0].endpoint, values, with_files=False)
