from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from kling_desktop.domain.motion.curve import length
from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Node, Trajectory
from kling_desktop.ui.brush.facts import Areas, percent
from kling_desktop.ui.brush.region_acts import SIX
from tests.ui.brush.worlds import a_box, draw, numbers, paint

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.brush.region_row import RegionRow
    from kling_desktop.ui.canvas.session import Session

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def row(page: BrushPage, number: int) -> RegionRow:
    found = page.regions.row(RegionId(number))
    assert found is not None
    return found


def three(session: Session) -> None:
    for number in (1, 2, 3):
        paint(session, number, a_box(session, 100 * (number - 1), 0, 100, 30))


def press(page: BrushPage, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, held or Qt.KeyboardModifier.NoModifier)


# What the list says


def test_a_row_says_everything_to_who_hears_it(page: BrushPage) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 200, 150))
    draw(page.session, 1, (0, 0), (100, 0))
    page.acts.rename(RegionId(1), "Boat")
    page.acts.lock(RegionId(1), locked=True)
    assert row(page, 1).accessibleName() == (
        "Boat, orange, rising stripes, 25 % \N{MIDDLE DOT} path 25 %, locked, chosen"
    )
    assert row(page, STATIC).accessibleName() == "Static, grey, slanted lattice, empty"


def test_a_region_that_is_chosen_before_it_exists_has_its_row(page: BrushPage) -> None:
    page.session.choose_region(RegionId(4))
    assert "new, empty, chosen" in row(page, 4).accessibleName()
    assert page.regions.row(RegionId(1)) is None
    assert not row(page, 4).eye.isEnabled()


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 100, "0 %"), (5, 0, "0 %"), (1, 10_000, "under 0.1 %"), (34, 1000, "3.4 %"),
     (120, 1000, "12 %"), (1500, 1000, "150 %")],
)  # fmt: skip
def test_shares_are_said_in_few_digits(part: float, whole: float, text: str) -> None:
    assert percent(part, whole) == text


def test_the_length_of_a_curve_is_measured_along_it() -> None:
    straight = Trajectory.through([Point(0, 0), Point(30, 40), Point(30, 50)])
    assert length(straight) == pytest.approx(60)
    arm = 100 * 0.5522847498  # a quarter of a circle
    arc = Trajectory(
        (Node(Point(100, 0), after=Point(0, arm)), Node(Point(0, 100), before=Point(arm, 0)))
    )
    assert length(arc) == pytest.approx(157.08, rel=1e-3)


def test_areas_that_are_counted_from_changes_are_those_of_the_masks(session: Session) -> None:
    areas = Areas()
    for place in range(12):
        paint(session, 1, a_box(session, place * 31, place * 20, 90, 60))
        paint(session, 2, a_box(session, place * 29, 100, 50, 50))
        for each in session.document.regions:
            assert areas.of(each) == each.mask.area


# What is done with it


def test_digits_choose_regions_and_zero_the_static_one(page: BrushPage) -> None:
    for number in (3, 6, 0, 1):
        press(page, Qt.Key(ord(str(number))))
        assert page.session.active == number


def test_alt_and_brackets_go_round(page: BrushPage) -> None:
    three(page.session)
    seen = []
    for _ in range(4):
        press(page, Qt.Key.Key_BracketRight, ALT)
        seen.append(page.session.active)
    assert seen == [2, 3, 0, 1]
    press(page, Qt.Key.Key_BracketLeft, ALT)
    assert page.session.active == STATIC


def test_arrows_go_from_row_to_row_with_the_focus(page: BrushPage) -> None:
    three(page.session)
    row(page, 1).setFocus()
    press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Down)
    assert page.session.active == 3
    assert row(page, 3).hasFocus()
    press(page, Qt.Key.Key_Up)
    assert row(page, 2).hasFocus()


