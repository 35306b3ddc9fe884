"""The page of settings: every row has its editor, says what it means, and counts at once."""

from __future__ import annotations

import functools
import threading
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QFileDialog

from kling_desktop import tuning, wiring
from kling_desktop.app import Program
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.settings.table import ITEMS, Home, item
from kling_desktop.paths import Places
from kling_desktop.storage.settings import SettingsFile
from kling_desktop.ui import theme
from kling_desktop.ui.settings.desk import SettingsDesk
from kling_desktop.ui.settings.editors import (
    ChoiceEditor,
    OpenerEditor,
    SkyEditor,
    SwitchEditor,
    TextEditor,
    WholeEditor,
)
from tests.ui.fakes import FakeEngine, eventually, turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.settings.kinds import Value
    from kling_desktop.domain.settings.table import Item
    from kling_desktop.domain.settings.values import Settings
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.settings.dialog import SettingsDialog
    from kling_desktop.ui.studio import Studio
    from tests.helpers.guards import LogGuard


def choose(dialog: SettingsDialog, key: str, value: Any) -> None:
    """Do what somebody does to set an item."""
    editor = dialog.rows[key].editor
    match editor:
        case ChoiceEditor():
            editor.box.setCurrentIndex(editor.box.findData(value))
            editor.box.activated.emit(editor.box.currentIndex())
        case WholeEditor():
            while editor.spin.value() != value:
                step = Qt.Key.Key_Up if editor.spin.value() < value else Qt.Key.Key_Down
                QTest.keyClick(editor.spin, step)
        case SwitchEditor():
            editor.check.click()
        case TextEditor():
            editor.edit.selectAll()
            QTest.keyClicks(editor.edit, str(value))
            QTest.keyClick(editor.edit, Qt.Key.Key_Return)
        case OpenerEditor():
            editor.button.click()


class SlowBook(SettingsFile):
    """A real file on a disk that takes its time, and may refuse."""

    def __init__(self, path: Path, notes: Path) -> None:
        super().__init__(path, notes)
        self.may_write = threading.Event()
        self.may_write.set()
        self.refusals: list[FolderUnusable] = []
        self.wishes: list[Value] = []

    def change(self, item: Item, value: Value) -> Settings:
        self.may_write.wait(10)
        self.wishes.append(value)
        if self.refusals:
            raise self.refusals.pop()
        return super().change(item, value)


class Room:
    """A studio with a desk of settings over a real file."""

    def __init__(self, window: MainWindow, studio: Studio, engine: FakeEngine, home: Path) -> None:
        self.window, self.engine = window, engine
        self.tasks = studio.tasks
        self.book = SlowBook(home / "settings.json", home / "window.json")
        self.desk = SettingsDesk(window, engine, studio.tasks, self.book)
        self.skies: list[str] = []
        self.applied: list[str] = []
        self.desk.change_weather = self._change_weather
        self.desk.usual_clips = str(home / "clips")
        self.desk.running = {"appearance.scale": 100}
        self.desk.applied.connect(self.applied.append)

    async def open(self) -> SettingsDialog:
        self.desk.open()
        await self.idle()
        assert self.desk.dialog is not None
        return self.desk.dialog

    async def idle(self) -> None:
        await eventually(lambda: not self.tasks.is_busy("") and not self.tasks.is_busy("settings"))

    async def _change_weather(self, sky: str) -> None:
        self.skies.append(sky)


@pytest.fixture
def room(window: MainWindow, studio: Studio, engine: FakeEngine, tmp_path: Path) -> Room:
    return Room(window, studio, engine, tmp_path)


async def test_every_item_has_a_row_with_help_and_an_editor_that_is_named(room: Room) -> None:
    dialog = await room.open()
    assert list(dialog.rows) == dialog.in_sight() == [each.key for each in ITEMS]
    for row in dialog.rows.values():
        main = row.editor.focusProxy()
        assert main is not None
        assert main.accessibleName() == row.item.label
        assert main.accessibleDescription() == row.item.help
        assert main.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert row.reset.isHidden()
        assert row.problem.isHidden()
    dialog.leave()
    assert room.desk.dialog is None


