from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.paths import places
from kling_desktop.ui import theme
from kling_desktop.ui.actions import ACTIONS, GROUPS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow


@pytest.fixture
async def program(qtbot: QtBot, dressed: QApplication) -> AsyncIterator[Program]:
    """The whole program, joined but not started."""
    made = Program(dressed, wiring.Wish.SANDBOX, places())
    yield made
    await made.engine.close()
    made.window.close_now()
    made.window.deleteLater()


def test_no_two_actions_share_a_shortcut() -> None:
    keys = [QKeySequence(each) for spec in ACTIONS for each in spec.keys]
    assert all(not each.isEmpty() for each in keys)
    assert [each for each, times in Counter(k.toString() for k in keys).items() if times > 1] == []


def test_cancel_shows_the_key_that_everybody_knows(window: MainWindow) -> None:
    assert window.actions_by_id["cancel"].shortcut() == QKeySequence("Delete")


def test_no_menu_is_a_wall_of_entries(window: MainWindow) -> None:
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        groups = "".join("|" if each.isSeparator() else "." for each in menu.actions()).split("|")
        assert all(groups), f"{top.text()} has a line that divides nothing"
        assert max(map(len, groups)) <= 6, top.text()


def test_every_group_begins_with_an_action() -> None:
    assert {spec.id for spec in ACTIONS} >= GROUPS


def test_no_two_entries_of_a_menu_share_a_mnemonic() -> None:
    marked = [
        (spec.menu, spec.text[spec.text.index("&") + 1].lower())
        for spec in ACTIONS
        if "&" in spec.text
    ]
    assert len(marked) == len(set(marked))


def test_ids_and_texts_are_unique() -> None:
    assert (
        len({spec.id for spec in ACTIONS}) == len({spec.text for spec in ACTIONS}) == len(ACTIONS)
    )


def test_every_row_is_in_its_menu_with_its_keys(window: MainWindow) -> None:
    menus = {each.title().lstrip("&"): each for each in window.menuBar().findChildren(QMenu)}
    for spec in ACTIONS:
        action = window.actions_by_id[spec.id]
        assert action in menus[spec.menu].actions()
        assert action.shortcuts() == [QKeySequence(each) for each in spec.keys]
        assert action.icon().isNull() is (spec.icon is None)


@pytest.mark.parametrize("name", [spec.id for spec in ACTIONS])
async def test_every_action_does_something(program: Program, name: str) -> None:
    action = program.window.actions_by_id[name]
    assert action.receivers(SIGNAL("triggered(bool)")) + action.receivers(SIGNAL("triggered()"))


@pytest.mark.parametrize("name", [spec.id for spec in ACTIONS])
def test_a_key_held_down_triggers_once(window: MainWindow, name: str) -> None:
    assert not window.actions_by_id[name].autoRepeat()


@pytest.mark.parametrize(("name", "tokens"), [("dark", theme.DARK), ("light", theme.LIGHT)])
async def test_choosing_colours_dresses_the_program(
    program: Program, name: str, tokens: theme.Tokens
) -> None:
    program.window.actions_by_id[name].trigger()
    assert theme.tokens() == tokens


async def test_quit_asks_the_window_to_close(program: Program, qtbot: QtBot) -> None:
    asked: list[None] = []
    program.window.show()
    program.window.closing.connect(lambda: asked.append(None))
    program.window.actions_by_id["quit"].trigger()
    assert asked == [None]
