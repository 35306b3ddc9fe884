"""Moving, turning and enlarging what is seen; none of it changes the document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import atan2, degrees
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.view import middle

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWheelEvent

    from kling_desktop.domain.motion.view import View
    from kling_desktop.ui.canvas.surface import Surface

NOTCH = 2**0.25
"""How much a step of a wheel enlarges: four make it twice as large."""
_NOTCH_ANGLE = 120.0
_KEY_ZOOM = 2**0.5
_KEY_TURN = 15.0
_SNAP = 15.0
_SIDEWAYS = 48.0
"""Logical pixels that a step of a wheel that is tilted moves the picture."""
_ENLARGES, _SWAPS = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
"""With Alt some systems swap across and down."""
_LOOSE = 8.0
"""Degrees that fingers turn by accident when they mean to enlarge."""
_SETTLES = 4.0
"""Degrees around an upright view in which fingers leave it exactly upright."""


class Drag(Enum):
    """What the pointer does while it is pressed, instead of painting."""

    PAN = auto()
    ROTATE = auto()


@dataclass(frozen=True, slots=True)
class _Held:
    """A drag from its beginning; everything is reckoned from there, so that nothing adds up."""

    kind: Drag
    start: Point
    """Device pixels."""
    view: View


class Twist:
    """What two fingers mean that turn: nothing at first, and close to upright they mean upright."""

    def __init__(self, angle: float) -> None:
        """``angle`` is that of the view when they came."""
        self._angle = angle
        self._loose: float | None = None
        """What was turned before it counted."""

    def turned(self, by: float) -> float:
        """By how much to turn the view in all, after the fingers have turned by so much."""
        by = _around(by)
        if self._loose is None:
            if abs(by) < _LOOSE:
                return 0.0
            self._loose = _LOOSE if by > 0 else -_LOOSE
        angle = self._angle + by - self._loose
        upright = round(angle / 90) * 90.0
        return (upright if abs(angle - upright) < _SETTLES else angle) - self._angle


class Navigation:
    """Turns gestures into views."""

    def __init__(
        self, surface: Surface, look: Callable[[View], None], look_on: Callable[[View], None]
    ) -> None:
        """``look`` shows a view, ``look_on`` one of many that follow one another at once."""
        self._surface = surface
        self._look, self._look_on = look, look_on
        self._held: _Held | None = None
        self._twist: Twist | None = None
        self._twisted = self._turned = 0.0
        """Degrees that fingers on a trackpad have turned by, and that the view was turned by."""
        self.is_fitted = True
        """Whether the whole picture is shown, and is to be so after the window changes size."""

    @property
    def view(self) -> View:
        return self._surface.view

    @property
    def drag(self) -> Drag | None:
        return None if self._held is None else self._held.kind

    def fit(self) -> None:
        surface = self._surface
        self.is_fitted = True
        self._look(surface.view.fitted(surface.size, surface.viewport))

    def actual(self) -> None:
        """One pixel of the picture on one of the screen."""
        surface = self._surface
        self._free(surface.view.at_scale(1.0, surface.viewport, surface.size))

    def zoom_step(self, steps: float) -> None:
        """By the keyboard, about the middle."""
        self.zoom(_KEY_ZOOM**steps, middle(self._surface.viewport))

    def zoom(self, factor: float, about: Point) -> None:
        """About a device pixel."""
        self._go_on(self._surface.view.zoomed(factor, about, self._surface.size))

    def turn_step(self, steps: int) -> None:
        self.turn(steps * _KEY_TURN)

    def turn(self, angle: float) -> None:
        """Degrees clockwise, about the middle."""
        self._go_on(self._surface.view.rotated(angle, middle(self._surface.viewport)))

    def upright(self) -> None:
        self._free(self._surface.view.unrotated(middle(self._surface.viewport)))

    def mirror(self) -> None:
        was_fitted = self.is_fitted
        self._free(self._surface.view.mirrored(self._surface.viewport))
        self.is_fitted = was_fitted

    def pan(self, by: Point) -> None:
        """By device pixels."""
        self._go_on(self._surface.view.panned(by.x, by.y))

    def take_along(self, before: View, about: Point, to: Point, factor: float, turn: float) -> None:
        """What was seen at one device pixel goes to another, is enlarged there, and turned."""
        view = before.zoomed(factor, about, self._surface.size).rotated(turn, about)
        self._go_on(view.panned(to.x - about.x, to.y - about.y))

    def smart_zoom(self, at: Point) -> None:
        """From the whole picture to its pixels at a place, and back."""
        if self.is_fitted:
            self.zoom(1.0 / self._surface.view.scale, at)
        else:
            self.fit()

    def begin_twist(self) -> None:
        """Fingers have come down on a trackpad, or are gone."""
        self._twist = None

    def twist(self, by: float, at: Point) -> None:
        """Fingers on a trackpad have turned by more degrees clockwise, about a device pixel."""
        if self._twist is None:
            self._twist, self._twisted, self._turned = Twist(self._surface.view.angle), 0.0, 0.0
        self._twisted += by
        wanted = self._twist.turned(self._twisted)
        if wanted != self._turned:
            self._go_on(self._surface.view.rotated(wanted - self._turned, at))
            self._turned = wanted

    def wheel(self, event: QWheelEvent, at: Point) -> None:
        """A wheel enlarges; two fingers on a trackpad move, and with Ctrl they enlarge."""
        turned, pixels = event.angleDelta(), event.pixelDelta()
        held, ratio = event.modifiers(), self._surface.view.ratio
        if not pixels.isNull() and _is_trackpad(event) and not held & _ENLARGES:
            self.pan(Point(pixels.x() * ratio, pixels.y() * ratio))
        elif turned.x() and not turned.y() and not held & (_ENLARGES | _SWAPS):
            self.pan(Point(turned.x() / _NOTCH_ANGLE * _SIDEWAYS * ratio, 0))
        elif delta := turned.y() or turned.x():
            self.zoom(NOTCH ** (delta / _NOTCH_ANGLE), at)

    def hold(self, kind: Drag, at: Point) -> None:
        """Begin a drag at a device pixel."""
        self._held = _Held(kind, at, self._surface.view)

    def drag_to(self, at: Point, *, snaps: bool = False) -> None:
        held = self._held
        if held is None:
            return
        if held.kind is Drag.PAN:
            self._go_on(held.view.panned(at.x - held.start.x, at.y - held.start.y))
            return
        centre = middle(self._surface.viewport)
        angle = _direction(centre, at) - _direction(centre, held.start)
        if snaps:
            angle = round((held.view.angle + angle) / _SNAP) * _SNAP - held.view.angle
        self._go_on(held.view.rotated(angle, centre))

    def let_go(self) -> None:
        self._held = None

    def _free(self, view: View) -> None:
        self.is_fitted = False
        self._look(self._limited(view))

    def _go_on(self, view: View) -> None:
        self.is_fitted = False
        self._look_on(self._limited(view))

    def _limited(self, view: View) -> View:
        return view.limited(self._surface.size, self._surface.viewport)


def _is_trackpad(event: QWheelEvent) -> bool:
    """Whether fingers move; X11 tells pixels of wheels as well, yet never of a beginning."""
    if event.phase() is not Qt.ScrollPhase.NoScrollPhase:
        return True
    return event.deviceType() is QInputDevice.DeviceType.TouchPad


def _around(angle: float) -> float:
    """The same turn, by half a round at most."""
    return (angle + 180) % 360 - 180


def _direction(centre: Point, at: Point) -> float:
    return degrees(atan2(at.y - centre.y, at.x - centre.x))


def device_point(place: QPointF, ratio: float) -> Point:
    """Device pixels of a place in logical ones."""
    return Point(place.x() * ratio, place.y() * ratio)
