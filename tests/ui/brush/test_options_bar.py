from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSlider

from kling_desktop.domain.motion.tools.options import (
    Combine,
    Smart,
    Symmetry,
    ToolName,
    ToolOptions,
)
from kling_desktop.ui.brush.dial import STEPS, Scale
from kling_desktop.ui.brush.options_bar import CONCERNS

if TYPE_CHECKING:
    from kling_desktop.ui.brush.dial import Dial
    from kling_desktop.ui.brush.page import BrushPage


def parts(dial: Dial) -> tuple[QSlider, QDoubleSpinBox]:
    slider, box = dial.findChild(QSlider), dial.findChild(QDoubleSpinBox)
    assert isinstance(slider, QSlider)
    assert isinstance(box, QDoubleSpinBox)
    return slider, box


@pytest.mark.parametrize("tool", ToolName, ids=lambda each: each.value)
def test_only_options_that_concern_the_tool_are_in_sight(page: BrushPage, tool: ToolName) -> None:
    page.session.choose_tool(tool)
    assert page.options.shown() == set(CONCERNS[tool])


@pytest.mark.parametrize("width", [520, 700, 1000])
def test_the_picture_stays_where_it_is_whatever_tool_is_taken(page: BrushPage, width: int) -> None:
    page.resize(width, 700)
    page.show()
    places = set()
    for tool in ToolName:
        page.session.choose_tool(tool)
        QApplication.processEvents()
        places.add(page.canvas.mapTo(page, QPoint()).toTuple())
    assert len(places) == 1


def test_every_option_belongs_to_a_tool() -> None:
    assert len({name for names in CONCERNS.values() for name in names}) == 11


def test_the_slider_of_the_size_is_logarithmic(page: BrushPage) -> None:
    slider, _ = parts(page.options.size_dial)
    slider.setValue(0)
    assert page.session.options.brush.diameter == 1
    slider.setValue(STEPS // 2)
    assert page.session.options.brush.diameter == pytest.approx(4000**0.5, abs=1)
    slider.setValue(STEPS)
    assert page.session.options.brush.diameter == 4000


def test_a_size_that_is_typed_moves_the_slider(page: BrushPage) -> None:
    slider, box = parts(page.options.size_dial)
    box.setValue(63)
    assert page.session.options.brush.diameter == 63
    assert slider.value() == round(Scale(1, 4000, is_logarithmic=True).part(63) * STEPS)


@pytest.mark.parametrize("scale", [Scale(1, 4000, is_logarithmic=True), Scale(0, 255)])
def test_place_and_value_of_a_dial_fit_together(scale: Scale) -> None:
    for part in (0.0, 0.1, 0.5, 0.99, 1.0):
        assert scale.part(scale.at(part)) == pytest.approx(part)
    assert scale.part(scale.high * 9) == 1


def test_what_is_chosen_reaches_the_session(page: BrushPage) -> None:
    bar, session = page.options, page.session
    parts(bar.hardness)[1].setValue(40)
    parts(bar.laziness)[1].setValue(12)
    parts(bar.tolerance)[1].setValue(99)
    parts(bar.smoothing)[1].setValue(3)
    bar.pressure.button.click()
    bar.contiguous.button.click()
    bar.snap.button.click()
    bar.symmetry.button("both").click()
    bar.combine.button("subtract").click()
    options = session.options
    assert (options.brush.hardness, options.brush.laziness) == (0.4, 12)
    assert (options.tolerance, options.smoothing) == (99, 3)
    assert not options.brush.presses_to_size
    assert not options.is_contiguous
    assert options.snaps_angle
    assert options.symmetry is Symmetry.BOTH
    assert options.combine is Combine.SUBTRACT


def test_what_is_set_elsewhere_is_shown_and_not_set_again(page: BrushPage) -> None:
    heard: list[ToolOptions] = []
    page.session.options_changed.connect(heard.append)
    wanted = ToolOptions(combine=Combine.REPLACE, tolerance=7)
    page.session.set_options(wanted)
    assert heard == [wanted]
    assert page.options.combine.value() == "replace"
    assert page.options.tolerance.value() == 7


@pytest.mark.parametrize(
    ("key", "diameter"), [(Qt.Key.Key_BracketRight, 74), (Qt.Key.Key_BracketLeft, 54)]
)
def test_brackets_change_the_size(page: BrushPage, key: Qt.Key, diameter: float) -> None:
    QTest.keyClick(page.canvas, key)
    assert page.session.options.brush.diameter == diameter


def test_a_brush_of_one_pixel_still_grows_and_never_vanishes(page: BrushPage) -> None:
    for _ in range(60):
        QTest.keyClick(page.canvas, Qt.Key.Key_BracketLeft)
    assert page.session.options.brush.diameter == 1
    QTest.keyClick(page.canvas, Qt.Key.Key_BracketRight)
    assert page.session.options.brush.diameter == 2


def test_shift_and_a_bracket_change_the_hardness_on_any_keyboard(page: BrushPage) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(page.canvas, Qt.Key.Key_BraceLeft, shift)  # where it needs Shift
    assert page.session.options.brush.hardness == 0.9
    QTest.keyClick(page.canvas, Qt.Key.Key_BracketLeft, shift)
    assert page.session.options.brush.hardness == 0.8
    QTest.keyClick(page.canvas, Qt.Key.Key_D)
    assert page.session.options.brush == ToolOptions().brush


def test_a_number_that_is_typed_is_no_region(page: BrushPage) -> None:
    _, box = parts(page.options.size_dial)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "35")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert page.session.active == 1
    assert page.session.options.brush.diameter == 35


