from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import STATIC, MotionDocument, RegionId
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Ease
from kling_desktop.ui import theme
from kling_desktop.ui.brush.operations import BUILT_IN, ENTRIES, PIN, WRITTEN
from kling_desktop.ui.brush.runner import FAILED
from tests.ui.brush.worlds import a_box, draw, paint

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.brush.menus import RegionMenu
    from kling_desktop.ui.brush.page import BrushPage
    from tests.helpers.guards import LogGuard


def fill_all(document: MotionDocument, region: RegionId) -> Edit:
    return Edit("Fill", edits.give_mask(document, region, Mask.full(document.size)))


def open_menu(menu: RegionMenu) -> None:
    """As a press would, without a menu on the screen."""
    found = menu.menu()
    assert isinstance(found, QMenu)
    found.aboutToShow.emit()


def done(page: BrushPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.runner.is_busy)


def test_ids_are_unique_and_every_built_in_operation_has_its_place() -> None:
    assert len(WRITTEN) == len(ENTRIES)
    assert set(BUILT_IN) - {PIN} <= set(WRITTEN)


@pytest.mark.parametrize("scheme", theme.Scheme)
def test_its_buttons_show_that_they_open_a_menu(
    page: BrushPage, dressed: QApplication, scheme: theme.Scheme
) -> None:
    theme.apply(dressed, scheme)
    for button in (page.mask_menu, page.path_menu):
        seen = button.grab().toImage()
        middle = range(seen.height() // 2 - 6, seen.height() // 2 + 6)
        right = range(seen.width() - 18, seen.width() - 6)
        assert len({seen.pixel(x, y) for x in right for y in middle}) > 1


def test_only_what_is_wired_is_listed(page: BrushPage) -> None:
    assert "mask.fill" not in page.mask_menu.entries
    page.wire({"mask.fill": fill_all, "mask.copy.2": fill_all})
    assert {"mask.fill", "mask.copy.2", "mask.clear"} <= set(page.mask_menu.entries)
    assert "mask.copy.3" not in page.mask_menu.entries
    listed = {*page.mask_menu.entries, *page.path_menu.entries}
    assert listed == set(BUILT_IN) - {PIN} | {
        "mask.fill", "mask.copy.2", "mask.file", "region.box", "path.numbers"
    }  # fmt: skip


def test_an_operation_of_the_menu_is_one_step(page: BrushPage, qtbot: QtBot) -> None:
    page.wire({"mask.fill": fill_all})
    page.mask_menu.entries["mask.fill"].trigger()
    done(page, qtbot)
    region = page.session.document.region(RegionId(1))
    assert region is not None
    assert region.mask.area == 400 * 300
    assert page.session.history.undoText() == "Fill"
    assert page.session.history.count() == 1


def test_an_operation_that_finds_nothing_to_do_says_so(page: BrushPage, qtbot: QtBot) -> None:
    page.wire({"mask.fill": lambda document, _: Edit("Fill", document)})
    page.operate("mask.fill")
    done(page, qtbot)
    assert page.status.words == "Fill: there is nothing to change."
    assert page.session.history.count() == 0


def test_what_an_operation_has_to_say_stays_when_it_changed_something(
    page: BrushPage, qtbot: QtBot
) -> None:
    page.wire({"mask.fill": lambda *given: replace(fill_all(*given), note="Only half of it.")})
    page.operate("mask.fill")
    done(page, qtbot)
    assert page.session.history.count() == 1
    assert page.status.words == "Only half of it."


def test_operations_are_run_elsewhere(page: BrushPage, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []

    def note(document: MotionDocument, _: RegionId) -> Edit:
        threads.append(threading.current_thread())
        return Edit("Nothing", document)

    page.wire({"mask.fill": note})
    page.operate("mask.fill")
    assert page.runner.is_busy
    done(page, qtbot)
    assert threads != [threading.main_thread()]
    assert page.session.history.count() == 0


def test_what_is_painted_meanwhile_stays(page: BrushPage, qtbot: QtBot) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def grow(document: MotionDocument, region: RegionId) -> Edit:
        begun.set()
        assert may_end.wait(20)
        return fill_all(document, region)

    page.wire({"mask.grow": grow})
    page.operate("mask.grow")
    assert begun.wait(20)
    paint(page.session, 2, a_box(page.session, 0, 0, 10, 10))
    page.acts.lock(RegionId(2), locked=True)
    may_end.set()
    done(page, qtbot)
    two = page.session.document.region(RegionId(2))
    assert two is not None
    assert two.mask.area == 100
    assert page.session.history.undoText() == "Fill"


def test_an_operation_that_breaks_changes_nothing_and_says_so(
    page: BrushPage, qtbot: QtBot, expected_log: LogGuard
) -> None:
    def broken(_: MotionDocument, __: RegionId) -> Edit:
        raise RuntimeError("no")

    expected_log("operation failed")
    page.wire({"mask.fill": broken})
    before = page.session.document
    page.operate("mask.fill")
    done(page, qtbot)
    assert page.session.document is before
    assert page.status.words == FAILED
    page.wire({})
    page.operate("mask.invert")
    done(page, qtbot)
    assert page.session.document is not before


def test_everything_else_is_pinned_by_one_button(page: BrushPage, qtbot: QtBot) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 100, 100))
    page.options.pin.click()
    done(page, qtbot)
    left = 400 * 300 - page.session.document.static.mask.area
    assert 100 * 100 < left < 110 * 110  # a gap stays free around the region
    assert page.session.history.undoText() == "Pin everything else"
    page.options.pin.click()
    done(page, qtbot)
    assert page.session.history.count() == 2


