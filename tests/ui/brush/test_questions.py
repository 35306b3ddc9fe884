"""Operations that ask for numbers: seen while they change, remembered, one step or no trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kling_desktop.domain.motion import curve, helpers
from kling_desktop.domain.motion.document import DYNAMIC
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.helpers import Helper, HelperOptions
from kling_desktop.ui.brush.asked import questions
from kling_desktop.ui.brush.numbers_dialog import NumbersDialog
from kling_desktop.ui.brush.questions import EMPTY
from tests.ui.brush.test_easel import canvas, page, table  # noqa: F401 - fixtures
from tests.ui.brush.worlds import a_box, draw, paint
from tests.ui.layouts import cut_off

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.brush.page import BrushPage

# ruff: noqa: F811 - fixtures of another file

READY_MADE = {f"path.{each.value.replace(' ', '-')}": each for each in Helper}
ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)


def seen(page: BrushPage) -> MotionDocument:
    """The version that the canvas shows."""
    found: MotionDocument = page.canvas._shown()  # type: ignore[attr-defined]
    return found


def area(page: BrushPage) -> int:
    return seen(page).dynamic[0].mask.area


def dialog_of(page: BrushPage, name: str) -> NumbersDialog:
    page.operate(name)
    return the_dialog(page)


def the_dialog(page: BrushPage) -> NumbersDialog:
    found = [each for each in page.findChildren(NumbersDialog) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def duplicating(page: BrushPage) -> NumbersDialog:
    QTest.keyClick(page.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    return the_dialog(page)


@pytest.fixture
def boxed(page: BrushPage) -> BrushPage:
    paint(page.session, 1, a_box(page.session, 100, 100, 80, 60))
    page.take_keys()
    return page


def test_growing_is_seen_on_the_canvas_and_made_by_enter_with_the_keyboard_alone(
    boxed: BrushPage, qtbot: QtBot
) -> None:
    session, before = boxed.session, boxed.session.document
    QTest.keyClick(boxed.canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    dialog = the_dialog(boxed)
    assert dialog.numbers() == {"pixels": 1}
    assert dialog.focusWidget() is dialog.rows["pixels"].box
    qtbot.waitUntil(lambda: area(boxed) > 80 * 60)
    some = area(boxed)
    QTest.keyClicks(dialog.rows["pixels"].box, "8")  # its number is selected
    qtbot.waitUntil(lambda: area(boxed) > some + 1000)
    assert session.document is before
    assert session.history.count() == 1
    wanted = seen(boxed)
    QTest.keyClick(dialog.rows["pixels"].box, Qt.Key.Key_Return)
    assert session.document is wanted
    assert session.history.count() == 2
    assert session.history.undoText() == "Grow"
    session.history.undo()
    assert session.document is before
    assert seen(boxed) is before
    assert boxed.window().focusWidget() is boxed.canvas


@pytest.mark.parametrize("name", ["mask.grow", "mask.shrink", "mask.smooth", "path.wave"])
def test_escape_leaves_no_trace(boxed: BrushPage, qtbot: QtBot, name: str) -> None:
    session, before = boxed.session, boxed.session.document
    pixels = boxed.canvas.grab().toImage()
    dialog = dialog_of(boxed, name)
    first = next(iter(dialog.rows.values()))
    first.box.setValue(first.box.value() + 9)
    qtbot.waitUntil(lambda: seen(boxed) is not before)
    assert boxed.canvas.grab().toImage() != pixels
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert seen(boxed) is before
    assert session.document is before
    assert session.history.count() == 1
    assert boxed.questions.notes() == {}
    assert boxed.canvas.grab().toImage() == pixels


def test_shrinking_and_smoothing_take_pixels_as_well(boxed: BrushPage, qtbot: QtBot) -> None:
    for name, label in (("mask.shrink", "Shrink"), ("mask.smooth", "Smooth")):
        before = area(boxed)
        dialog = dialog_of(boxed, name)
        dialog.rows["pixels"].box.setValue(6)
        dialog.accept()
        qtbot.waitUntil(lambda: not boxed.runner.is_busy)
        assert area(boxed) < before
        assert boxed.session.history.undoText() == label


@pytest.mark.parametrize("name", READY_MADE)
def test_every_ready_made_path_asks_for_its_numbers_and_becomes_it(
    boxed: BrushPage, qtbot: QtBot, name: str
) -> None:
    helper = READY_MADE[name]
    dialog = dialog_of(boxed, name)
    assert tuple(dialog.rows) == helpers.USES[helper]
    assert cut_off(dialog) == []
    usual = HelperOptions(**dialog.numbers())  # type: ignore[arg-type]
    assert usual == HelperOptions()
    for row in dialog.rows.values():
        row.box.setValue(row.box.value() + 3)
    options = HelperOptions(**dialog.numbers())  # type: ignore[arg-type]
    wanted = helpers.expanded(helper, Point(140, 130), boxed.session.document.size, options)
    qtbot.waitUntil(lambda: seen(boxed).dynamic[0].trajectory == wanted)
    dialog.accept()
    assert boxed.session.document.dynamic[0].trajectory == wanted
    assert boxed.session.history.undoText() == helper.value.capitalize()
    assert boxed.session.history.count() == 2


def test_every_number_may_go_to_its_limits(boxed: BrushPage) -> None:
    document = boxed.session.document
    for question in questions().values():
        for field in question.fields(document, DYNAMIC[0]):
            others = {each.id: each.usual for each in question.fields(document, DYNAMIC[0])}
            for value in (field.low, field.usual, field.high):
                edit = question.operation({**others, field.id: value})(document, DYNAMIC[0])
                assert curve.is_sound(edit.document.dynamic[0].trajectory)


def test_numbers_are_remembered_here_and_in_the_next_window(
    boxed: BrushPage, page: BrushPage
) -> None:
    dialog = dialog_of(boxed, "path.arc")
    dialog.rows["sweep"].box.setValue(-120)
    dialog.rows["distance"].box.setValue(33.5)
    dialog.accept()
    again = dialog_of(boxed, "path.arc")
    assert again.numbers() == {"direction": 0, "distance": 33.5, "sweep": -120}
    again.reset.click()
    assert again.numbers() == {"direction": 0, "distance": 20, "sweep": 90}
    again.reject()
    notes = json.loads(json.dumps(page.notes()))
    boxed.questions.restore({})
    boxed.restore(notes)
    dialog = dialog_of(boxed, "path.arc")
    assert dialog.numbers()["sweep"] == -120
    dialog.reject()


@pytest.mark.parametrize(
    "odd", [None, 3, {"path.arc": 3}, {"path.arc": {"sweep": "x", "distance": 1e9}},
            {"path.arc": {"sweep": float("nan")}}]
)  # fmt: skip
def test_odd_notes_are_passed_over(boxed: BrushPage, odd: object) -> None:
    boxed.questions.restore(odd)
    dialog = dialog_of(boxed, "path.arc")
    assert dialog.numbers()["sweep"] == 90
    assert 0.5 <= dialog.numbers()["distance"] <= 200
    dialog.reject()


def test_the_slider_and_the_number_say_the_same(boxed: BrushPage) -> None:
    row = dialog_of(boxed, "path.pan").rows["distance"]
    row.slider.setValue(row.slider.maximum())
    assert row.box.value() == 200
    row.box.setValue(0.5)
    assert row.slider.value() == 0
    assert row.slider.accessibleName() == "Distance, slider"
    assert row.box.accessibleName() == "Distance"


def test_what_has_no_pixels_is_not_asked_about(page: BrushPage) -> None:
    page.operate("mask.grow")
    assert page.findChildren(NumbersDialog) == []
    assert page.status._words.toolTip() == EMPTY.format("Region 1")


def test_a_duplicate_lies_beside_the_region_with_its_mask_and_its_path(
    boxed: BrushPage, qtbot: QtBot
) -> None:
    session = boxed.session
    draw(session, 1, (140, 130), (150, 90))
    before = session.document
    QTest.keyClick(boxed.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    dialog = the_dialog(boxed)
    assert dialog.numbers() == {"x": 83, "y": 0}
    qtbot.waitUntil(lambda: len(seen(boxed).dynamic) == 2)
    QTest.keyClick(dialog.rows["x"].box, Qt.Key.Key_Up)
    dialog.rows["y"].box.setValue(20)
    qtbot.waitUntil(lambda: seen(boxed).dynamic[-1].mask.bounds == Rect(184, 120, 264, 180))
    assert session.document is before
    QTest.keyClick(dialog.rows["x"].box, Qt.Key.Key_Return)
    one, copy = session.document.dynamic
    assert one is before.dynamic[0]
    assert (copy.title, copy.mask.area) == ("Region 1 copy", 80 * 60)
    assert [each.point for each in copy.trajectory.nodes] == [Point(224, 150), Point(234, 110)]
    assert session.active == copy.id
    assert session.history.undoText() == "Duplicate region"
    session.history.undo()
    assert session.document is before


def test_a_duplicate_takes_pixels_from_nobody(boxed: BrushPage, qtbot: QtBot) -> None:
    session = boxed.session
    paint(session, 2, a_box(session, 200, 0, 200, 300))
    session.choose_region(DYNAMIC[0])
    dialog = duplicating(boxed)
    dialog.rows["x"].box.setValue(90)
    dialog.rows["y"].box.setValue(0)
    dialog.accept()
    qtbot.waitUntil(lambda: len(session.document.dynamic) == 3)
    one, other, copy = session.document.dynamic
    assert (one.mask.area, other.mask.area) == (80 * 60, 200 * 300)
    assert copy.mask.area == 10 * 60


def test_a_region_without_pixels_is_duplicated_without_a_question(page: BrushPage) -> None:
    draw(page.session, 1, (10, 10), (50, 50))
    page.take_keys()
    QTest.keyClick(page.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert page.findChildren(NumbersDialog) == []
    one, copy = page.session.document.dynamic
    assert one.trajectory == copy.trajectory
    assert page.session.active == copy.id


def test_ok_before_anything_is_worked_out_does_it_even_so(boxed: BrushPage, qtbot: QtBot) -> None:
    dialog = dialog_of(boxed, "mask.grow")
    (ok,) = [each for each in dialog.findChildren(QPushButton) if "OK" in each.text()]
    ok.click()
    qtbot.waitUntil(lambda: boxed.session.history.count() == 2)
    assert area(boxed) > 80 * 60
    assert not canvas_shows_something_else(boxed)


def canvas_shows_something_else(page: BrushPage) -> bool:
    return seen(page) is not page.session.document
