"""What was sent is there again by keys and by search; snippets and presets do what they say."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.wording import Preset, Snippet
from kling_desktop.ui.prompts.history_dialog import ONCE_MORE
from tests.helpers.fakes import START
from tests.helpers.worlds import a_job
from tests.ui.looks import from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

ALT = Qt.KeyboardModifier.AltModifier


class FakeBook:
    """Keeps words in memory, and knows which threads asked."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.named: dict[str, dict[str, Any]] = {"snippet": {}, "preset": {}}
        self.threads: set[int] = set()
        self.is_full = False
        self.is_locked = False

    def note(self, sent: Iterable[tuple[str, datetime]]) -> None:
        self.threads.add(threading.get_ident())
        if self.is_full:
            raise FolderUnusable("full")
        for text, _ in sent:
            self.texts = [text, *(each for each in self.texts if each != text)]

    def search(self, words: str = "") -> list[str]:
        self.threads.add(threading.get_ident())
        if self.is_locked:
            raise FolderUnusable("prompts.db: database is locked")
        return [each for each in self.texts if words in each]

    def snippets(self) -> list[Snippet]:
        return list(self.named["snippet"].values())

    def presets(self) -> list[Preset]:
        return list(self.named["preset"].values())

    def keep_snippet(self, snippet: Snippet) -> None:
        self.named["snippet"][snippet.name] = snippet

    def keep_preset(self, preset: Preset) -> None:
        self.named["preset"][preset.name] = preset

    def rename(self, kind: str, name: str, to: str) -> bool:
        if to in self.named[kind]:
            return False
        old = self.named[kind].pop(name)
        is_snippet = isinstance(old, Snippet)
        self.named[kind][to] = (
            Snippet(to, old.text) if is_snippet else Preset(to, old.endpoint, old.values)
        )
        return True

    def drop(self, kind: str, name: str) -> None:
        del self.named[kind][name]


@pytest.fixture
def book(studio: Studio) -> FakeBook:
    made = FakeBook("newest", "older")
    studio.prompts.book = made
    return made


def prompt(window: MainWindow) -> QPlainTextEdit:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # earlier forms
    edits = window.compose.findChildren(QPlainTextEdit)
    return next(each for each in edits if each.accessibleName() == "Prompt" and each.isEnabled())


def sent(text: str, number: int = 1) -> Job:
    return a_job(JobState.QUEUED, id=JobId(f"job{number}"), params={"prompt": text}, sent_at=START)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what a thread does is seen in widgets alone
            await asyncio.sleep(0.005)


