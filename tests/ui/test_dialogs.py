from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel

from kling_desktop import __version__
from kling_desktop.ui import dialogs
from kling_desktop.ui.keys_table import KeyTable
from kling_desktop.ui.shortcuts import show_keys
from tests.ui.layouts import cut_off

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine


def show_shortcuts(parent: QWidget) -> QDialog:
    return show_keys(parent, KeyTable())


EVERY = [dialogs.show_about, show_shortcuts]
every_dialog = pytest.mark.parametrize("opens", EVERY, ids=lambda each: each.__name__)


def sweep() -> None:
    """Let Qt delete what was left for later."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@every_dialog
def test_a_dialog_opens_and_lets_the_program_go_on(
    window: MainWindow, qtbot: QtBot, opens: Callable[[QWidget], QDialog]
) -> None:
    window.show()
    dialog = opens(window)
    assert dialog.isVisible()
    assert dialog.windowTitle()
    assert dialog.parent() is window
    dialog.reject()


@every_dialog
def test_a_dialog_that_is_closed_deletes_itself(
    window: MainWindow, qtbot: QtBot, opens: Callable[[QWidget], QDialog]
) -> None:
    window.show()
    dialog = opens(window)
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    box.button(QDialogButtonBox.StandardButton.Close).click()
    sweep()
    assert not shiboken6.isValid(dialog)
    assert window.findChildren(QDialog) == []


@every_dialog
def test_escape_closes_a_dialog(
    window: MainWindow, qtbot: QtBot, opens: Callable[[QWidget], QDialog]
) -> None:
    window.show()
    dialog = opens(window)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    sweep()
    assert not shiboken6.isValid(dialog)


@every_dialog
def test_nothing_in_a_dialog_is_cut_off(
    window: MainWindow, qtbot: QtBot, opens: Callable[[QWidget], QDialog]
) -> None:
    window.show()
    dialog = opens(window)
    assert cut_off(dialog) == []
    dialog.reject()


@every_dialog
def test_close_has_no_icon_that_a_scheme_could_make_invisible(
    window: MainWindow, opens: Callable[[QWidget], QDialog]
) -> None:
    window.show()
    dialog = opens(window)
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    assert box.button(QDialogButtonBox.StandardButton.Close).icon().isNull()
    dialog.reject()


def texts(dialog: QDialog) -> list[str]:
    return [each.text() for each in dialog.findChildren(QLabel)]


def test_the_version_can_be_read(window: MainWindow) -> None:
    dialog = dialogs.show_about(window)
    assert any(__version__ in each for each in texts(dialog))
    dialog.reject()


@pytest.mark.parametrize("name", ["about", "keys"])
async def test_the_menu_opens_one(studio: Studio, window: MainWindow, name: str) -> None:
    window.show()
    window.actions_by_id[name].trigger()
    (dialog,) = window.findChildren(QDialog)
    assert dialog.isVisible()
    dialog.reject()


async def test_a_file_can_be_chosen_in_a_dialog_that_does_not_block(
    studio: Studio, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    window.show()
    window.actions_by_id["open"].trigger()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "a.png"))
    dialog.reject()
    sweep()
    assert not shiboken6.isValid(dialog)
    await studio.tasks.aclose()
