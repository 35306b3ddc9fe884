from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.trajectory import Join, Node, Trajectory
from kling_desktop.ui.brush.box_dialog import OUTSIDE, BoxDialog
from kling_desktop.ui.brush.path_dialog import ONE_POINT, PathDialog
from kling_desktop.ui.brush.region_acts import NO_WAY
from tests.ui.brush.worlds import a_box, draw, numbers, paint
from tests.ui.layouts import cut_off

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from kling_desktop.ui.brush.page import BrushPage

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def box_dialog(page: BrushPage) -> BoxDialog:
    QTest.keyClick(page.canvas, Qt.Key.Key_R, SHIFT)
    (found,) = page.findChildren(BoxDialog)
    return found


def path_dialog(page: BrushPage) -> PathDialog:
    QTest.keyClick(page.canvas, Qt.Key.Key_T, SHIFT)
    (found,) = page.findChildren(PathDialog)
    return found


def give(dialog: BoxDialog, *values: float) -> None:
    for field, value in zip(dialog.fields, values, strict=True):
        field.setValue(value)


def agree(dialog: QDialog) -> None:
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    box.button(QDialogButtonBox.StandardButton.Ok).click()


def typed(dialog: PathDialog, row: int, column: int, text: str) -> None:
    item = dialog.table.item(row, column)
    assert item is not None
    item.setText(text)


def places(dialog: PathDialog) -> list[tuple[float, float]]:
    return [(each.point.x, each.point.y) for each in dialog.nodes]


# Boxes


def test_a_region_is_made_by_keys_alone(page: BrushPage) -> None:
    dialog = box_dialog(page)
    for field, value in zip(dialog.fields, ("40", "30", "100", "60"), strict=True):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, value)
    QTest.keyClick(dialog.fields[3], Qt.Key.Key_Return)
    region = page.session.document.region(RegionId(1))
    assert region is not None
    assert region.mask.bounds == Rect(40, 30, 140, 90)
    assert region.mask.area == 6000
    assert page.session.history.undoText() == "Add box"
    assert page.session.history.count() == 1


def test_a_box_may_be_said_in_percent(page: BrushPage) -> None:
    dialog = box_dialog(page)
    give(dialog, 100, 75, 200, 150)
    dialog.unit.set_value("%")
    assert [each.value() for each in dialog.fields] == [25, 25, 50, 50]
    give(dialog, 0, 50, 10, 50)
    assert dialog.pixels().bounds == Rect(0, 150, 40, 300)
    dialog.unit.set_value("px")
    assert [each.value() for each in dialog.fields] == [0, 150, 40, 150]
    dialog.reject()


def test_an_ellipse_touches_the_sides_of_its_box(page: BrushPage) -> None:
    dialog = box_dialog(page)
    give(dialog, 100, 100, 80, 40)
    dialog.shape.set_value("ellipse")
    mask = dialog.pixels()
    assert mask.bounds == Rect(100, 100, 180, 140)
    assert mask.area == pytest.approx(3.14159 * 40 * 20, rel=0.02)
    dialog.reject()


def test_a_box_goes_into_a_new_region_or_into_the_chosen_one(page: BrushPage) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 10, 10))
    dialog = box_dialog(page)
    give(dialog, 50, 50, 10, 10)
    agree(dialog)
    assert numbers(page.session) == [1, 2]
    assert page.session.active == 2
    page.session.choose_region(RegionId(1))
    page.findChildren(BoxDialog)[0].deleteLater()
    page.ask_for_box()
    second = page.findChildren(BoxDialog)[-1]
    give(second, 100, 100, 10, 10)
    second.target.set_value("same")
    agree(second)
    assert [each.mask.area for each in page.session.document.dynamic] == [200, 100]


def test_a_seventh_region_is_not_offered(page: BrushPage) -> None:
    for _ in range(6):
        page.acts.add()
    dialog = box_dialog(page)
    assert dialog.target.value() == "same"
    assert not dialog.target.isEnabled()
    dialog.reject()


def test_a_box_without_a_pixel_is_refused(page: BrushPage) -> None:
    dialog = box_dialog(page)
    give(dialog, 400, 300, 10, 10)
    agree(dialog)
    assert dialog.isVisible()
    assert OUTSIDE in [each.text() for each in dialog.findChildren(type(dialog._problem))]
    dialog.reject()
    assert page.session.history.count() == 0


