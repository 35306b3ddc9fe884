from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kling_desktop.ui.slider import DirectSlider

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def slider(qtbot: QtBot, dressed: QApplication) -> DirectSlider:
    made = DirectSlider("Position")
    qtbot.addWidget(made)
    made.setMaximum(1000)
    made.resize(414, 24)
    made.show()
    return made


def at(x: int) -> QPoint:
    return QPoint(x, 12)


@pytest.mark.parametrize(("x", "value"), [(0, 0), (7, 0), (207, 500), (307, 750), (413, 1000)])
def test_a_press_goes_to_the_pointer(slider: DirectSlider, x: int, value: int) -> None:
    QTest.mouseClick(slider, LEFT, pos=at(x))
    assert slider.value() == pytest.approx(value, abs=3)


def test_the_handle_follows_until_it_is_let_go(slider: DirectSlider) -> None:
    told: list[int] = []
    slider.actionTriggered.connect(lambda _: told.append(slider.sliderPosition()))
    QTest.mousePress(slider, LEFT, pos=at(307))
    assert slider.isSliderDown()
    QTest.mouseMove(slider, at(107))
    assert slider.value() == told[-1] == pytest.approx(250, abs=3)
    QTest.mouseRelease(slider, LEFT, pos=at(107))
    assert not slider.isSliderDown()
    QTest.mouseMove(slider, at(407))
    assert slider.value() == pytest.approx(250, abs=3)


def test_another_button_moves_nothing(slider: DirectSlider) -> None:
    QTest.mouseClick(slider, RIGHT, pos=at(307))
    assert slider.value() == 0


def test_the_keys_go_in_steps_as_ever(slider: DirectSlider) -> None:
    slider.setSingleStep(100)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 100