async def test_the_search_leaves_what_it_finds_and_says_when_that_is_nothing(room: Room) -> None:
    dialog = await room.open()
    QTest.keyClicks(dialog.search, "EXIF camera")
    assert dialog.in_sight() == ["privacy.metadata"]
    dialog.search.setText("zebra")
    assert dialog.in_sight() == []
    dialog.reject()
    assert len(dialog.in_sight()) == len(ITEMS), "Escape empties the search first"
    dialog.reject()
    assert room.desk.dialog is None


OTHERS: dict[str, Any] = {
    "appearance.theme": "dark", "appearance.scale": 120, "appearance.language": "english",
    "files.clips": "/clips", "files.name": "{prompt} {id}", "privacy.metadata": False,
    "privacy.uploads": "week", "privacy.results": "day", "network.proxy": "direct",
    "sandbox.weather": "train", "jobs.limit": 3, "budget.job": Decimal(1),
    "budget.day": Decimal("2.5"), "budget.month": Decimal(30),
}  # fmt: skip


async def test_every_item_can_be_set_and_reset_and_is_kept_at_once(room: Room) -> None:
    dialog = await room.open()
    settable = [each for each in ITEMS if each.home is not Home.ELSEWHERE]
    assert set(OTHERS) == {each.key for each in settable}
    for each in settable:
        row, wanted = dialog.rows[each.key], OTHERS[each.key]
        typed = isinstance(row.editor, TextEditor)
        choose(dialog, each.key, each.kind.text(wanted) if typed else wanted)
        await room.idle()
        assert row.value == wanted, each.key
        assert not row.reset.isHidden()
        assert kept(room, each.key) == wanted
    room.applied.clear()
    for each in settable:
        dialog.rows[each.key].reset.click()
        await room.idle()
        assert dialog.rows[each.key].reset.isHidden()
        assert kept(room, each.key) == each.default
    assert room.applied == [each.key for each in settable if each.home is Home.FILE]
    assert room.skies == ["train", "fair"]
    dialog.leave()


def kept(room: Room, key: str) -> object:
    """What is on the disk, or with the engine."""
    which = item(key)
    if which.home is Home.FILE:
        return getattr(room.book.load().settings, which.field)
    if which.home is Home.LINE:
        return room.engine.steered.limit
    return getattr(room.engine.budgets, key.removeprefix("budget."))


async def test_what_makes_no_sense_is_said_while_it_is_typed_and_is_not_kept(room: Room) -> None:
    dialog = await room.open()
    row = dialog.rows["files.name"]
    assert isinstance(row.editor, TextEditor)
    assert row.note.text() == "For example: 2026-11-25-a-paper-boat-leaves-the-harbour-4f0c2a9b.mp4"
    row.editor.edit.selectAll()
    QTest.keyClicks(row.editor.edit, "{prompt}_{id}")
    assert row.note.text() == "For example: a-paper-boat-leaves-the-harbour_4f0c2a9b.mp4"
    QTest.keyClicks(row.editor.edit, "{x")
    assert "It has a brace too many" in row.problem.text()
    QTest.keyClick(row.editor.edit, Qt.Key.Key_Return)
    dialog.search.setText("proxy")
    assert not dialog.leave(), "what is wrong is neither kept nor dropped in silence"
    assert not row.isHidden()
    assert room.desk.dialog is dialog
    dialog.reject()
    assert row.editor.text == "{date}-{prompt}-{id}", "Escape takes back what was typed"
    assert row.problem.isHidden()
    assert not room.book.path.exists()
    dialog.leave()


@pytest.mark.parametrize("way", ["close", "leave"])
async def test_what_stands_in_a_field_counts_when_the_page_is_closed(room: Room, way: str) -> None:
    dialog = await room.open()
    editor = dialog.rows["network.proxy"].editor
    assert isinstance(editor, TextEditor)
    editor.edit.setText("http://proxy.test:3128")
    getattr(dialog, way)()
    assert room.desk.dialog is None
    await room.idle()
    assert room.book.current.proxy == "http://proxy.test:3128"


