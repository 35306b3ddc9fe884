"""Fingers on a touch screen: one paints, two move, enlarge and turn the picture.

Whoever has used a pen here paints with it: from then on fingers only look, and while the pen is
near they are a palm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEventPoint

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.ui.canvas.navigation import Twist

if TYPE_CHECKING:
    from PySide6.QtGui import QTouchEvent

    from kling_desktop.domain.motion.view import View
    from kling_desktop.ui.canvas.navigation import Navigation

TAP = 8.0
"""Logical pixels that a finger may slip without going anywhere."""
LATE = 30.0
"""Logical pixels of a stroke from which on a second finger no longer makes a gesture of it."""
_CLOSEST = 12.0
"""Logical pixels between two fingers, which are thick: they are never taken to be nearer."""
TAP_TIME = 400
"""Milliseconds within which fingers that tap are up again."""
PALM_TIME = 500
"""Milliseconds after the pen was heard of, in which fingers that come down are a palm."""
TAPS = {2: "undo", 3: "redo"}
"""What so many fingers that tap mean."""


class Hand(Protocol):
    """What fingers can do beside looking; places are in logical pixels."""

    @property
    def may_touch(self) -> bool:
        """Whether a finger paints, rather than moves the picture."""
        ...

    @property
    def is_painting(self) -> bool:
        """Whether a mouse or a pen is in the middle of something."""
        ...

    def begin_touch(self, at: Point, event: QTouchEvent) -> None: ...

    def go_touch(self, at: Point, event: QTouchEvent) -> None: ...

    def end_touch(self, at: Point, event: QTouchEvent) -> None: ...

    def give_up_touch(self) -> None:
        """As if the stroke had not been begun."""
        ...

    def tapped(self, command: str) -> None: ...


class _Phase(Enum):
    NONE = auto()
    WAITS = auto()
    """One finger is down and has not gone anywhere yet: more may come."""
    PAINTS = auto()
    LOOKS = auto()
    IGNORES = auto()
    """Until all of them are up."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where fingers were when their number last changed; everything is reckoned from there."""

    places: dict[int, Point]
    view: View
    twist: Twist


class Fingers:
    """Follows them from the first that comes down to the last that goes up."""

    def __init__(self, navigation: Navigation, hand: Hand) -> None:
        self._navigation, self._hand = navigation, hand
        self._phase = _Phase.NONE
        self._anchor: _Anchor | None = None
        self._first, self._start, self._last = -1, Point(0, 0), Point(0, 0)
        """The finger that paints: which, where it came down, where it was last."""
        self._most, self._has_moved, self._since = 0, False, 0
        self._pen_heard: int | None = None

    def hear_pen(self, time: int, *, presses: bool) -> None:
        """A pen is there; one that presses wins against whatever fingers are doing."""
        self._pen_heard = time
        if presses and self._phase is not _Phase.NONE:
            self._give_up()
            self._phase = _Phase.IGNORES

    def take(self, event: QTouchEvent) -> None:
        kind = event.type()
        there = {
            each.id(): Point(each.position().x(), each.position().y())
            for each in event.points()
            if each.state() is not QEventPoint.State.Released
        }
        if kind is QEvent.Type.TouchCancel:
            self._give_up()
            self._phase = _Phase.NONE
            return
        if kind is QEvent.Type.TouchBegin:
            self._give_up()
            self._begin(there, event)
        elif self._phase is _Phase.NONE and there:
            self._begin(there, event)
        else:
            self._go_on(there, event)
        if not there:
            self._phase = _Phase.NONE

    def _begin(self, there: dict[int, Point], event: QTouchEvent) -> None:
        self._most, self._has_moved, self._since = len(there), False, event.timestamp()
        if self._hand.is_painting or self._is_palm(event.timestamp()):
            self._phase = _Phase.IGNORES
        elif len(there) == 1:
            self._phase = _Phase.WAITS
            ((self._first, self._start),) = there.items()
            self._last = self._start
        else:
            self._look_from(there)

    def _go_on(self, there: dict[int, Point], event: QTouchEvent) -> None:
        self._most = max(self._most, len(there))
        if self._phase is _Phase.WAITS:
            self._wait(there, event)
        elif self._phase is _Phase.PAINTS:
            self._paint(there, event)
        elif self._phase is _Phase.LOOKS:
            self._look(there, event)

    def _wait(self, there: dict[int, Point], event: QTouchEvent) -> None:
        if len(there) > 1:
            self._look_from(there)
        elif not there:
            if self._hand.may_touch:
                self._hand.begin_touch(self._start, event)
                self._hand.end_touch(self._start, event)
        elif there.get(self._first, self._start).distance(self._start) > TAP:
            if not self._hand.may_touch:
                self._look_from({self._first: self._start})
                self._look(there, event)
                return
            self._phase = _Phase.PAINTS
            self._hand.begin_touch(self._start, event)
            self._paint(there, event)

    def _paint(self, there: dict[int, Point], event: QTouchEvent) -> None:
        if len(there) > 1 and self._last.distance(self._start) < LATE:
            self._hand.give_up_touch()  # it was the first finger of several
            self._look_from(there)
        elif self._first in there:
            if there[self._first] != self._last:
                self._last = there[self._first]
                self._hand.go_touch(self._last, event)
        else:
            self._phase = _Phase.IGNORES
            self._hand.end_touch(self._last, event)

    def _look_from(self, there: dict[int, Point]) -> None:
        self._phase = _Phase.LOOKS
        view = self._navigation.view
        self._anchor = _Anchor(there, view, Twist(view.angle))

    def _look(self, there: dict[int, Point], event: QTouchEvent) -> None:
        anchor = self._anchor
        if not there:
            self._tap(event)
        elif anchor is None or there.keys() != anchor.places.keys():
            self._look_from(there)
        else:
            self._has_moved = self._has_moved or any(
                place.distance(anchor.places[each]) > TAP for each, place in there.items()
            )
            if self._has_moved:  # fingers that tap tremble
                self._show(anchor, there)

    def _show(self, anchor: _Anchor, there: dict[int, Point]) -> None:
        ratio = anchor.view.ratio
        about, now = _middle(anchor.places).scaled(ratio), _middle(there).scaled(ratio)
        factor, angle = 1.0, 0.0
        if len(there) > 1:
            before, after = _between(anchor.places), _between(there)
            factor = max(hypot(*after), _CLOSEST) / max(hypot(*before), _CLOSEST)
            angle = anchor.twist.turned(_direction(after) - _direction(before))
        self._navigation.take_along(anchor.view, about, now, factor, angle)

    def _tap(self, event: QTouchEvent) -> None:
        is_short = event.timestamp() - self._since <= TAP_TIME
        if is_short and not self._has_moved and self._most in TAPS:
            self._hand.tapped(TAPS[self._most])

    def _is_palm(self, time: int) -> bool:
        return self._pen_heard is not None and 0 <= time - self._pen_heard <= PALM_TIME

    def _give_up(self) -> None:
        if self._phase is _Phase.PAINTS:
            self._hand.give_up_touch()


def _middle(places: dict[int, Point]) -> Point:
    count = len(places)
    return Point(
        sum(each.x for each in places.values()) / count,
        sum(each.y for each in places.values()) / count,
    )


def _between(places: dict[int, Point]) -> Point:
    """From the first finger to the second; more than two only move the picture with them."""
    one, other = (places[each] for each in sorted(places)[:2])
    return other - one


def _direction(way: Point) -> float:
    return degrees(atan2(way.y, way.x))
