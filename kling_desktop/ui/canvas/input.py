"""Which event means painting, and which means looking at the picture in another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice

from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui.canvas.fingers import Fingers
from kling_desktop.ui.canvas.navigation import Drag, device_point
from kling_desktop.ui.canvas.pointers import finger_of, pointer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import (
        QKeyEvent,
        QMouseEvent,
        QNativeGestureEvent,
        QSinglePointEvent,
        QTabletEvent,
        QTouchEvent,
        QWheelEvent,
    )

    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.ui.canvas.commands import Commands
    from kling_desktop.ui.canvas.keys import Bindings
    from kling_desktop.ui.canvas.navigation import Navigation
    from kling_desktop.ui.canvas.painting import Painting
    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.canvas.surface import Surface

_LEFT, _RIGHT, _MIDDLE = (
    Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton,
)  # fmt: skip
_SIZING_KEYS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_ENDS = (
    Qt.NativeGestureType.BeginNativeGesture, Qt.NativeGestureType.EndNativeGesture,
)  # fmt: skip
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class Parts:
    """What events are given to."""

    session: Session
    surface: Surface
    painting: Painting
    navigation: Navigation
    commands: Commands


@dataclass(frozen=True, slots=True)
class _Sizing:
    """The size of the brush is being dragged; its outline stays where the drag began."""

    x: float
    diameter: float


class Input:
    """Remembers what is held."""

    def __init__(
        self,
        parts: Parts,
        bindings: Bindings,
        moved: Callable[[Input], None],
        changed: Callable[[Input], None],
    ) -> None:
        """``moved`` hears that the pointer is elsewhere, ``changed`` what else it would do."""
        self._parts = parts
        self._moved, self._changed = moved, changed
        self.bindings = bindings
        self.hover: QPointF | None = None
        """Where the pointer is, in logical pixels; None outside the canvas."""
        self._has_space = False
        self._paints = False
        self._sizing: _Sizing | None = None
        self._has_pen = False
        """Whether one was ever pressed here."""
        self._was_idle = True
        """Whether a finger's stroke is all that was in progress."""
        self._fingers = Fingers(parts.navigation, self)

    @property
    def is_hand(self) -> bool:
        """Whether pressing would move the picture."""
        return self._has_space or self._parts.session.tool is ToolName.HAND

    def press(self, event: QMouseEvent) -> None:
        button, held = event.button(), event.modifiers()
        if button is _MIDDLE or (button is _LEFT and self.is_hand):
            turns = bool(held & _SHIFT) and self._has_space
            self._hold(Drag.ROTATE if turns else Drag.PAN, event)
        elif button is _LEFT:
            self._begin(event)
        elif button is _RIGHT and held & _SIZING_KEYS:
            diameter = self._parts.session.options.brush.diameter
            self._sizing = _Sizing(event.position().x(), diameter)

    def move(self, event: QMouseEvent) -> None:
        if self._sizing is not None:
            wider = (event.position().x() - self._sizing.x) * 2
            by = wider * self._parts.surface.view.picture_pixels
            self._parts.commands.set_diameter(round(self._sizing.diameter + by))
            return
        self._go(event)

    def release(self, event: QMouseEvent) -> None:
        if event.button() is _RIGHT:
            self._sizing = None
        elif self._parts.navigation.drag is not None:
            self._parts.navigation.let_go()
            self._changed(self)
        elif event.button() is _LEFT:
            self._end(event)

    def tablet(self, event: QTabletEvent) -> None:
        """A pen paints, unless its user holds Space or chose the hand."""
        kind = event.type()
        presses = kind is QEvent.Type.TabletPress
        self._has_pen = self._has_pen or presses
        self._fingers.hear_pen(event.timestamp(), presses=presses)
        if presses:
            if event.button() is _LEFT and self.is_hand:
                self._hold(Drag.PAN, event)
            elif event.button() is _LEFT:
                self._begin(event)
        elif kind is QEvent.Type.TabletRelease:
            if self._parts.navigation.drag is not None:
                self._parts.navigation.let_go()
                self._changed(self)
            elif event.button() is _LEFT:
                self._end(event)
        else:
            self._go(event)
        event.accept()

    def leave(self) -> None:
        self.hover = None
        self._changed(self)

    def wheel(self, event: QWheelEvent) -> None:
        ratio = self._parts.surface.view.ratio
        self._parts.navigation.wheel(event, device_point(event.position(), ratio))
        event.accept()

    def native_gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a trackpad."""
        navigation, kind = self._parts.navigation, event.gestureType()
        at = device_point(event.position(), self._parts.surface.view.ratio)
        if kind is Qt.NativeGestureType.ZoomNativeGesture:
            navigation.zoom(max(1 + event.value(), 0.2), at)
        elif kind is Qt.NativeGestureType.RotateNativeGesture:
            navigation.twist(event.value(), at)
        elif kind is Qt.NativeGestureType.SmartZoomNativeGesture:
            navigation.smart_zoom(at)
        elif kind is Qt.NativeGestureType.PanNativeGesture:
            navigation.pan(device_point(event.delta(), self._parts.surface.view.ratio))
        elif kind in _ENDS:
            navigation.begin_twist()
        else:
            return False
        event.accept()
        return True

    def touch(self, event: QTouchEvent) -> None:
        """Fingers on a screen; those on a trackpad come as wheels and gestures."""
        if event.deviceType() is QInputDevice.DeviceType.TouchScreen:
            self._fingers.take(event)
        event.accept()  # or Qt makes mouse events of it

    @property
    def may_touch(self) -> bool:
        """Whether a finger paints: not for those who have a pen."""
        return not self._has_pen and not self.is_hand

    @property
    def is_painting(self) -> bool:
        return self._paints

    def begin_touch(self, at: Point, event: QTouchEvent) -> None:
        self._paints, self._was_idle = True, self._parts.painting.is_idle
        self._hover_at(QPointF(at.x, at.y))
        self._parts.painting.press(finger_of(event, self._parts.surface.view, at))

    def go_touch(self, at: Point, event: QTouchEvent) -> None:
        self._hover_at(QPointF(at.x, at.y))
        if self._paints:
            self._parts.painting.move(finger_of(event, self._parts.surface.view, at))

    def end_touch(self, at: Point, event: QTouchEvent) -> None:
        if self._paints:
            self._paints = False
            self._parts.painting.release(finger_of(event, self._parts.surface.view, at))
        self.leave()  # a finger that is up is nowhere

    def give_up_touch(self) -> None:
        if self._paints:
            self._paints = False
            painting = self._parts.painting
            # Of a polygon only the corner is given up that the finger has made.
            (painting.cancel if self._was_idle else painting.step_back)()
        self.leave()

    def tapped(self, command: str) -> None:
        self._parts.commands.run(command)

    def key_press(self, event: QKeyEvent) -> bool:
        """Whether the key meant something."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._has_space = True
                self._changed(self)
            return True
        command = self.bindings.command(event)
        if command is not None:
            if command == "cancel":
                self._paints = False
            self._parts.commands.run(command)
        return command is not None or self.bindings.means_something(event)

    def key_release(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Space:
            return False
        if not event.isAutoRepeat():
            self._has_space = False
            self._changed(self)
        return True

    def let_go(self) -> None:
        """The keyboard belongs to somebody else now."""
        self._has_space = False
        self._changed(self)

    def _hold(self, kind: Drag, event: QSinglePointEvent) -> None:
        at = device_point(event.position(), self._parts.surface.view.ratio)
        self._parts.navigation.hold(kind, at)
        self._changed(self)

    def _begin(self, event: QSinglePointEvent) -> None:
        self._paints = True
        self._hover_at(event.position())
        self._parts.painting.press(pointer_of(event, self._parts.surface.view))

    def _go(self, event: QSinglePointEvent) -> None:
        parts = self._parts
        if parts.navigation.drag is not None:
            self.hover = event.position()
            at = device_point(event.position(), parts.surface.view.ratio)
            parts.navigation.drag_to(
                at, snaps=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            )
            return
        place = self.hover = event.position()
        self._moved(self)
        if self._paints or not parts.painting.is_idle:
            parts.painting.move(pointer_of(event, parts.surface.view, place))

    def _end(self, event: QSinglePointEvent) -> None:
        if self._paints:
            self._paints = False
            self._parts.painting.release(pointer_of(event, self._parts.surface.view))

    def _hover_at(self, place: QPointF) -> None:
        self.hover = place
        self._moved(self)
