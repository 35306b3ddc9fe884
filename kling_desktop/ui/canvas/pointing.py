"""What is seen of the pointer: the outline of the brush, or a shape that says what it would do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt

from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.symmetry import mirrored_places
from kling_desktop.domain.motion.tools.options import Symmetry, ToolName
from kling_desktop.ui.canvas.cursor import BrushCursor

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.canvas.input import Input, Parts

BRUSHES = frozenset({ToolName.BRUSH, ToolName.ERASER, ToolName.LINE})


class Pointing:
    """Follows the pointer over a widget."""

    def __init__(self, widget: QWidget, parts: Parts, mark: Callable[[QRect], None]) -> None:
        """``mark`` has logical pixels painted anew."""
        self._widget, self._parts, self._mark = widget, parts, mark
        self._cursor = BrushCursor()
        self._shape: Qt.CursorShape | None = None
        self._covered = QRect()
        """Logical pixels that the outline is drawn in."""
        self._follows = False
        """Whether there is one outline, and only its place can have changed."""

    def paint(self, painter: QPainter) -> None:
        """Draw the outline; the painter counts in logical pixels."""
        self._cursor.paint(painter)

    def follow(self, place_x: float, place_y: float) -> bool:
        """Move the outline to a place in logical pixels, if nothing else can have changed."""
        if self._follows:
            ratio = self._parts.surface.view.ratio
            covered = self._cursor.move_to(Point(place_x * ratio, place_y * ratio))
            self._mark(covered.united(self._covered))
            self._covered = covered
        return self._follows

    def show(self, hand: Input) -> None:
        """Find out what is to be seen, and where."""
        session, view = self._parts.session, self._parts.surface.view
        drag, is_ready = self._parts.navigation.drag, self._parts.surface.content is not None
        is_brush = session.tool in BRUSHES and not hand.is_hand and is_ready
        self._follows = False
        if hand.hover is None or not is_brush or drag is not None:
            self._move(())
        else:
            options = session.options
            radius = options.brush.diameter / 2 * view.scale
            self._cursor.resize(radius, options.brush.hardness, view.ratio)
            here = Point(hand.hover.x() * view.ratio, hand.hover.y() * view.ratio)
            copies = mirrored_places(
                view.from_device(here), options.symmetry, self._parts.surface.size
            )
            self._move((here, *(view.to_device(each) for each in copies)))
            self._follows = options.symmetry is Symmetry.NONE
        if drag is not None:
            self._point(Qt.CursorShape.ClosedHandCursor)
        elif not is_ready:
            self._point(Qt.CursorShape.ArrowCursor)
        elif hand.is_hand:
            self._point(Qt.CursorShape.OpenHandCursor)
        else:
            self._point(Qt.CursorShape.BlankCursor if is_brush else Qt.CursorShape.CrossCursor)

    def _move(self, places: tuple[Point, ...]) -> None:
        before = self._covered
        self._cursor.move(places)
        self._covered = QRect()
        if len(places) > 1:
            for each in self._cursor.rects:
                self._mark(each)
                self._covered = self._covered.united(each)
            self._mark(before)
            return
        if places:
            self._covered = self._cursor.rects[0]
        self._mark(before.united(self._covered))

    def _point(self, shape: Qt.CursorShape) -> None:
        if shape is not self._shape:
            self._shape = shape
            self._widget.setCursor(shape)


def around(rect: tuple[int, int, int, int], ratio: float) -> QRect:
    """The logical pixels that hold device pixels: left, top, right and bottom."""
    left, top, right, bottom = rect
    if ratio == 1:
        return QRect(left, top, right - left, bottom - top)
    x, y = math.floor(left / ratio), math.floor(top / ratio)
    return QRect(x, y, math.ceil(right / ratio) - x, math.ceil(bottom / ratio) - y)