async def test_alt_up_and_down_go_through_what_was_sent_and_keep_the_draft(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    from_text(window)
    studio.hear((JobChanged(sent("the newest of all")),))
    await until(lambda: book.texts[0] == "the newest of all" and not studio.prompts.is_busy)
    edit = prompt(window)
    for key, text in (
        (Qt.Key.Key_Up, "the newest of all"),
        (Qt.Key.Key_Up, "newest"),
        (Qt.Key.Key_Down, "the newest of all"),
        (Qt.Key.Key_Down, "the boat drifts"),
        (Qt.Key.Key_Down, "the boat drifts"),
    ):
        QTest.keyClick(edit, key, ALT)
        assert edit.toPlainText() == text
    QTest.keyClick(edit, Qt.Key.Key_Up, ALT)
    edit.undo()
    assert edit.toPlainText() == "the boat drifts"


async def test_what_is_sent_is_kept_once_and_off_the_windows_thread(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    held = a_job(JobState.HELD, id=JobId("held"), params={"prompt": "not sent"}, sent_at=None)
    studio.hear((JobChanged(held), JobChanged(sent("mine", 2))))
    await until(lambda: book.texts[0] == "mine" and not studio.prompts.is_busy)
    assert "not sent" not in book.texts
    asked = len(book.threads)
    studio.hear((JobChanged(sent("mine", 2)),))
    assert len(book.threads) == asked
    assert threading.get_ident() not in book.threads


async def test_a_full_disk_loses_a_prompt_and_nothing_else(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    book.is_full = True
    studio.hear((JobChanged(sent("mine")),))
    await until(lambda: not studio.prompts.is_busy)
    assert window.stage.notice.isHidden()


async def test_prompts_of_earlier_programs_are_there_from_the_start(
    studio: Studio, engine: FakeEngine, book: FakeBook
) -> None:
    engine.on_jobs.habit = [sent("from the terminal", 7)]
    await studio.prompts.start()
    assert book.texts[0] == "from the terminal"


async def test_the_history_is_searched_and_its_prompt_taken_by_keys(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    from_text(window)
    dialog = studio.prompts.open()
    assert dialog is not None
    await until(lambda: dialog.list.count() == 2)
    QTest.keyClicks(dialog.search, "old")
    await until(lambda: dialog.list.count() == 1)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert prompt(window).toPlainText() == "older"


async def test_where_there_is_no_prompt_the_words_are_not_lost_silently(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    window.compose.choose(Task.EFFECTS.value, "pro")
    dialog = studio.prompts.open()
    assert dialog is not None
    dialog.taken.emit("older")
    dialog.reject()
    assert "no prompt" in window.stage.notice.text


async def test_a_snippet_is_kept_from_what_is_marked_and_put_at_the_cursor(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    from_text(window)
    edit = prompt(window)
    edit.find("boat")
    dialog = studio.prompts.open_snippets()
    assert dialog is not None
    dialog.name.setText("vessel")
    dialog.keep.click()
    await until(lambda: dialog.list.count() == 1)
    assert book.snippets() == [Snippet("vessel", "boat")]
    dialog.name.setText("ship")
    dialog.rename.click()
    await until(lambda: dialog.list.count() == 1 and dialog.list.item(0).text() == "ship")
    edit.setPlainText("A ")
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    dialog.used.emit("ship")
    await until(lambda: edit.toPlainText() == "A boat")
    dialog.drop.click()
    await until(lambda: dialog.list.count() == 0)
    dialog.reject()


async def test_a_preset_brings_back_model_and_settings_and_leaves_the_prompt(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    from_text(window)
    window.compose.set_values({"cfg_scale": 0.7, "duration": "10"})
    endpoint = window.compose.endpoint
    dialog = studio.prompts.open_presets()
    assert dialog is not None
    dialog.name.setText("slow")
    dialog.keep.click()
    await until(lambda: dialog.list.count() == 1)
    assert "Length (seconds): 10" in dialog.about.toPlainText()
    assert "prompt" not in book.presets()[0].values
    window.compose.choose(Task.IMAGE_TO_VIDEO.value, "standard")
    window.compose.set_values({"cfg_scale": 0.1, "duration": "5", "prompt": "something else"})
    dialog.used.emit("slow")
    await until(lambda: window.compose.endpoint == endpoint)
    values = window.compose.values()
    assert (values["cfg_scale"], values["duration"]) == (0.7, "10")
    assert values["prompt"] == "something else"
    dialog.option.setChecked(True)
    dialog.keep.click()
    await until(lambda: book.presets()[0].values.get("prompt") == "something else")
    dialog.reject()


async def test_a_preset_of_a_model_that_is_gone_says_so(
    studio: Studio, window: MainWindow, book: FakeBook
) -> None:
    book.keep_preset(Preset("old", "fal-ai/gone", {}))
    before = window.compose.endpoint
    dialog = studio.prompts.open_presets()
    assert dialog is not None
    await until(lambda: dialog.list.count() == 1)
    dialog.used.emit("old")
    await until(lambda: "fal-ai/gone" in window.stage.notice.text)
    assert window.compose.endpoint == before
    dialog.reject()


async def test_the_counter_counts_as_fal_does(studio: Studio, window: MainWindow) -> None:
    from_text(window)
    prompt(window).setPlainText("👩‍🚀 é")
    assert "5 of 2500" in [each.text() for each in window.compose.findChildren(QLabel)]


async def test_without_a_book_its_actions_are_not_offered(
    studio: Studio, window: MainWindow
) -> None:
    assert not window.actions_by_id["prompts"].isEnabled()
    studio.prompts.book = FakeBook()
    assert window.actions_by_id["prompts"].isEnabled()


async def test_in_the_prompt_the_keys_do_not_move_jobs(
    studio: Studio, window: MainWindow, book: FakeBook, qtbot: QtBot
) -> None:
    from_text(window)
    studio.hear((JobChanged(sent("the newest of all")),))
    await until(lambda: book.texts[0] == "the newest of all" and not studio.prompts.is_busy)
    moved: list[bool] = []
    action = window.actions_by_id["up"]
    action.setEnabled(True)
    action.triggered.connect(moved.append)
    window.show()
    window.activateWindow()
    edit = prompt(window)
    edit.setFocus()
    await until(edit.hasFocus)
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Up, ALT)
    assert edit.toPlainText() == "the newest of all"
    assert moved == []


async def test_a_prompt_that_could_not_be_kept_is_kept_once_the_file_is_free_again(
    studio: Studio, book: FakeBook
) -> None:
    book.is_full = True
    studio.hear((JobChanged(sent("mine")),))
    await until(studio.prompts.retry.isActive)
    book.is_full = False
    studio.prompts.retry.stop()
    studio.prompts.retry.timeout.emit()
    await until(lambda: book.texts[0] == "mine" and not studio.prompts.is_busy)
    assert not studio.prompts.retry.isActive()


async def test_what_is_sent_next_brings_the_prompts_along_that_are_still_owed(
    studio: Studio, book: FakeBook
) -> None:
    book.is_full = True
    studio.hear((JobChanged(sent("first")),))
    await until(studio.prompts.retry.isActive)
    book.is_full = False
    studio.hear((JobChanged(sent("second", 2)),))
    await until(lambda: book.texts[:2] == ["second", "first"] and not studio.prompts.is_busy)


async def test_a_search_that_finds_the_file_locked_says_so_and_the_next_one_is_made(
    studio: Studio, book: FakeBook
) -> None:
    book.is_locked = True
    dialog = studio.prompts.open()
    assert dialog is not None
    await until(lambda: dialog.words.text().endswith(ONCE_MORE))
    book.is_locked = False
    QTest.keyClicks(dialog.search, "old")
    await until(lambda: dialog.list.count() == 1)
