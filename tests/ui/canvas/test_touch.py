"""Fingers, pens and trackpads: one finger paints, two look, and a pen wins against all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.motion.document import DYNAMIC
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.kit import tool_for
from kling_desktop.domain.motion.tools.options import ToolName
from tests.ui.canvas.easel import LEFT, NO_BUTTON, NO_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.canvas.easel import Easel

SCREEN = QTest.createTouchDevice()
PAD = QTest.createTouchDevice(QInputDevice.DeviceType.TouchPad)
PEN, OTHER_END = (
    QPointingDevice(
        "pen", number, QInputDevice.DeviceType.Stylus, kind,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position, 1, 3,
    )
    for number, kind in (
        (17, QPointingDevice.PointerType.Pen), (18, QPointingDevice.PointerType.Eraser)
    )
)  # fmt: skip
TRACKPAD = QPointingDevice(
    "trackpad", 19, QInputDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
    QInputDevice.Capability.Position, 2, 1,
)  # fmt: skip


class Fingers:
    """On a screen, in logical pixels of the canvas; they come and go by what is given."""

    def __init__(self, here: Easel, device: QPointingDevice = SCREEN) -> None:
        self._here, self._device = here, device
        self._down: dict[int, QPoint] = {}

    def are(self, *places: tuple[float, float]) -> None:
        """So many fingers are down now, and there."""
        sequence = QTest.touchEvent(self._here.canvas, self._device, autoCommit=False)
        now = {number: QPoint(*map(round, place)) for number, place in enumerate(places)}
        for number in self._down.keys() | now.keys():
            if number not in now:
                sequence.release(number, self._down[number], self._here.canvas)
            elif number not in self._down:
                sequence.press(number, now[number], self._here.canvas)
            else:  # Qt sees by itself which of them rest
                sequence.move(number, now[number], self._here.canvas)
        sequence.commit()
        self._down = now

    def up(self) -> None:
        self.are()


def area(here: Easel) -> int:
    return sum(each.mask.area for each in here.session.document.regions)


def close(one: Point, other: Point, by: float = 1.5) -> bool:
    return one.distance(other) < by


def is_painting(here: Easel) -> bool:
    return not here.canvas._painting.is_idle


def around(middle: tuple[float, float], reach: float, degrees: float) -> list[tuple[float, float]]:
    """Two fingers on both sides of a place."""
    angle = np.radians(degrees)
    x, y = reach * float(np.cos(angle)), reach * float(np.sin(angle))
    return [(middle[0] - x, middle[1] - y), (middle[0] + x, middle[1] + y)]


def pen(
    here: Easel, kind: QEvent.Type, at: Point, pressure: float = 1.0,
    end: QPointingDevice = PEN, keys: Qt.KeyboardModifier = NO_KEYS, time: int = 0,
) -> None:  # fmt: skip
    place = here.at(at)
    button = NO_BUTTON if kind is QEvent.Type.TabletMove else LEFT
    held = NO_BUTTON if kind is QEvent.Type.TabletRelease else LEFT
    event = QTabletEvent(
        kind, end, place, here.canvas.mapToGlobal(place), pressure, 0, 0, 0.0, 0.0, 0.0, keys,
        button, held,
    )  # fmt: skip
    event.setTimestamp(time)
    QApplication.sendEvent(here.canvas, event)
    assert event.isAccepted()


def stroke(here: Easel, *places: Point, pressure: float = 1.0, end: QPointingDevice = PEN) -> None:
    pen(here, QEvent.Type.TabletPress, places[0], pressure, end)
    for each in places[1:]:
        pen(here, QEvent.Type.TabletMove, each, pressure, end)
    pen(here, QEvent.Type.TabletRelease, places[-1], 0.0, end)


def gesture(
    here: Easel, kind: Qt.NativeGestureType, value: float, at: QPointF, delta: QPointF | None = None
) -> bool:
    event = QNativeGestureEvent(
        kind, TRACKPAD, 2, at, at, here.canvas.mapToGlobal(at), value, delta or QPointF()
    )
    return QApplication.sendEvent(here.canvas, event)


def test_one_finger_paints_from_where_it_came_down(easel: Callable[..., Easel]) -> None:
    here = easel()
    view, hand = here.view, Fingers(here)
    start, end = here.at(Point(200, 200)), here.at(Point(400, 200))
    hand.are(start.toTuple())
    hand.are(((start.x() + end.x()) / 2, start.y()))
    hand.are(end.toTuple())
    hand.up()
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(Point(172, 200))
    assert mask.holds(Point(300, 200))
    assert mask.holds(Point(428, 200))
    assert not mask.holds(Point(440, 200))
    assert here.view == view
    assert here.session.history.count() == 1


def test_a_tap_is_a_dot_and_the_outline_of_the_brush_goes_with_the_finger(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    hand = Fingers(here)
    hand.are((300, 200))
    assert here.session.document.is_blank
    hand.up()
    assert area(here) == pytest.approx(32**2 * np.pi, abs=60)
    assert here.canvas._input.hover is None
    assert here.canvas._pointing.cursor.rects == []


def test_the_canvas_has_the_keys_once_it_is_touched(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.clearFocus()
    hand = Fingers(here)
    hand.are((300, 200))
    hand.up()
    assert here.canvas.window().focusWidget() is here.canvas


def test_two_fingers_move_what_is_under_them(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.navigation.actual()
    scale, place = here.view.scale, here.view.to_picture(Point(300, 200))
    hand = Fingers(here)
    hand.are((260, 200), (340, 200))
    hand.are((290, 220), (370, 220))
    hand.up()
    assert here.view.scale == scale
    assert close(here.view.to_picture(Point(330, 220)), place)
    assert here.session.document.is_blank


def test_two_fingers_enlarge_about_their_middle_and_come_back_exactly(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    before, place = here.view, here.view.to_picture(Point(250, 180))
    hand = Fingers(here)
    hand.are((200, 180), (300, 180))
    for reach in (60, 80, 100):
        hand.are((250 - reach, 180), (250 + reach, 180))
    assert here.view.scale == pytest.approx(2 * before.scale)
    assert close(here.view.to_picture(Point(250, 180)), place)
    hand.are((200, 180), (300, 180))
    hand.up()
    assert here.view.scale == pytest.approx(before.scale)
    assert close(here.view.offset, before.offset, 1)


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_two_fingers_turn_it_but_not_by_accident(
    easel: Callable[..., Easel], is_mirrored: bool
) -> None:
    here = easel()
    if is_mirrored:
        here.canvas.navigation.mirror()
    place = here.view.to_picture(Point(320, 200))
    hand = Fingers(here)
    hand.are(*around((320, 200), 100, 0))
    hand.are(*around((320, 200), 100, 6))
    assert here.view.angle == 0
    hand.are(*around((320, 200), 100, 38))
    assert here.view.angle == pytest.approx(30, abs=1)
    assert close(here.view.to_picture(Point(320, 200)), place)
    hand.are(*around((320, 200), 100, 96))
    assert here.view.angle == 90  # close to upright is upright
    hand.up()


def test_fingers_that_come_one_after_the_other_leave_no_dot(easel: Callable[..., Easel]) -> None:
    here = easel()
    before, hand = here.view, Fingers(here)
    hand.are((300, 200))
    hand.are((318, 200))
    assert is_painting(here)
    hand.are((318, 200), (400, 200))
    assert not is_painting(here)
    hand.are((338, 240), (420, 240))
    hand.are((338, 240))
    hand.are((380, 300))  # the last one moves it on and does not paint
    hand.up()
    assert here.session.document.is_blank
    assert here.session.history.count() == 0
    assert not here.canvas._painting._stroke.coverage.any()  # type: ignore[union-attr]
    assert not close(here.view.offset, before.offset, 20)


def test_a_palm_that_comes_down_late_does_not_stop_a_finger(easel: Callable[..., Easel]) -> None:
    here = easel()
    before, hand = here.view, Fingers(here)
    hand.are((200, 200))
    hand.are((300, 200))
    hand.are((300, 200), (420, 330))
    hand.are((350, 200), (430, 330))
    hand.are((400, 200))
    hand.up()
    assert here.view == before
    assert here.session.document.dynamic[0].mask.holds(here.view.to_picture(Point(400, 200)))
    assert here.session.history.count() == 1


def test_with_the_hand_or_space_one_finger_moves_the_picture(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.session.choose_tool(ToolName.HAND)
    offset, hand = here.view.offset, Fingers(here)
    hand.are((300, 200))
    hand.are((330, 180))
    hand.up()
    assert close(here.view.offset - offset, Point(30, -20))
    assert here.session.document.is_blank


def test_two_fingers_that_tap_undo_and_three_redo(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.drag(Point(100, 100))
    document, hand = here.session.document, Fingers(here)
    hand.are((300, 200), (360, 200))
    hand.up()
    assert here.session.document.is_blank
    hand.are((300, 200), (360, 200), (420, 200))
    hand.are((303, 200), (360, 200), (420, 200))
    hand.up()
    assert here.session.document is document


def test_a_cancelled_touch_leaves_no_trace(easel: Callable[..., Easel]) -> None:
    here = easel()
    hand = Fingers(here)
    hand.are((200, 200))
    hand.are((300, 200))
    assert is_painting(here)
    QApplication.sendEvent(here.canvas, QTouchEvent(QEvent.Type.TouchCancel, SCREEN))
    assert not is_painting(here)
    hand.up()
    assert here.session.document.is_blank


def test_a_second_finger_gives_up_a_corner_and_not_the_polygon(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    here.canvas._painting._tool_for = tool_for
    here.session.choose_tool(ToolName.POLYGON)
    hand = Fingers(here)
    for each in ((200, 150), (300, 150), (300, 250)):
        hand.are(each)
        hand.up()
    hand.are((200, 260))
    hand.are((212, 260))
    hand.are((212, 260), (400, 300))
    hand.are((232, 260), (420, 300))
    hand.up()
    QTest.keyClick(here.canvas, Qt.Key.Key_Return)
    corner = here.view.to_picture(Point(210 + 20, 250))
    inside = here.view.to_picture(Point(290 + 20, 170))
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(inside)
    assert not mask.holds(corner)


def test_fingers_on_a_trackpad_do_not_paint(easel: Callable[..., Easel]) -> None:
    here = easel()
    before, hand = here.view, Fingers(here, PAD)
    hand.are((200, 200))
    hand.are((300, 200))
    hand.up()
    assert here.session.document.is_blank
    assert here.view == before


def test_a_pen_that_comes_takes_the_canvas_from_the_fingers(easel: Callable[..., Easel]) -> None:
    here = easel()
    before, hand = here.view, Fingers(here)
    hand.are((200, 300))
    hand.are((300, 300))
    pen(here, QEvent.Type.TabletPress, Point(100, 100))
    hand.are((330, 330))
    pen(here, QEvent.Type.TabletMove, Point(300, 100))
    hand.are((360, 330), (420, 350))
    pen(here, QEvent.Type.TabletRelease, Point(300, 100))
    hand.are((390, 330), (450, 350))  # the palm stays a palm until it is up
    hand.up()
    assert here.view == before
    assert here.session.history.count() == 1
    mask = here.session.document.dynamic[0].mask
    assert mask.holds(Point(200, 100))
    assert not mask.holds(before.to_picture(Point(300, 300)))


def test_a_palm_that_lies_down_before_the_pen_is_up_or_just_after_is_none(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    here.canvas.navigation.actual()
    before, hand = here.view, Fingers(here)
    hand.are((300, 200))
    hand.up()  # tells what time it is
    now = here.canvas._input._fingers._since
    QTest.keyClick(here.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    pen(here, QEvent.Type.TabletMove, Point(100, 100), time=now)
    hand.are((300, 300), (420, 330))
    hand.are((330, 330), (450, 360))
    hand.up()
    assert here.view == before
    pen(here, QEvent.Type.TabletMove, Point(100, 100), time=max(now - 60_000, 1))
    hand.are((300, 300), (420, 330))
    hand.are((330, 330), (450, 360))
    hand.up()
    assert here.view != before


def test_who_has_a_pen_moves_the_picture_with_one_finger(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.navigation.actual()
    stroke(here, Point(100, 100), Point(200, 100))
    document, offset, hand = here.session.document, here.view.offset, Fingers(here)
    hand.are((300, 200))
    hand.are((340, 230))
    hand.up()
    hand.are((300, 200))  # nor does a tap paint
    hand.up()
    assert here.session.document is document
    assert close(here.view.offset - offset, Point(40, 30))


@pytest.mark.parametrize("angle", [0, 90, 33])
@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_pen_paints_where_it_is_however_the_picture_lies(
    easel: Callable[..., Easel], angle: int, is_mirrored: bool, ratio: float
) -> None:
    here = easel(ratio=ratio)
    if is_mirrored:
        here.canvas.navigation.mirror()
    here.canvas.navigation.turn(angle)
    view = here.view
    stroke(here, Point(250, 200), Point(450, 200), pressure=0.5)
    mask = here.session.document.dynamic[0].mask
    rect = mask.bounds
    assert (rect.left, rect.right) == pytest.approx((250 - 16, 450 + 16), abs=1.5)
    assert (rect.top, rect.bottom) == pytest.approx((200 - 16, 200 + 16), abs=1.5)
    stroke(here, Point(250, 200), Point(350, 200), end=OTHER_END)
    mask = here.session.document.dynamic[0].mask
    assert not mask.holds(Point(300, 200))
    assert mask.holds(Point(420, 200))
    assert here.view == view


def test_pressure_grows_and_shrinks_the_brush_within_one_stroke(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    pen(here, QEvent.Type.TabletPress, Point(100, 200), 0.1)
    pen(here, QEvent.Type.TabletMove, Point(300, 200), 1.0)
    pen(here, QEvent.Type.TabletMove, Point(500, 200), 0.1)
    pen(here, QEvent.Type.TabletRelease, Point(500, 200), 0.0)
    mask = here.session.document.dynamic[0].mask
    heights = [
        sum(mask.holds(Point(x + 0.5, y + 0.5)) for y in range(150, 250))
        for x in (100, 200, 300, 400, 500)
    ]
    assert heights == pytest.approx([6, 35, 64, 35, 6], abs=4)


def test_a_pen_never_pans_and_gets_the_keys(easel: Callable[..., Easel]) -> None:
    here = easel()
    view = here.view
    here.canvas.clearFocus()
    stroke(here, Point(100, 100), Point(500, 400))
    assert here.view == view
    assert here.canvas.window().focusWidget() is here.canvas


def test_a_pinch_on_a_trackpad_enlarges_about_the_pointer(easel: Callable[..., Easel]) -> None:
    here = easel()
    before, place = here.view, here.view.to_picture(Point(200, 150))
    kinds = Qt.NativeGestureType
    assert gesture(here, kinds.BeginNativeGesture, 0, QPointF(200, 150))
    for _ in range(5):
        assert gesture(here, kinds.ZoomNativeGesture, 0.1, QPointF(200, 150))
    assert gesture(here, kinds.EndNativeGesture, 0, QPointF(200, 150))
    assert here.view.scale == pytest.approx(before.scale * 1.1**5)
    assert close(here.view.to_picture(Point(200, 150)), place)


def test_turning_on_a_trackpad_is_loose_at_first_and_settles_upright(
    easel: Callable[..., Easel],
) -> None:
    here = easel()
    kinds, at = Qt.NativeGestureType, QPointF(320, 200)
    place = here.view.to_picture(Point(320, 200))
    gesture(here, kinds.BeginNativeGesture, 0, at)
    for _ in range(3):
        gesture(here, kinds.RotateNativeGesture, 2, at)
    assert here.view.angle == 0
    for _ in range(16):
        gesture(here, kinds.RotateNativeGesture, 2, at)
    assert here.view.angle == pytest.approx(30)
    assert close(here.view.to_picture(Point(320, 200)), place)
    gesture(here, kinds.EndNativeGesture, 0, at)
    gesture(here, kinds.BeginNativeGesture, 0, at)
    for _ in range(33):
        gesture(here, kinds.RotateNativeGesture, 2, at)
    assert here.view.angle == 90
    gesture(here, kinds.EndNativeGesture, 0, at)


def test_a_double_tap_of_two_fingers_shows_pixels_there_and_all_of_it_again(
    easel: Callable[..., Easel],
) -> None:
    here = easel(1400, 1000)
    fitted, place = here.view, here.view.to_picture(Point(320, 200))
    smart = Qt.NativeGestureType.SmartZoomNativeGesture
    gesture(here, smart, 0, QPointF(320, 200))
    assert here.view.scale == 1
    assert close(here.view.to_picture(Point(320, 200)), place)
    gesture(here, smart, 0, QPointF(100, 100))
    assert here.view.scale == fitted.scale
    assert close(here.view.offset, fitted.offset, 1e-6)


def test_a_pan_gesture_moves_it(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.navigation.actual()
    offset = here.view.offset
    pan = Qt.NativeGestureType.PanNativeGesture
    gesture(here, pan, 0, QPointF(300, 200), QPointF(12, -8))
    assert close(here.view.offset - offset, Point(12, -8))


def test_fingers_paint_the_chosen_region(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.session.choose_region(DYNAMIC[3])
    hand = Fingers(here)
    hand.are((300, 200))
    hand.up()
    assert [each.id for each in here.session.document.dynamic] == [4]