async def test_what_cannot_be_kept_is_said_at_its_row_and_shown_as_it_is(
    room: Room, expected_log: LogGuard
) -> None:
    room.book.path.write_text('{"version": 99}')
    dialog = await room.open()
    assert "newer version" in dialog.news.text()
    choose(dialog, "appearance.theme", "dark")
    await room.idle()
    row = dialog.rows["appearance.theme"]
    assert "newer version" in row.problem.text()
    assert isinstance(row.editor, ChoiceEditor)
    assert row.editor.box.currentData() == "system"
    assert room.applied == []
    dialog.leave()


async def test_the_scale_says_that_it_waits_for_the_next_start(room: Room) -> None:
    dialog = await room.open()
    row = dialog.rows["appearance.scale"]
    assert row.note.isHidden()
    choose(dialog, "appearance.scale", 130)
    await room.idle()
    assert "next start" in row.note.text()
    choose(dialog, "appearance.scale", 100)
    await room.idle()
    assert row.note.isHidden()
    dialog.leave()


async def test_of_steps_that_come_faster_than_they_are_kept_the_last_one_counts(
    room: Room,
) -> None:
    dialog = await room.open()
    room.book.may_write.clear()
    editor = dialog.rows["appearance.scale"].editor
    assert isinstance(editor, WholeEditor)
    choose(dialog, "appearance.scale", 110)
    await turns()  # It is being written.
    choose(dialog, "appearance.scale", 150)
    assert editor.spin.value() == 150
    room.book.may_write.set()
    await room.idle()
    assert room.book.wishes == [110, 150]
    assert editor.spin.value() == 150 == room.book.current.scale
    dialog.leave()


async def test_a_value_that_cannot_be_kept_costs_none_that_came_after_it(
    room: Room, window: MainWindow
) -> None:
    room.book.may_write.clear()
    room.book.refusals = [FolderUnusable("the disk is full")]
    room.desk.put("appearance.theme", "dark")
    await turns()
    room.desk.put("appearance.theme", "light")
    room.book.may_write.set()
    await eventually(lambda: room.book.current.theme == "light")
    await room.idle()
    assert "disk is full" in window.stage.notice.text
    assert room.book.wishes == ["dark", "light"]


async def test_rows_of_the_engine_say_whose_they_are_and_wait_for_it(
    room: Room, engine: FakeEngine
) -> None:
    dialog = await room.open()
    row = dialog.rows["budget.day"]
    assert row.editor.isEnabled()
    assert row.note.text() == "For clips of the sandbox."
    dialog.leave()
    engine.was_opened = False
    dialog = await room.open()
    assert not dialog.rows["budget.day"].editor.isEnabled()
    assert "has started" in dialog.rows["jobs.limit"].note.text()
    dialog.leave()


async def test_a_sky_can_be_a_file_and_has_a_line_of_its_own(room: Room) -> None:
    dialog = await room.open()
    editor = dialog.rows["sandbox.weather"].editor
    assert isinstance(editor, SkyEditor)
    editor.box.setCurrentIndex(editor.box.count() - 1)
    editor.box.activated.emit(editor.box.count() - 1)
    assert editor.box.currentData() == "fair", "nothing is chosen yet"
    (files,) = editor.findChildren(QFileDialog)
    files.fileSelected.emit("/skies/storm.json")
    files.close()
    await room.idle()
    assert room.book.current.weather == "/skies/storm.json"
    assert editor.box.currentText() == "/skies/storm.json"
    dialog.rows["sandbox.weather"].reset.click()
    await room.idle()
    assert editor.box.findData("/skies/storm.json") < 0
    dialog.leave()


@pytest.mark.parametrize(("key", "action"), [("keys.shortcuts", "keys"), ("keys.api", "key")])
async def test_what_is_set_elsewhere_is_a_press_away(key: str, action: str, room: Room) -> None:
    went: list[str] = []
    room.window.actions_by_id[action].triggered.connect(functools.partial(went.append, action))
    dialog = await room.open()
    choose(dialog, key, None)
    assert went == [action]
    assert room.desk.dialog is None
    for each in room.window.findChildren(QDialog):
        each.close()


