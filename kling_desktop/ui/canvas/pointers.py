"""What the toolkit tells of mouse and pen, in the words of the tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer

if TYPE_CHECKING:
    from PySide6.QtGui import QSinglePointEvent

    from kling_desktop.domain.motion.view import View

_KEYS = (
    (Qt.KeyboardModifier.ShiftModifier, Modifiers.SHIFT),
    (Qt.KeyboardModifier.ControlModifier, Modifiers.CTRL),
    (Qt.KeyboardModifier.AltModifier, Modifiers.ALT),
)
_NO_KEYS = Qt.KeyboardModifier.NoModifier


def modifiers_of(held: Qt.KeyboardModifier) -> Modifiers:
    found = Modifiers.NONE
    if held != _NO_KEYS:
        for theirs, ours in _KEYS:
            if held & theirs:
                found |= ours
    return found


def pointer_of(event: QSinglePointEvent, view: View) -> Pointer:
    """A place of the picture with all that the device knows."""
    place = event.position()
    at = view.to_picture(Point(place.x(), place.y()))
    pressure, is_eraser = 1.0, False
    if isinstance(event, QTabletEvent):
        is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
        pressure = event.pressure()
    return Pointer(
        at.x,
        at.y,
        pressure,
        modifiers_of(event.modifiers()),
        is_eraser,
        event.timestamp() / 1000,
        view.picture_pixels,
    )
