"""What other programs set while the window is open: it counts, and nobody is interrupted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.settings.table import item
from kling_desktop.storage.disk import mark_of
from kling_desktop.storage.settings import SettingsFile
from kling_desktop.ui.settings.editors import ChoiceEditor, TextEditor, WholeEditor
from kling_desktop.ui.settings.watching import Rest
from tests.ui.fakes import FakeEngine, eventually, nothing_spent, turns
from tests.ui.looks import notice
from tests.ui.settings.test_page import Room, choose

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.settings.dialog import SettingsDialog
    from kling_desktop.ui.studio import Studio
    from tests.helpers.guards import LogGuard


class Watching(Room):
    """A room that hears of other programs; each look at the disk is begun by hand."""

    def __init__(self, window: MainWindow, studio: Studio, engine: FakeEngine, home: Path) -> None:
        super().__init__(window, studio, engine, home)
        self.money = home / "budgets.json"
        self.desk.marks = lambda: (mark_of(self.book.path), mark_of(self.money))
        self.desk.pause = 0.001
        self.heard: list[bool] = []
        self.desk.engine_changed.connect(lambda: self.heard.append(True))

    async def __aenter__(self) -> None:
        self.desk.watch()
        await self.hears()

    async def __aexit__(self, *_: object) -> None:
        """Not later: between a test and its end Qt goes on without a loop."""
        await self.tasks.aclose()

    async def hears(self) -> None:
        """Whatever was set is read and shown."""
        before = len(self.heard)
        await eventually(lambda: len(self.heard) > before)

    async def elsewhere(self, key: str, value: Any) -> None:
        """Another program sets an item, as ``settings set`` does."""
        SettingsFile(self.book.path, self.book.path.with_name("window.json")).change(
            item(key), value
        )
        await self.hears()


@pytest.fixture
def room(window: MainWindow, studio: Studio, engine: FakeEngine, tmp_path: Path) -> Watching:
    return Watching(window, studio, engine, tmp_path)


def text_of(dialog: SettingsDialog, key: str) -> str:
    editor = dialog.rows[key].editor
    assert isinstance(editor, TextEditor)
    return editor.text


async def test_what_is_set_elsewhere_counts_without_the_page(room: Watching) -> None:
    async with room:
        await room.elsewhere("privacy.metadata", value=False)
        assert room.applied == ["privacy.metadata"]
        assert room.book.current.strips_metadata is False
        assert room.desk.settings.strips_metadata is False


async def test_what_is_set_elsewhere_is_on_the_page_with_its_reset(room: Watching) -> None:
    async with room:
        dialog = await room.open()
        await room.elsewhere("appearance.theme", "dark")
        row = dialog.rows["appearance.theme"]
        assert isinstance(row.editor, ChoiceEditor)
        assert (row.value, row.editor.box.currentData()) == ("dark", "dark")
        assert not row.reset.isHidden()
        await room.elsewhere("appearance.theme", "system")
        assert row.reset.isHidden()
        assert room.applied == ["appearance.theme"] * 2
        dialog.leave()


async def test_budgets_and_the_limit_that_are_set_elsewhere_are_on_the_page(
    room: Watching, engine: FakeEngine
) -> None:
    async with room:
        dialog = await room.open()
        engine.on_accounts.habit = replace(nothing_spent(), budgets=Budgets(day=Decimal(7)))
        room.money.write_text("{}")
        await room.hears()
        await eventually(lambda: dialog.rows["budget.day"].value == Decimal(7))
        dialog.leave()


async def test_what_is_being_typed_stays_and_escape_shows_what_counts(room: Watching) -> None:
    async with room:
        dialog = await room.open()
        row = dialog.rows["network.proxy"]
        assert isinstance(row.editor, TextEditor)
        row.editor.edit.selectAll()
        QTest.keyClicks(row.editor.edit, "http://mine")
        await room.elsewhere("network.proxy", "direct")
        await room.elsewhere("files.name", "{id}")
        assert row.editor.text == "http://mine"
        assert text_of(dialog, "files.name") == "{id}", "the other fields are up to date"
        assert not row.reset.isHidden(), "what counts is no longer the usual"
        dialog.reject()
        assert row.editor.text == "direct"
        dialog.leave()
        await room.idle()
        assert room.book.current.proxy == "direct"


async def test_what_is_taken_after_another_program_has_set_the_same_counts_last(
    room: Watching,
) -> None:
    async with room:
        dialog = await room.open()
        row = dialog.rows["network.proxy"]
        assert isinstance(row.editor, TextEditor)
        row.editor.edit.selectAll()
        QTest.keyClicks(row.editor.edit, "http://mine:1")
        await room.elsewhere("network.proxy", "direct")
        QTest.keyClick(row.editor.edit, Qt.Key.Key_Return)
        await room.idle()
        assert room.book.load().settings.proxy == row.value == "http://mine:1"
        dialog.leave()


async def test_a_complaint_about_what_is_typed_stays_too(room: Watching) -> None:
    async with room:
        dialog = await room.open()
        row = dialog.rows["files.name"]
        assert isinstance(row.editor, TextEditor)
        QTest.keyClicks(row.editor.edit, "{x")
        assert not row.problem.isHidden()
        await room.elsewhere("files.name", "{prompt}-{id}")
        assert not row.problem.isHidden()
        row.editor.take_back()
        dialog.leave()


async def test_a_number_half_typed_stays_and_follows_once_it_is_given_up(room: Watching) -> None:
    async with room:
        dialog = await room.open()
        row = dialog.rows["appearance.scale"]
        assert isinstance(row.editor, WholeEditor)
        spin = row.editor.spin
        spin.lineEdit().setText("13")  # of 130, say
        await room.elsewhere("appearance.scale", 120)
        assert spin.lineEdit().text() == "13 %"
        spin.lineEdit().setText("100 %")  # as it was: nothing is wanted any more
        await eventually(lambda: spin.value() == 120)
        dialog.leave()


async def test_a_change_of_ones_own_leaves_what_is_typed_elsewhere_on_the_page(
    room: Watching,
) -> None:
    async with room:
        dialog = await room.open()
        proxy = dialog.rows["network.proxy"].editor
        assert isinstance(proxy, TextEditor)
        proxy.edit.setText("http://half")
        choose(dialog, "appearance.theme", "dark")
        await room.hears()
        await room.idle()
        assert proxy.text == "http://half"
        proxy.take_back()
        dialog.leave()


async def test_a_file_that_is_damaged_meanwhile_is_said_once_and_kept_aside(
    room: Watching, expected_log: LogGuard
) -> None:
    async with room:
        expected_log("settings are damaged")
        await room.elsewhere("appearance.theme", "dark")
        room.book.path.write_text("{")
        await room.hears()
        assert "could not be read" in notice(room.window)
        assert room.desk.settings.theme == "system", "the usual ones count"
        assert room.book.path.with_name("settings.damaged.json").read_text() == "{"


async def test_without_marks_nothing_is_watched(room: Watching) -> None:
    async with room:
        room.desk.marks = None
        await eventually(lambda: not room.tasks.is_busy("settings: watch"))
        room.heard.clear()
        SettingsFile(room.book.path, room.book.path.with_name("window.json")).change(
            item("appearance.theme"), "dark"
        )
        await turns()
        assert room.heard == []


@pytest.mark.parametrize(
    ("marks", "read"),
    [
        ("", ""),
        ("a", "."),
        ("aa", ".x"),
        ("aaaa", ".x.."),
        ("abcc", "...x"),  # somebody is writing
        ("aabbaa", ".x.x.x"),
        ("aaba", ".x.."),  # it is as it was
    ],
)
def test_files_are_read_once_each_time_that_they_have_come_to_rest(marks: str, read: str) -> None:
    rest = Rest()
    assert "".join("x" if rest.is_new(each) else "." for each in marks) == read
