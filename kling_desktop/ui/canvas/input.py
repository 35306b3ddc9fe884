"""Which event means painting, and which means looking at the picture in another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint
from PySide6.QtWidgets import QPinchGesture

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui.canvas.navigation import Drag, device_point
from kling_desktop.ui.canvas.pointers import pointer_of

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
    from PySide6.QtWidgets import QGestureEvent

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
        self._touched: Point | None = None

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
        if kind is QEvent.Type.TabletPress:
            if event.button() is _LEFT and self.is_hand:
                self._hold(Drag.PAN, event)
            elif event.button() is _LEFT:
                self._begin(event)
        elif kind is QEvent.Type.TabletRelease:
            if self._parts.navigation.drag is not None:
                self._parts.navigation.let_go()
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
        at = device_point(event.position(), self._parts.surface.view.ratio)
        if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._parts.navigation.zoom(max(1 + event.value(), 0.2), at)
        elif event.gestureType() is Qt.NativeGestureType.RotateNativeGesture:
            self._parts.navigation.turn(event.value())
        else:
            return False
        return True

    def gesture(self, event: QGestureEvent, at: QPointF) -> bool:
        """Two fingers on a touch screen; ``at`` is their middle in logical pixels."""
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        if pinch.scaleFactor() > 0 and not self._paints:
            about = device_point(at, self._parts.surface.view.ratio)
            self._parts.navigation.zoom(pinch.scaleFactor(), about)
        event.accept(pinch)
        return True

    def touch(self, event: QTouchEvent) -> None:
        """Fingers move the picture; while a pen paints they are a palm."""
        there = [each for each in event.points() if each.state() is not QEventPoint.State.Released]
        if self._paints or not there:
            self._touched = None
            return
        ratio = self._parts.surface.view.ratio / len(there)
        at = Point(
            sum(each.position().x() for each in there) * ratio,
            sum(each.position().y() for each in there) * ratio,
        )
        came = any(each.state() is QEventPoint.State.Pressed for each in event.points())
        went = len(there) != len(event.points())
        if self._touched is not None and not came and not went:
            self._parts.navigation.pan(at - self._touched)
        self._touched = at

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
