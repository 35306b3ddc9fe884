"""What the toolkit tells of mouse and pen, in the words of the tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent

from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QSinglePointEvent, QTouchEvent

    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.view import View

_KEYS = (
    (Qt.KeyboardModifier.ShiftModifier, Modifiers.SHIFT),
    (Qt.KeyboardModifier.ControlModifier, Modifiers.CTRL),
    (Qt.KeyboardModifier.AltModifier, Modifiers.ALT),
)
_NO_KEYS = Qt.KeyboardModifier.NoModifier


def modifiers_of(held: Qt.KeyboardModifier) -> Modifiers:
    found = Modifiers.NONE
    for theirs, ours in _KEYS:
        if held & theirs:
            found |= ours
    return found


def pointer_of(event: QSinglePointEvent, view: View, place: QPointF | None = None) -> Pointer:
    """A place of the picture with all that the device knows; ``place`` if one has it already."""
    held = event.modifiers()
    place = event.position() if place is None else place
    x, y = view.to_picture(place.toTuple())
    keys = Modifiers.NONE if held is _NO_KEYS else modifiers_of(held)
    pressure, is_eraser = 1.0, False
    if event.__class__ is QTabletEvent:
        is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
        pressure = event.pressure()
    time = event.timestamp() / 1000
    return Pointer(x, y, pressure, keys, is_eraser, time, view.picture_pixels)


def finger_of(event: QTouchEvent, view: View, place: Point) -> Pointer:
    """A finger at a place in logical pixels; how hard it presses no screen really knows."""
    x, y = view.to_picture((place.x, place.y))
    keys, time = modifiers_of(event.modifiers()), event.timestamp() / 1000
    return Pointer(x, y, 1.0, keys, is_eraser=False, time=time, scale=view.picture_pixels)