# Paths


def test_a_path_is_made_by_keys_alone(page: BrushPage) -> None:
    paint(page.session, 1, a_box(page.session, 100, 100, 20, 20))
    dialog = path_dialog(page)
    QTest.keyClick(dialog.table, Qt.Key.Key_Insert)
    assert places(dialog) == [(110, 110)]
    QTest.keyClick(dialog.table, Qt.Key.Key_Insert)
    QTest.keyClick(dialog.table, Qt.Key.Key_Right, ALT)
    QTest.keyClick(dialog.table, Qt.Key.Key_Up, ALT | SHIFT)
    assert places(dialog) == [(110, 110), (151, 100)]
    agree(dialog)
    region = page.session.document.region(RegionId(1))
    assert region is not None
    assert [tuple(each.point) for each in region.trajectory.nodes] == [(110, 110), (151, 100)]
    assert page.session.history.undoText() == "Change path"
    assert page.session.history.count() == 2


def test_numbers_are_typed_into_the_table(page: BrushPage) -> None:
    draw(page.session, 1, (0, 0), (100, 0))
    dialog = path_dialog(page)
    typed(dialog, 1, 0, "-12,5")
    typed(dialog, 0, 1, " 7 ")
    assert places(dialog) == [(0, 7), (-12.5, 0)]
    item = dialog.table.item(1, 0)
    assert item is not None
    assert item.text() == "-12.5"
    dialog.reject()


@pytest.mark.parametrize("text", ["", "left", "nan", "inf", "1e9", "1 2"])
def test_what_is_no_place_is_not_taken(page: BrushPage, text: str) -> None:
    draw(page.session, 1, (0, 0), (100, 0))
    dialog = path_dialog(page)
    typed(dialog, 1, 0, text)
    item = dialog.table.item(1, 0)
    assert item is not None
    assert item.text() == "100"
    assert places(dialog) == [(0, 0), (100, 0)]
    dialog.reject()


def test_points_are_added_between_moved_and_deleted(page: BrushPage) -> None:
    draw(page.session, 1, (0, 0), (100, 0))
    dialog = path_dialog(page)
    dialog.parts["Add"].click()
    assert places(dialog) == [(0, 0), (50, 0), (100, 0)]
    dialog.parts["Later"].click()
    assert places(dialog) == [(0, 0), (100, 0), (50, 0)]
    dialog.parts["Add"].click()
    assert places(dialog)[-1] == (0, 0)
    dialog.parts["Earlier"].click()
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert places(dialog) == [(0, 0), (100, 0), (50, 0)]
    dialog.reject()


def test_handles_stay_with_their_points(page: BrushPage) -> None:
    node = Node(Point(5, 5), Point(-3, 0), Point(3, 0), Join.SMOOTH)
    page.acts.give_path(RegionId(1), Trajectory((node, Node(Point(50, 5)))))
    dialog = path_dialog(page)
    typed(dialog, 0, 0, "9")
    agree(dialog)
    region = page.session.document.region(RegionId(1))
    assert region is not None
    assert region.trajectory.nodes[0] == Node(Point(9, 5), Point(-3, 0), Point(3, 0), Join.SMOOTH)


def test_a_path_that_was_not_changed_is_no_step(page: BrushPage) -> None:
    draw(page.session, 1, (0, 0), (100, 0))
    agree(path_dialog(page))
    assert page.session.history.count() == 1


def test_a_path_of_one_point_is_refused(page: BrushPage) -> None:
    dialog = path_dialog(page)
    dialog.parts["Add"].click()
    agree(dialog)
    assert dialog.isVisible()
    assert dialog._problem.text() == ONE_POINT
    dialog.reject()


def test_the_static_region_has_no_path_to_edit(page: BrushPage) -> None:
    page.session.choose_region(STATIC)
    page.ask_for_path()
    assert page.findChildren(PathDialog) == []
    assert page.status.words == NO_WAY


@pytest.mark.parametrize("ask", ["ask_for_box", "ask_for_path"])
def test_nothing_in_the_dialogs_is_cut_off(page: BrushPage, ask: str) -> None:
    page.acts.rename(RegionId(1), "A rather long name for a region")
    getattr(page, ask)()
    (dialog,) = page.findChildren(BoxDialog) + page.findChildren(PathDialog)
    assert dialog.isVisible()
    assert cut_off(dialog) == []
    dialog.reject()