@pytest.mark.parametrize("width", [420, 560, 700, 1200])
@pytest.mark.parametrize("tool", ToolName, ids=lambda each: each.value)
def test_the_bar_breaks_its_line_and_cuts_nothing_off(
    page: BrushPage, tool: ToolName, width: int
) -> None:
    page.session.choose_tool(tool)
    page.resize(width, 600)
    bar = page.options
    seen = [each for each in bar.children() if each.isWidgetType() and not each.isHidden()]  # type: ignore[attr-defined]
    places = [each.geometry() for each in seen]  # type: ignore[attr-defined]
    assert all(bar.rect().contains(each) for each in places)
    assert not any(a.intersects(b) for a in places for b in places if a is not b)


def test_smart_select_scribbles_if_that_is_chosen(page: BrushPage) -> None:
    page.session.choose_tool(ToolName.SMART)
    page.options.draws.button(Smart.SCRIBBLE.value).click()
    assert page.session.options.smart is Smart.SCRIBBLE
    page.session.set_options(ToolOptions())
    assert page.options.draws.value() == Smart.BOX.value


def test_a_key_that_no_number_has_does_what_it_does_elsewhere(page: BrushPage) -> None:
    _, box = parts(page.options.size_dial)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert page.runner.is_busy  # "Pin everything else"
    QTest.keyClick(box, Qt.Key.Key_L)
    assert page.session.tool is ToolName.LASSO
    assert page.canvas.hasFocus()


def test_a_unit_may_be_typed_behind_a_number(page: BrushPage) -> None:
    _, box = parts(page.options.size_dial)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "63 px")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert page.session.options.brush.diameter == 63
    assert page.session.tool is ToolName.BRUSH


@pytest.mark.parametrize(
    ("key", "size"), [(Qt.Key.Key_Return, 63), (Qt.Key.Key_Enter, 63), (Qt.Key.Key_Escape, 64)]
)
def test_a_number_gives_the_keys_back_once_it_is_typed(
    page: BrushPage, key: Qt.Key, size: float
) -> None:
    _, box = parts(page.options.size_dial)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "63")
    QTest.keyClick(box, key)
    assert page.canvas.hasFocus()
    assert page.session.options.brush.diameter == box.value() == size
    assert box.text() == f"{size} px"


def test_a_click_on_an_option_leaves_the_keys_to_the_canvas(page: BrushPage) -> None:
    button = page.options.symmetry.button(Symmetry.BOTH.value)
    page.setFocus(Qt.FocusReason.MouseFocusReason)  # as Qt does for a click that no child wants
    button.click()
    assert page.canvas.hasFocus()
