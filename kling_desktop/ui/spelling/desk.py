"""Has the words of the prompt looked up on another thread, and shows what came of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale, QObject
from shiboken6 import isValid

from kling_desktop.domain.spelling import best_language, plain
from kling_desktop.ui.spelling.highlighter import Highlighter, word_at
from kling_desktop.ui.spelling.menu import Languages, offer_choices, offer_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QTextCursor
    from PySide6.QtWidgets import QMenu

    from kling_desktop.ui.forms.widgets import TextEditor
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.spelling.port import Dictionary
    from kling_desktop.ui.tasks import TaskScope

ACTION: Final = "spelling"
LOOKS: Final = "spelling"
_MOST: Final = 20_000
"""Verdicts that are remembered; nobody writes so many words."""


class SpellingDesk(QObject):
    """Without a dictionary it offers nothing and says nothing."""

    def __init__(self, window: MainWindow, tasks: TaskScope, dictionary: Dictionary) -> None:
        super().__init__(window)
        self._window, self._tasks, self._dictionary = window, tasks, dictionary
        self._found: tuple[str, ...] = ()
        self._language = ""
        self._wanted = ""
        """The language that somebody has chosen, whether or not there is one."""
        self._is_on = True
        self._wrong: dict[str, bool] = {}
        self._asked: set[str] = set()
        self._is_looking = False
        self._one = asyncio.Lock()
        self._highlighters: list[Highlighter] = []
        self._action = window.actions_by_id[ACTION]
        self._action.setCheckable(True)
        self._action.setEnabled(False)
        self._action.triggered.connect(self.check)

    @property
    def language(self) -> str:
        """In which words are checked; empty while there is no dictionary."""
        return self._language

    def notes(self) -> dict[str, Any]:
        """What the next window should begin with."""
        return {"on": self._is_on, "language": self._wanted}

    def restore(self, notes: object) -> None:
        """Begin as the window before ended; odd notes are passed over."""
        known: Mapping[str, Any] = notes if isinstance(notes, dict) else {}
        self._is_on = known.get("on") is not False
        wanted = known.get("language")
        self._wanted = wanted if isinstance(wanted, str) else ""

    async def start(self) -> None:
        """Look for dictionaries; from then on texts are checked, if there are any."""
        self._found = await self._call_languages()
        # Not the default locale: how numbers are written says nothing of the words of a prompt.
        spoken = QLocale.system().uiLanguages()
        self._language = best_language(self._found, (self._wanted, *spoken))
        if not self._language:
            return
        self._action.setEnabled(True)
        compose = self._window.compose
        compose.text_made.connect(self._attach)
        for editor in compose.text_editors():
            self._attach(editor)
        self._show()

    def check(self, on: bool) -> None:  # noqa: FBT001 - as Qt calls it
        """Whether spelling is checked from now on."""
        self._is_on = on
        self._show()

    def choose(self, language: str) -> None:
        """Check in another language from now on."""
        self._wanted = self._language = language
        self._wrong.clear()
        self._asked.clear()
        self._show()

    def _show(self) -> None:
        self._action.setChecked(self._is_on)
        self._highlighters = [each for each in self._highlighters if isValid(each)]
        for each in self._highlighters:
            each.rehighlight()

    def _attach(self, editor: TextEditor) -> None:
        self._highlighters = [each for each in self._highlighters if isValid(each)]
        self._highlighters.append(Highlighter(editor.edit, self._is_wrong))
        editor.edit.fill_menu = self._fill_menu

    def _is_wrong(self, word: str) -> bool:
        """What is known of a word; it is asked about if nobody has."""
        if not self._is_on:
            return False
        known = self._wrong.get(word)
        if known is None and word not in self._asked:
            self._asked.add(word)
            if not self._is_looking and not self._tasks.is_closed:
                self._is_looking = True
                self._tasks.start(self._look_up(), group=LOOKS)
        return known is True

    async def _look_up(self) -> None:
        """Ask about all that came together; the texts are drawn anew once, after the last."""
        try:
            while self._asked:
                words, language = frozenset(self._asked), self._language
                wrong = await self._call_unknown(language, words)
                if language == self._language:
                    if len(self._wrong) > _MOST:
                        self._wrong.clear()
                    self._wrong |= {each: each in wrong for each in words}
                    self._asked -= words
        finally:
            self._is_looking = False  # what the drawing asks about is looked up by the next one
        self._show()

    def _fill_menu(self, menu: QMenu, cursor: QTextCursor) -> None:
        """Offer what a word may have meant; called by a text before its menu opens."""
        found = word_at(cursor) if self._is_on else None
        if found is not None and self._wrong.get(plain(found[0].text)):
            word, marked = found
            fill = offer_words(
                menu, word.text, marked.insertText, lambda: self._begin_adding(word.text)
            )
            self._tasks.start(self._suggest(menu, plain(word.text), fill))
        offer_choices(menu, self._action, Languages(self._found, self._language, self.choose))

    async def _suggest(self, menu: QMenu, word: str, fill: Any) -> None:
        async with self._one:
            found = await asyncio.to_thread(self._dictionary.suggest, self._language, word)
        if isValid(menu):
            fill(found)

    def _begin_adding(self, word: str) -> None:
        self._tasks.start(self._add(plain(word)))

    async def _add(self, word: str) -> None:
        """Raises FolderUnusable."""
        async with self._one:
            await asyncio.to_thread(self._dictionary.add, word)
        self._wrong.clear()
        self._show()

    async def _call_languages(self) -> tuple[str, ...]:
        async with self._one:
            return await asyncio.to_thread(self._dictionary.languages)

    async def _call_unknown(self, language: str, words: frozenset[str]) -> set[str]:
        async with self._one:
            return await asyncio.to_thread(self._dictionary.unknown, language, words)