# What the program does about it


@pytest.fixture
async def program(qapp: QApplication, tmp_path: Path) -> AsyncIterator[Program]:
    """The whole program, before its engine is open."""
    made = Program(qapp, wiring.Wish.SANDBOX, Places(tmp_path, tmp_path / "clips"))
    yield made
    await made.studio.tasks.aclose()
    await made.engine.close()
    made.window.close_now()
    made.window.deleteLater()
    theme.apply(qapp, theme.Scheme.LIGHT)
    QLocale.setDefault(QLocale.system())


async def set_on_the_page(program: Program, key: str, value: Any) -> None:
    tasks = program.studio.tasks
    program.window.actions_by_id["settings"].trigger()
    await eventually(lambda: program.settings.dialog is not None)
    dialog = program.settings.dialog
    assert dialog is not None
    choose(dialog, key, value)
    await eventually(lambda: not tasks.is_busy(""))
    dialog.leave()


async def test_colours_change_with_the_page_and_with_the_menu_alike(program: Program) -> None:
    await set_on_the_page(program, "appearance.theme", "dark")
    assert theme.tokens() is theme.DARK
    assert QGuiApplication.palette().window().color().name() == theme.DARK.window
    assert program.window.actions_by_id["dark"].isChecked()
    program.window.actions_by_id["light"].trigger()
    assert theme.tokens() is theme.LIGHT
    await eventually(lambda: program.settings.settings.theme == "light")
    assert "scheme" not in program.window.remember()


async def test_numbers_are_written_as_is_set(program: Program, qtbot: QtBot) -> None:
    program.window.setLocale(QLocale(QLocale.Language.German))  # as a German system has it
    field = QDoubleSpinBox(program.window, value=0.5)
    assert field.text() == "0,50"
    await set_on_the_page(program, "appearance.language", "english")
    assert field.text() == "0.50"
    QLocale.setDefault(QLocale(QLocale.Language.German))
    await set_on_the_page(program, "appearance.language", "system")
    later = QDoubleSpinBox(value=0.5)
    qtbot.addWidget(later)
    assert later.locale() == program.window.locale() == QLocale.system()


async def test_the_folder_that_is_opened_is_the_one_that_is_set(
    program: Program, tmp_path: Path
) -> None:
    await set_on_the_page(program, "files.clips", str(tmp_path / "other"))
    assert program.studio.clips == tmp_path / "other"


CHECKED_ELSEWHERE = {
    "appearance.scale": "test_the_size_of_everything_is_told_to_qt_unless_the_user_has",
    "files.name": "test_names_follow_the_template_and_always_have_the_id",
    "privacy.metadata": "test_metadata_is_left_out_unless_somebody_wants_it",
    "privacy.uploads": "test_fal_is_asked_to_keep_uploads_as_long_as_is_set",
    "privacy.results": "test_fal_is_asked_to_keep_results_as_long_as_is_set_and_the_inspector_",
    "network.proxy": "test_a_proxy_counts_from_the_next_exchange_and_so_does_none",
    "sandbox.weather": "test_the_sandbox_is_under_the_sky_that_is_set",
}
"""Of ``tests/test_settings_effects.py``; the limit and budgets have tests of the engine."""


async def test_what_is_set_on_the_page_is_what_the_rest_of_the_program_asks(
    program: Program, tmp_path: Path
) -> None:
    wishes = tuning.wishes_of(Places(tmp_path, tmp_path / "clips"))
    effects = (Path(__file__).parents[2] / "test_settings_effects.py").read_text("utf-8")
    for key, test in CHECKED_ELSEWHERE.items():
        value = OTHERS[key]
        await set_on_the_page(program, key, value)
        assert getattr(wishes(), item(key).field) == value
        assert f"def {test}" in effects
    here = {"appearance.theme", "appearance.language", "files.clips"}
    assert here | CHECKED_ELSEWHERE.keys() == {e.key for e in ITEMS if e.home is Home.FILE}
