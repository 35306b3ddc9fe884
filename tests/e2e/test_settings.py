"""``settings set`` beside an open window: it counts there at once, on the page too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from kling_desktop.ui import theme
from kling_desktop.ui.settings.editors import TextEditor
from tests.helpers.programs import running_program, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


@pytest.fixture
def painted(qapp: QApplication) -> Iterator[QApplication]:
    """The colours are those of the whole process."""
    yield qapp
    theme.apply(qapp, theme.Scheme.LIGHT)


async def put(kling: Kling, key: str, value: str) -> str:
    """What the command says that sets an item."""
    done = await asyncio.to_thread(kling.run, "settings", "set", key, value)
    assert done.returncode == 0, done.stderr
    return done.stderr


async def test_an_open_window_takes_what_a_command_sets(
    painted: QApplication, kling: Kling
) -> None:
    async with running_program(painted) as program:
        told = await put(kling, "appearance.theme", "dark")
        assert told.strip() == "A window that is open takes it at once."
        await until(lambda: theme.tokens() is theme.DARK)
        assert program.window.actions_by_id["dark"].isChecked()
        await put(kling, "files.clips", str(kling.home / "other"))
        await until(lambda: program.studio.clips == kling.home / "other")


async def test_the_page_shows_it_and_keeps_what_is_being_typed(
    painted: QApplication, kling: Kling
) -> None:
    async with running_program(painted) as program:
        program.settings.open()
        await until(lambda: program.settings.dialog is not None)
        page = program.settings.dialog
        assert page is not None
        proxy = page.rows["network.proxy"].editor
        assert isinstance(proxy, TextEditor)
        proxy.edit.selectAll()
        QTest.keyClicks(proxy.edit, "http://half")
        await put(kling, "appearance.theme", "dark")
        await put(kling, "network.proxy", "direct")
        await put(kling, "budget.day", "5")
        await put(kling, "jobs.limit", "2")
        rows = page.rows
        await until(lambda: rows["jobs.limit"].value == 2 and rows["budget.day"].value == 5)
        await until(lambda: rows["network.proxy"].value == "direct")
        assert rows["appearance.theme"].value == "dark"
        assert proxy.text == "http://half"
        page.reject()
        assert proxy.text == "direct", "Escape takes back what was typed"
        page.leave()
