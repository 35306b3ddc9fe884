"""Mouse, pen, wheel, fingers and keys do on the canvas what one is used to from other programs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QKeyEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.options import Symmetry, ToolName
from kling_desktop.ui.canvas.keys import CANVAS_KEYS, Bindings
from tests.ui.canvas.easel import LEFT, MIDDLE, NO_BUTTON, NO_KEYS, RIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.canvas.easel import Easel

SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
MOVE = QEvent.Type.MouseMove
MOUSE = QPointingDevice(
    "mouse", 6, QInputDevice.DeviceType.Mouse, QPointingDevice.PointerType.Generic,
    QInputDevice.Capability.Position | QInputDevice.Capability.Scroll, 1, 3,
)  # fmt: skip


def area(here: Easel, number: int = 1) -> int:
    region = here.session.document.region(DYNAMIC[number - 1])
    return 0 if region is None else region.mask.area


def close(one: Point, other: Point, by: float = 1e-6) -> bool:
    return one.distance(other) < by


def test_a_stroke_paints_the_chosen_region_which_is_made_by_it(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.session.choose_region(DYNAMIC[2])
    here.drag(Point(200, 200), Point(300, 200))
    assert [each.id for each in here.session.document.dynamic] == [3]
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(Point(250, 231))
    assert not mask.holds(Point(250, 234))
    assert here.session.history.undoText() == "Paint"


def test_strokes_begin_and_end_outside_the_picture(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.look(here.view.at_scale(0.3, here.canvas._surface.viewport, here.session.document.size))
    here.drag(Point(-200, 250), Point(900, 250))
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(Point(0.5, 250))
    assert mask.holds(Point(699.5, 250))


def test_escape_leaves_no_trace(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.drag(Point(100, 100), Point(300, 140))
    document, before = here.session.document, here.shown()
    here.press(Point(100, 200))
    here.move(Point(400, 120))
    assert not np.array_equal(here.shown(), before)
    QTest.keyClick(here.canvas, Qt.Key.Key_Escape)
    assert np.array_equal(here.shown(), before)
    here.move(Point(500, 200))
    here.release(Point(500, 200))
    assert here.session.document is document
    assert here.session.history.count() == 1
    assert not here.canvas._painting._stroke.coverage.any()  # type: ignore[union-attr]


def test_a_click_that_changes_nothing_is_no_step(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.drag(Point(-90, -90))
    assert here.session.history.count() == 0
    here.drag(Point(100, 100))
    here.drag(Point(100, 100))
    assert here.session.history.count() == 1


def test_alt_erases_for_once_and_the_eraser_for_longer(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.drag(Point(100, 100), Point(300, 100))
    full = area(here)
    here.drag(Point(100, 100), keys=ALT)
    some = area(here)
    here.session.choose_tool(ToolName.ERASER)
    here.drag(Point(300, 100))
    assert full > some > area(here)


def test_a_locked_region_is_not_painted_and_one_is_told_why(easel: Callable[..., Easel]) -> None:
    here = easel()
    told: list[str] = []
    here.canvas.told.connect(told.append)
    here.drag(Point(100, 100))
    document = edits.lock(here.session.document, DYNAMIC[0], locked=True)
    here.session.apply(Edit("Lock", document))
    before = here.shown()
    here.drag(Point(300, 100))
    assert here.session.document is document
    assert np.array_equal(here.shown(), before)
    assert told == ["Region 1 is locked. Unlock it in the list of regions to change it."]


@pytest.mark.parametrize(
    ("symmetry", "places"),
    [
        (Symmetry.LEFT_RIGHT, [(600, 50)]),
        (Symmetry.TOP_BOTTOM, [(100, 450)]),
        (Symmetry.BOTH, [(600, 50), (100, 450), (600, 450)]),
    ],
)
def test_symmetry_paints_the_mirrored_places_and_shows_their_outlines(
    easel: Callable[..., Easel], symmetry: Symmetry, places: list[tuple[int, int]]
) -> None:
    here = easel()
    here.session.set_options(replace(here.session.options, symmetry=symmetry))
    here.move(Point(100, 50), NO_BUTTON)
    assert len(here.canvas._pointing.cursor.rects) == len(places) + 1
    here.drag(Point(100, 50))
    mask = here.session.document.dynamic[0].mask
    one = area(here) / (len(places) + 1)
    assert all(mask.holds(Point(*each)) for each in places)
    assert abs(one - 32**2 * np.pi) < 60


def test_the_middle_button_and_space_move_the_picture(easel: Callable[..., Easel]) -> None:
    here = easel()
    start = here.view.offset
    here.mouse(QEvent.Type.MouseButtonPress, QPointF(300, 200), MIDDLE)
    here.mouse(MOVE, QPointF(330, 190), MIDDLE)
    here.mouse(QEvent.Type.MouseButtonRelease, QPointF(330, 190), MIDDLE)
    assert close(here.view.offset - start, Point(30, -10), 1)
    start = here.view.offset
    QTest.keyPress(here.canvas, Qt.Key.Key_Space)
    assert here.canvas.cursor().shape() is Qt.CursorShape.OpenHandCursor
    here.mouse(QEvent.Type.MouseButtonPress, QPointF(300, 200))
    assert here.canvas.cursor().shape() is Qt.CursorShape.ClosedHandCursor
    here.mouse(MOVE, QPointF(280, 220))
    here.mouse(QEvent.Type.MouseButtonRelease, QPointF(280, 220))
    QTest.keyRelease(here.canvas, Qt.Key.Key_Space)
    assert close(here.view.offset - start, Point(-20, 20), 1)
    assert here.session.document.is_blank
    assert here.canvas.cursor().shape() is Qt.CursorShape.BlankCursor


def test_shift_and_space_turn_it_about_the_middle(easel: Callable[..., Easel]) -> None:
    here = easel()
    centre = here.view.to_picture(Point(320, 200))
    QTest.keyPress(here.canvas, Qt.Key.Key_Space)
    here.mouse(QEvent.Type.MouseButtonPress, QPointF(420, 200), keys=SHIFT)
    here.mouse(MOVE, QPointF(320, 300), keys=SHIFT)
    here.mouse(QEvent.Type.MouseButtonRelease, QPointF(320, 300), keys=SHIFT)
    QTest.keyRelease(here.canvas, Qt.Key.Key_Space)
    assert here.view.angle == pytest.approx(90)
    assert close(here.view.to_picture(Point(320, 200)), centre, 1)


def test_the_hand_moves_and_paints_nothing(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.session.choose_tool(ToolName.HAND)
    here.drag(Point(100, 100), Point(150, 150))
    assert here.session.document.is_blank


def wheel(
    here: Easel, at: QPointF, *, turned: int = 0, pixels: tuple[int, int] = (0, 0),
    keys: Qt.KeyboardModifier = NO_KEYS, across: int = 0,
    phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
) -> None:  # fmt: skip
    event = QWheelEvent(
        at, here.canvas.mapToGlobal(at), QPoint(*pixels), QPoint(across, turned), NO_BUTTON, keys,
        phase, False, Qt.MouseEventSource.MouseEventNotSynthesized, MOUSE,
    )  # fmt: skip
    QApplication.sendEvent(here.canvas, event)


def test_the_wheel_enlarges_what_is_under_the_pointer(easel: Callable[..., Easel]) -> None:
    here = easel()
    at = Point(200, 150)
    place, scale = here.view.to_picture(at), here.view.scale
    for _ in range(4):
        wheel(here, QPointF(*at), turned=120)
    assert here.view.scale == pytest.approx(2 * scale)
    assert close(here.view.to_picture(at), place, 1)
    for _ in range(80):
        wheel(here, QPointF(*at), turned=-120)
    assert here.view.scale * 700 == pytest.approx(24)
    for _ in range(160):
        wheel(here, QPointF(*at), turned=120)
    assert here.view.scale == 64


def test_two_fingers_scroll_and_with_ctrl_they_enlarge(easel: Callable[..., Easel]) -> None:
    here = easel()
    before = here.view
    update = Qt.ScrollPhase.ScrollUpdate
    wheel(here, QPointF(200, 150), turned=40, pixels=(12, -7), phase=update)
    assert here.view.scale == before.scale
    assert close(here.view.offset - before.offset, Point(12, -7), 1)
    wheel(here, QPointF(200, 150), turned=40, pixels=(0, 10), keys=CTRL, phase=update)
    assert here.view.scale > before.scale


def test_a_wheel_of_which_x11_tells_pixels_enlarges_as_any_other(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    scale = here.view.scale
    wheel(here, QPointF(200, 150), turned=120, pixels=(0, 15))
    assert here.view.scale == pytest.approx(scale * 2**0.25)


def test_a_wheel_that_is_tilted_moves_sideways_and_with_alt_it_enlarges(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    here.canvas.navigation.actual()
    before = here.view
    wheel(here, QPointF(200, 150), across=120)
    assert here.view.scale == before.scale
    assert close(here.view.offset - before.offset, Point(48, 0), 1)
    wheel(here, QPointF(200, 150), across=120, keys=ALT)
    assert here.view.scale > before.scale


PEN = QPointingDevice(
    "pen", 7, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Pressure | QInputDevice.Capability.Position, 1, 3,
)  # fmt: skip
OTHER_END = QPointingDevice(
    "pen", 8, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Eraser,
    QInputDevice.Capability.Pressure | QInputDevice.Capability.Position, 1, 3,
)  # fmt: skip


def pen(here: Easel, kind: QEvent.Type, at: Point, pressure: float, end: QPointingDevice) -> None:
    place = here.at(at)
    button = NO_BUTTON if kind is QEvent.Type.TabletMove else LEFT
    held = NO_BUTTON if kind is QEvent.Type.TabletRelease else LEFT
    event = QTabletEvent(
        kind, end, place, here.canvas.mapToGlobal(place), pressure, 0, 0, 0.0, 0.0, 0.0, NO_KEYS,
        button, held,
    )  # fmt: skip
    QApplication.sendEvent(here.canvas, event)
    assert event.isAccepted()  # or Qt makes a mouse event of it as well


def draw(here: Easel, places: list[Point], pressure: float, end: QPointingDevice) -> None:
    pen(here, QEvent.Type.TabletPress, places[0], pressure, end)
    for each in places[1:]:
        pen(here, QEvent.Type.TabletMove, each, pressure, end)
    pen(here, QEvent.Type.TabletRelease, places[-1], 0.0, end)


def test_a_pen_paints_as_broad_as_it_is_pressed_and_erases_with_its_other_end(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    view = here.view
    draw(here, [Point(100, 100), Point(300, 100)], 1.0, PEN)
    draw(here, [Point(100, 300), Point(300, 300)], 0.25, PEN)
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(Point(200, 130))
    assert mask.holds(Point(200, 307))
    assert not mask.holds(Point(200, 310))
    draw(here, [Point(100, 100), Point(300, 100)], 1.0, OTHER_END)
    assert not here.session.document.dynamic[0].mask.holds(Point(200, 100))
    assert here.view == view


@pytest.mark.parametrize("keys", [ALT, SHIFT])
def test_dragging_with_the_right_button_sizes_the_brush(
    easel: Callable[..., Easel], keys: Qt.KeyboardModifier
) -> None:
    here = easel()
    here.canvas.navigation.actual()
    here.mouse(QEvent.Type.MouseButtonPress, QPointF(300, 200), RIGHT, keys)
    here.mouse(MOVE, QPointF(318, 200), RIGHT, keys)
    here.mouse(QEvent.Type.MouseButtonRelease, QPointF(318, 200), RIGHT, keys)
    assert here.session.options.brush.diameter == 100
    here.mouse(MOVE, QPointF(400, 200), NO_BUTTON)
    assert here.session.options.brush.diameter == 100
    assert here.session.document.is_blank


def test_keys_of_the_view(easel: Callable[..., Easel]) -> None:
    here = easel()
    fitted = here.view
    QTest.keyClick(here.canvas, Qt.Key.Key_1, CTRL)
    assert here.view.scale == 1
    QTest.keyClick(here.canvas, Qt.Key.Key_Plus)
    QTest.keyClick(here.canvas, Qt.Key.Key_Plus)
    assert here.view.scale == 2
    QTest.keyClick(here.canvas, Qt.Key.Key_Minus)
    assert here.view.scale == pytest.approx(2**0.5)
    pad = Qt.KeyboardModifier.KeypadModifier
    QTest.keyClick(here.canvas, Qt.Key.Key_6, pad)
    assert here.view.angle == 15
    QTest.keyClick(here.canvas, Qt.Key.Key_4, pad)
    QTest.keyClick(here.canvas, Qt.Key.Key_4, pad)
    assert here.view.angle == 345
    QTest.keyClick(here.canvas, Qt.Key.Key_5, pad)
    assert here.view.angle == 0
    QTest.keyClick(here.canvas, Qt.Key.Key_M)
    assert here.view.is_mirrored
    QTest.keyClick(here.canvas, Qt.Key.Key_M)
    QTest.keyClick(here.canvas, Qt.Key.Key_0, CTRL)
    assert close(here.view.offset, fitted.offset)
    assert here.view.scale == fitted.scale


def test_undo_gives_up_a_stroke_first(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.drag(Point(100, 100))
    document = here.session.document
    here.press(Point(300, 300))
    QTest.keyClick(here.canvas, Qt.Key.Key_Z, CTRL)
    here.release(Point(300, 300))
    assert here.session.document is document
    QTest.keyClick(here.canvas, Qt.Key.Key_Z, CTRL)
    assert here.session.document.is_blank
    QTest.keyClick(here.canvas, Qt.Key.Key_Y, CTRL)
    assert here.session.document is document


def test_the_backslash_hides_what_is_painted(easel: Callable[..., Easel]) -> None:
    here = easel()
    bare = here.shown()
    here.drag(Point(100, 100), Point(300, 300))
    painted = here.shown()
    QTest.keyClick(here.canvas, Qt.Key.Key_Backslash)
    assert np.array_equal(here.shown(), bare)
    QTest.keyClick(here.canvas, Qt.Key.Key_Backslash)
    assert np.array_equal(here.shown(), painted)


def test_tab_goes_on_to_the_next_widget_and_shortcuts_of_the_window_wait(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    bindings = Bindings()
    kind = QEvent.Type.ShortcutOverride
    for key, held, taken in (
        (Qt.Key.Key_Tab, NO_KEYS, False), (Qt.Key.Key_Space, NO_KEYS, True),
        (Qt.Key.Key_M, NO_KEYS, True), (Qt.Key.Key_M, SHIFT, False), (Qt.Key.Key_O, CTRL, False),
    ):  # fmt: skip
        event = QKeyEvent(kind, key, held)
        event.ignore()
        QApplication.sendEvent(here.canvas, event)
        assert event.isAccepted() is taken, key
    assert bindings.command(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, NO_KEYS)) is None


def test_keys_can_be_bound_anew(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.bind(Bindings(changed={"actual": ("P",), "fit": ("Q",)}))
    QTest.keyClick(here.canvas, Qt.Key.Key_P)
    assert here.view.scale == 1
    QTest.keyClick(here.canvas, Qt.Key.Key_Q)
    assert here.view.scale != 1


def test_no_key_means_two_things_and_every_one_does_something(easel: Callable[..., Easel]) -> None:
    here = easel()
    keys = [each for spec in CANVAS_KEYS for each in spec.keys]
    assert len(keys) == len(set(keys))
    for spec in CANVAS_KEYS:
        here.canvas.commands.run(spec.id)


def test_a_held_key_repeats_only_what_makes_sense(easel: Callable[..., Easel]) -> None:
    bindings = Bindings()
    again = [
        bindings.command(QKeyEvent(QEvent.Type.KeyPress, key, NO_KEYS, "", True))
        for key in (Qt.Key.Key_Minus, Qt.Key.Key_M)
    ]
    assert again == ["zoom_out", None]


def test_a_canvas_that_is_disabled_does_not_go_on_with_a_stroke(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    here.press(Point(100, 100))
    here.canvas.setEnabled(False)
    here.move(Point(400, 100))
    here.canvas.setEnabled(True)
    here.release(Point(100, 100))
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(Point(100, 100))
    assert not mask.holds(Point(300, 100))