def test_f2_renames_in_place_as_one_step(page: BrushPage) -> None:
    three(page.session)
    page.session.choose_region(RegionId(2))
    press(page, Qt.Key.Key_F2)
    edit = row(page, 2).findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    assert edit.hasFocus()
    QTest.keyClicks(edit, "hE 1b")  # no tool, no region
    QTest.keyClick(edit, Qt.Key.Key_Return)
    region = page.session.document.region(RegionId(2))
    assert region is not None
    assert region.name == "hE 1b"
    assert page.session.history.undoText() == "Rename region"
    assert page.canvas.hasFocus()
    page.session.history.undo()
    assert "Region 2" in row(page, 2).accessibleName()


def test_escape_leaves_the_old_name(page: BrushPage) -> None:
    three(page.session)
    before = page.session.document
    press(page, Qt.Key.Key_F2)
    edit = row(page, 1).findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    QTest.keyClicks(edit, "other")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert page.session.document is before
    assert not row(page, 1).is_renaming


def test_a_new_region_has_the_lowest_free_number_and_is_chosen(page: BrushPage) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 9, 9))
    paint(page.session, 3, a_box(page.session, 50, 0, 9, 9))
    page.regions.button("region.add").click()
    assert numbers(page.session) == [1, 3, 2]
    assert page.session.active == 2
    assert page.session.history.undoText() == "Add region"


def test_a_seventh_region_is_refused_in_a_sentence(page: BrushPage) -> None:
    for _ in range(6):
        press(page, Qt.Key.Key_N, SHIFT)
    assert len(numbers(page.session)) == 6
    assert not page.regions.button("region.add").isEnabled()
    press(page, Qt.Key.Key_N, SHIFT)
    assert page.status.words == SIX
    assert len(numbers(page.session)) == 6


def test_a_deleted_region_leaves_the_choice_to_its_neighbour(page: BrushPage) -> None:
    three(page.session)
    page.session.choose_region(RegionId(2))
    press(page, Qt.Key.Key_Delete, SHIFT)
    assert numbers(page.session) == [1, 3]
    assert page.session.active == 3
    page.session.history.undo()
    assert numbers(page.session) == [1, 2, 3]


def test_a_locked_region_is_not_deleted(page: BrushPage) -> None:
    three(page.session)
    row(page, 1).padlock.click()
    press(page, Qt.Key.Key_Delete, SHIFT)
    assert numbers(page.session) == [1, 2, 3]
    assert page.status.words == "Region 1 is locked. Unlock it first."
    assert not page.regions.button("region.remove").isEnabled()


