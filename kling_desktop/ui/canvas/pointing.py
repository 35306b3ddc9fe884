"""What is seen of the pointer: the outline of the brush, or a shape that says what it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from kling_desktop.domain.motion.geometry import NOTHING, Point
from kling_desktop.domain.motion.symmetry import mirrored_places
from kling_desktop.domain.motion.tools.options import Symmetry, ToolName
from kling_desktop.ui.canvas.cursor import BrushCursor

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.canvas.input import Input, Parts
    from kling_desktop.ui.canvas.marks import Marks
    from kling_desktop.ui.canvas.whereabouts import Whereabouts

BRUSHES = frozenset({ToolName.BRUSH, ToolName.ERASER, ToolName.LINE})


class Pointing:
    """Follows the pointer over a widget."""

    def __init__(self, widget: QWidget, parts: Parts, marks: Marks) -> None:
        self._widget, self._parts, self._mark = widget, parts, marks.add
        self.whereabouts: Whereabouts | None = None
        """Hears of each movement."""
        self.cursor = BrushCursor()
        self._shape: Qt.CursorShape | None = None
        self._covered = NOTHING
        """Logical pixels that the outline is drawn in."""
        self._follows = False
        """Whether there is one outline, and only its place can have changed."""

    def moved(self, hand: Input) -> None:
        """The pointer is elsewhere: where nothing else can have changed, the outline goes along."""
        if self.whereabouts is not None:
            self.whereabouts.moved()
        if hand.hover is None or not self._follows:
            self.show(hand)
            return
        x, y = hand.hover.toTuple()
        ratio = self._parts.surface.view.ratio
        covered = self.cursor.move_to(Point(x * ratio, y * ratio))
        self._mark(self._covered)
        self._mark(covered)
        self._covered = covered

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
            self.cursor.resize(radius, options.brush.hardness, view.ratio)
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
        self.cursor.move(places)
        self._covered = NOTHING
        if len(places) > 1:
            for each in self.cursor.rects:
                self._mark(each)
                self._covered = self._covered.united(each)
            self._mark(before)
            return
        if places:
            self._covered = self.cursor.rects[0]
        self._mark(before.united(self._covered))

    def _point(self, shape: Qt.CursorShape) -> None:
        if shape is not self._shape:
            self._shape = shape
            self._widget.setCursor(shape)
