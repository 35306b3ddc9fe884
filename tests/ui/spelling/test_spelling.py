"""Spelling in the prompt: underlined, mended from the menu, and silent without a dictionary."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QAction, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from kling_desktop.ui.spelling.desk import ACTION, SpellingDesk
from kling_desktop.ui.spelling.menu import LOOKING
from tests.ui.fakes import eventually

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.ui.forms.widgets import TextField
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

WAVE = QTextCharFormat.UnderlineStyle.WaveUnderline
RIGHT = {"a", "red", "boat", "drifts", "by", "slowly"}


class Book:
    """A dictionary that notes which thread asks."""

    def __init__(self, *languages: str) -> None:
        self.found = languages
        self.right = {each: set(RIGHT) for each in languages}
        self.threads: set[int] = set()
        self.asked: list[set[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def languages(self) -> tuple[str, ...]:
        self.threads.add(threading.get_ident())
        return self.found

    def unknown(self, language: str, words: Iterable[str]) -> set[str]:
        self.threads.add(threading.get_ident())
        self.asked.append(set(words))
        return self.asked[-1] - self.right[language]

    def suggest(self, _language: str, word: str) -> list[str]:
        self.threads.add(threading.get_ident())
        self.gate.wait(10)
        return [word.replace("aa", "a"), "boats & more"]

    def add(self, word: str) -> None:
        for each in self.right.values():
            each.add(word)


async def a_desk(
    window: MainWindow, studio: Studio, book: Book, notes: object = None
) -> SpellingDesk:
    made = SpellingDesk(window, studio.tasks, book)
    made.restore(notes)
    await made.start()
    return made


def prompt(window: MainWindow) -> TextField:
    editor = window.compose._form.text_editor("prompt")
    assert editor is not None
    return editor.edit


def marked(window: MainWindow) -> list[str]:
    """The words that are underlined."""
    field = prompt(window)
    found: list[str] = []
    block = field.document().begin()
    while block.isValid():
        whole = block.text().encode("utf-16-le")
        found += [
            whole[each.start * 2 : (each.start + each.length) * 2].decode("utf-16-le")
            for each in block.layout().formats()
            if each.format.underlineStyle() is WAVE
        ]
        block = block.next()
    return found


def menu_at(window: MainWindow, word: str) -> QMenu:
    """The menu of a word."""
    field = prompt(window)
    cursor = field.document().find(word)
    cursor.setPosition(cursor.selectionStart() + 1)
    return field.menu_for(cursor, QPoint(5, 5))


def entry(menu: QMenu, text: str) -> QAction:
    return next(each for each in menu.actions() if text in each.text().replace("&", ""))


async def test_wrong_words_are_underlined_whatever_stands_before_them(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values(
        {"prompt": "\N{ROCKET} a red boaat {drfits|slowlly} by $naem\nsloowly"}
    )
    book = Book("en_US")
    await a_desk(window, studio, book)
    await eventually(lambda: marked(window) == ["boaat", "sloowly"])
    assert threading.get_ident() not in book.threads


async def test_another_look_of_the_text_is_no_change_of_it(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    changes: list[None] = []
    window.compose.values_changed.connect(lambda: changes.append(None))
    await a_desk(window, studio, Book("en_US"))
    await eventually(lambda: marked(window) == ["boaat"])
    assert changes == []
    assert (
        not prompt(window).document().isModified() or prompt(window).toPlainText() == "a red boaat"
    )


async def test_a_word_is_asked_about_once(studio: Studio, window: MainWindow) -> None:
    window.compose.set_values({"prompt": "red red boaat"})
    book = Book("en_US")
    await a_desk(window, studio, book)
    await eventually(lambda: marked(window))
    window.compose.set_values({"prompt": "red boaat slowly"})
    await eventually(lambda: len(book.asked) == 2)
    assert {"red", "boaat"} <= book.asked[0]
    assert book.asked[1] == {"slowly"}


async def test_the_form_of_another_model_is_checked_as_well(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    await a_desk(window, studio, Book("en_US"))
    window.compose.choose("text-to-video", "standard")
    await eventually(lambda: marked(window) == ["boaat"])


async def test_a_word_is_left_in_peace_while_it_is_written(
    studio: Studio, window: MainWindow
) -> None:
    await a_desk(window, studio, Book("en_US"))
    window.show()
    window.activateWindow()
    field = prompt(window)
    field.setFocus()
    await eventually(field.hasFocus)
    QTest.keyClicks(field, "red boaat")
    await eventually(lambda: not studio.tasks.is_busy("spelling"))
    assert marked(window) == []
    QTest.keyClick(field, Qt.Key.Key_Space)
    assert marked(window) == ["boaat"]
    QTest.keyClicks(field, "drfits")
    await eventually(lambda: not studio.tasks.is_busy("spelling"))
    assert marked(window) == ["boaat"]
    window.stage.setFocus()
    await eventually(lambda: marked(window) == ["boaat", "drfits"])


async def test_the_menu_mends_a_word_and_undo_takes_it_back(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    book = Book("en_US")
    book.gate.clear()
    await a_desk(window, studio, book)
    await eventually(lambda: marked(window))
    menu = menu_at(window, "boaat")
    assert menu.actions()[0].text() == LOOKING
    book.gate.set()
    await eventually(lambda: menu.actions()[0].text() == "boat")
    assert menu.actions()[1].text() == "boats && more"
    menu.actions()[0].trigger()
    menu.close()
    assert window.compose.text("prompt") == "a red boat"
    prompt(window).undo()
    assert window.compose.text("prompt") == "a red boaat"
    assert threading.get_ident() not in book.threads


async def test_a_word_becomes_one_of_the_own_dictionary(studio: Studio, window: MainWindow) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    await a_desk(window, studio, Book("en_US"))
    await eventually(lambda: marked(window))
    menu = menu_at(window, "boaat")
    entry(menu, "to my dictionary").trigger()
    menu.close()
    await eventually(lambda: marked(window) == [])


async def test_a_right_word_has_the_usual_menu(studio: Studio, window: MainWindow) -> None:
    window.compose.set_values({"prompt": "a red boat"})
    await a_desk(window, studio, Book("en_US"))
    menu = menu_at(window, "red")
    assert not [each for each in menu.actions() if "dictionary" in each.text()]
    assert entry(menu, "Check spelling").isChecked()
    menu.close()


async def test_it_is_turned_off_and_the_next_window_knows(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    desk = await a_desk(window, studio, Book("en_US"))
    await eventually(lambda: marked(window))
    window.actions_by_id[ACTION].trigger()
    assert marked(window) == []
    assert desk.notes() == {"on": False, "language": ""}
    window.actions_by_id[ACTION].trigger()
    assert marked(window) == ["boaat"]


async def test_what_was_turned_off_stays_off(studio: Studio, window: MainWindow) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    book = Book("en_US")
    await a_desk(window, studio, book, {"on": False, "language": 5})
    assert not window.actions_by_id[ACTION].isChecked()
    assert book.asked == []


async def test_how_numbers_are_written_chooses_no_dictionary(
    window: MainWindow, studio: Studio
) -> None:
    other = "pt_BR" if QLocale.system().name().startswith("de") else "de_DE"
    before = QLocale()
    QLocale.setDefault(QLocale(other))
    try:
        desk = await a_desk(window, studio, Book(other, "en_US"))
    finally:
        QLocale.setDefault(before)
    assert desk.language == "en_US"


async def test_another_language_is_chosen_and_remembered(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    book = Book("de_DE", "en_US")
    book.right["de_DE"] = {"boaat"}
    desk = await a_desk(window, studio, book, {"language": "en_US"})
    await eventually(lambda: marked(window) == ["boaat"])
    menu = menu_at(window, "boaat")
    inner = entry(menu, "Language").menu()
    assert isinstance(inner, QMenu)
    assert [each.isChecked() for each in inner.actions()] == [False, True]
    inner.actions()[0].trigger()
    menu.close()
    await eventually(lambda: marked(window) == ["red"])
    assert desk.notes()["language"] == "de_DE"


async def test_a_language_that_is_chosen_while_words_are_marked_counts(
    studio: Studio, window: MainWindow
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    book = Book("de_DE", "en_US")
    book.right["de_DE"] = {"boaat"}
    desk = await a_desk(window, studio, book, {"language": "en_US"})

    def choose() -> None:
        if marked(window) == ["boaat"]:
            layout.update.disconnect(choose)
            desk.choose("de_DE")

    layout = prompt(window).document().documentLayout()
    layout.update.connect(choose)
    await eventually(lambda: desk.language == "de_DE")
    await eventually(lambda: marked(window) == ["red"])


@pytest.mark.parametrize("notes", [None, [], {"on": True}])
async def test_without_a_dictionary_nothing_is_offered_or_said(
    studio: Studio, window: MainWindow, notes: object
) -> None:
    window.compose.set_values({"prompt": "a red boaat"})
    desk = await a_desk(window, studio, Book(), notes)
    assert desk.language == ""
    assert not window.actions_by_id[ACTION].isEnabled()
    assert marked(window) == []
    menu = menu_at(window, "boaat")
    assert not [each for each in menu.actions() if "pelling" in each.text()]
    menu.close()