def test_a_copy_has_the_same_path(page: BrushPage) -> None:
    draw(page.session, 1, (0, 0), (50, 0))
    press(page, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert page.session.active == 2
    one, two = page.session.document.dynamic
    assert two.trajectory == one.trajectory


def test_alt_and_arrows_change_the_order(page: BrushPage) -> None:
    three(page.session)
    press(page, Qt.Key.Key_Down, ALT)
    assert numbers(page.session) == [2, 1, 3]
    press(page, Qt.Key.Key_Up, ALT)
    assert numbers(page.session) == [1, 2, 3]
    steps = page.session.history.count()
    press(page, Qt.Key.Key_Up, ALT)
    assert page.session.history.count() == steps


@pytest.mark.parametrize(
    ("button", "field", "there", "back"),
    [
        ("eye", "is_visible", "Hide region", "Show region"),
        ("padlock", "is_locked", "Lock region", "Unlock region"),
        ("alone", "is_solo", "Show region alone", "Show all regions"),
    ],
)
def test_the_switches_of_a_row_are_steps(
    page: BrushPage, button: str, field: str, there: str, back: str
) -> None:
    three(page.session)
    before = getattr(page.session.document.dynamic[1], field)
    getattr(row(page, 2), button).click()
    assert getattr(page.session.document.dynamic[1], field) is not before
    assert page.session.history.undoText() == there
    assert getattr(row(page, 2), button).isChecked()
    getattr(row(page, 2), button).click()
    assert page.session.history.undoText() == back
    page.session.history.undo()
    assert getattr(row(page, 2), button).isChecked()


@pytest.mark.parametrize(
    ("number", "below", "order"), [(1, 3, [2, 3, 1]), (1, 2, [2, 1, 3]), (3, None, [3, 1, 2])]
)
def test_a_row_is_dragged_to_its_place(
    page: BrushPage, qtbot: QtBot, number: int, below: int | None, order: list[int]
) -> None:
    three(page.session)
    qtbot.waitUntil(lambda: row(page, 3).y() > row(page, 2).y() > row(page, 1).y())
    start = row(page, number)
    target = row(page, below) if below else row(page, 1)
    y = target.height() - 4 if below else 2
    end = start.mapFromGlobal(target.mapToGlobal(QPoint(60, y)))
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(start, left, pos=QPoint(60, start.height() // 2))
    QTest.mouseMove(start, end)
    QApplication.processEvents()
    QTest.mouseRelease(start, left, pos=end)
    assert numbers(page.session) == order
    assert page.session.history.undoText() == "Reorder regions"
    assert page.session.active == number


def test_the_static_region_stays_last(page: BrushPage) -> None:
    three(page.session)
    press(page, Qt.Key.Key_0)
    press(page, Qt.Key.Key_Up, ALT)
    assert numbers(page.session) == [1, 2, 3]
    rows = sorted((page.regions.row(RegionId(n)) for n in range(4)), key=lambda each: each.y())  # type: ignore[union-attr]
    assert rows[-1] is page.regions.row(STATIC)


def test_the_menu_of_a_row_does_what_the_keys_do(page: BrushPage, qtbot: QtBot) -> None:
    three(page.session)
    menu = page.regions._menu()
    assert isinstance(menu, QMenu)
    texts = [each.text() for each in menu.actions()]
    assert "Duplicate the region\tCtrl+D" in texts
    menu.actions()[texts.index("Duplicate the region\tCtrl+D")].trigger()
    assert numbers(page.session) == [1, 2, 3, 4]
    menu.deleteLater()


def test_tab_reaches_the_switches_of_the_chosen_row_only(page: BrushPage) -> None:
    three(page.session)
    page.session.choose_region(RegionId(2))
    for number in (1, 2, 3, 0):
        wanted = number == 2
        for each in (row(page, number).eye, row(page, number).padlock, row(page, number).alone):
            assert bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus) is wanted


def test_the_list_gives_its_room_to_the_canvas_and_remembers_it(page: BrushPage) -> None:
    wide = page.canvas.width()
    press(page, Qt.Key.Key_F9)
    QApplication.processEvents()
    assert page.regions.isHidden()
    assert page.canvas.width() > wide
    assert page.notes()["regions"] is False
    page.restore({"regions": True, "split": 7, "insists": "yes"})
    assert not page.regions.isHidden()
    assert page.notes()["insists"] is False


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_who_asks_for_a_name_on_the_canvas_has_the_keys_there_again(
    page: BrushPage, key: Qt.Key
) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 20, 20))
    page.take_keys()
    press(page, Qt.Key.Key_F2)
    press(page, key)
    assert page.window().focusWidget() is page.canvas


def test_a_region_that_is_chosen_by_its_key_comes_in_sight(page: BrushPage, qtbot: QtBot) -> None:
    page.regions.setFixedHeight(200)
    for number in range(1, 7):
        paint(page.session, number, a_box(page.session, number * 20, 0, 9, 9))
    last = page.regions.row(RegionId(6))
    assert last is not None
    qtbot.waitUntil(lambda: last.y() > page.regions.height() and last.visibleRegion().isEmpty())
    for key, number in ((Qt.Key.Key_6, 6), (Qt.Key.Key_1, 1)):
        QTest.keyClick(page.canvas, key)
        row = page.regions.row(RegionId(number))
        assert row is not None
        qtbot.waitUntil(lambda row=row: row.visibleRegion().boundingRect() == row.rect())  # type: ignore[misc]
