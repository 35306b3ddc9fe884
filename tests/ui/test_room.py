"""No window begins larger than its screen, where its buttons could not be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_with_room_enough_a_window_is_as_large_as_is_good_for_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    fit(window, (1280, 800), smallest=(1024, 700), room=QSize(1912, 1044))
    assert window.size() == QSize(1280, 800)
    assert window.minimumSize() == QSize(1024, 700)


def test_a_small_screen_is_never_left_not_even_by_the_smallest_size(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    fit(window, (1280, 800), smallest=(1024, 700), room=QSize(952, 564))
    assert window.size() == window.minimumSize() == QSize(952, 564)


def test_without_a_smallest_size_the_parts_of_a_window_have_the_word(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    fit(window, (820, 680), room=QSize(952, 564))
    assert window.size() == QSize(820, 564)
    assert window.minimumSize() == QSize(0, 0)