def test_delete_clears_the_mask_and_not_the_region(page: BrushPage, qtbot: QtBot) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 100, 100))
    draw(page.session, 1, (0, 0), (9, 9))
    QTest.keyClick(page.canvas, Qt.Key.Key_Delete)
    done(page, qtbot)
    region = page.session.document.region(RegionId(1))
    assert region is not None
    assert region.mask.is_empty
    assert not region.trajectory.is_empty


def test_a_locked_region_is_let_be_and_says_so(page: BrushPage, qtbot: QtBot) -> None:
    paint(page.session, 1, a_box(page.session, 0, 0, 100, 100))
    page.acts.lock(RegionId(1), locked=True)
    page.operate("mask.clear")
    done(page, qtbot)
    assert page.status.words == "Region 1 is locked. Unlock it first."
    assert page.session.history.undoText() == "Lock region"
    open_menu(page.mask_menu)
    assert not page.mask_menu.entries["mask.clear"].isEnabled()


def test_the_static_region_has_no_path(page: BrushPage) -> None:
    page.session.choose_region(STATIC)
    open_menu(page.path_menu)
    assert not any(each.isEnabled() for each in page.path_menu.entries.values())
    page.operate("path.clear")
    assert "has no path" in page.status.words


def test_a_mask_is_not_copied_to_itself(page: BrushPage) -> None:
    page.wire({f"mask.copy.{number}": fill_all for number in (1, 2)})
    open_menu(page.mask_menu)
    assert not page.mask_menu.entries["mask.copy.1"].isEnabled()
    assert page.mask_menu.entries["mask.copy.2"].isEnabled()


def test_a_menu_shows_the_keys_that_count(page: BrushPage) -> None:
    open_menu(page.mask_menu)
    open_menu(page.mask_menu)
    assert page.mask_menu.entries["mask.invert"].text() == "Invert\tShift+V"


@pytest.mark.parametrize("ease", Ease)
def test_the_speed_along_a_path_is_chosen_in_its_menu(
    page: BrushPage, qtbot: QtBot, ease: Ease
) -> None:
    draw(page.session, 1, (0, 0), (9, 9))
    page.operate(f"path.ease.{ease.value}")
    done(page, qtbot)
    region = page.session.document.region(RegionId(1))
    assert region is not None
    assert region.trajectory.ease is ease
    assert page.session.history.count() == (1 if ease is Ease.EVEN else 2)
