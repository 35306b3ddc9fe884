"""The picture as it lies in the viewport, kept up to date with as little work as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.view import View
from kling_desktop.ui.canvas.compositor import at_level
from kling_desktop.ui.canvas.frame import Frame, Scenery, paint_draft, shown_part

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QColor, QImage, QPainter

    from kling_desktop.domain.motion.labels import Labels
    from kling_desktop.ui.canvas.compositor import Compositor

_EXACT = 1e-6
"""Device pixels that are none."""
_MANY = 8
"""Rectangles that wait for the next frame, from which on they are made one."""


@dataclass(frozen=True, slots=True)
class Content:
    """A picture that is ready to be shown."""

    size: Size
    labels: Labels
    compositor: Compositor


class _Repair(NamedTuple):
    """What changed in sight."""

    picture: Rect
    """Its pixels."""
    part: Rect
    """Those of the level that is drawn."""
    shown: Rect
    """Those of the screen."""
    grows: bool
    """Whether it is nothing but the stroke in progress, which took some pixels more."""


class Surface:
    """Collects what changes; ``catch_up`` draws it, once a frame."""

    def __init__(self) -> None:
        self.frame = Frame()
        self.view = View()
        self.level = 0
        """How many times the picture that is drawn was halved."""
        self._content: Content | None = None
        self._scenery = Scenery(self.view, 0, Size(0, 0))
        self._source: QImage | None = None
        self._repairs: list[_Repair] = []
        self._is_stale = True
        """Whether the frame shows nothing that can be used."""
        self._moved = 0, 0
        """Device pixels by which the view was moved since the frame was drawn."""
        self._whole = self.frame.size.rect
        self.is_draft = False
        """Whether the view is in motion, and shown as quickly as can be until ``refine``."""
        self.is_sketched = False
        """Whether the frame was not drawn, and ``paint_draft`` is to be used instead."""

    @property
    def content(self) -> Content | None:
        return self._content

    @property
    def viewport(self) -> Size:
        """Device pixels."""
        return self.frame.size

    @property
    def size(self) -> Size:
        """The picture's; none without one."""
        return Size(0, 0) if self._content is None else self._content.size

    def show(self, content: Content | None) -> None:
        """Have another picture, or none."""
        self._content = content
        self._choose_level()
        self._is_stale = True

    def paint_ground(self, colour: QColor) -> None:
        """Take another colour for what is around the picture."""
        self.frame.ground = colour
        self._is_stale = True

    def resize(self, size: Size) -> None:
        self.frame.resize(size)
        self._whole = size.rect
        self._is_stale = True

    def look(self, view: View, *, in_motion: bool = False) -> None:
        """Show the picture in another way; in motion as a draft, until ``refine``."""
        if view == self.view:
            return
        by = _whole_pixels(self.view, view) if in_motion else None
        if by is None:
            self._is_stale = True
        else:
            self._moved = self._moved[0] + by[0], self._moved[1] + by[1]
        self.view = view
        self.is_draft = in_motion
        self._choose_level()

    def _choose_level(self) -> None:
        """Repairs that wait are of the level that is drawn then."""
        content = self._content
        level = 0 if content is None else self.view.level(content.compositor.level_count)
        self._repairs = [
            each._replace(part=at_level(each.picture, level)) for each in self._repairs
        ]
        self.level = level
        self._scenery = Scenery(self.view, level, self.size)

    def refine(self) -> None:
        """The motion is over: draw as well as can be."""
        if self.is_draft:
            self.is_draft = False
            self._is_stale = True

    def dress(self, colour_table: tuple[int, ...]) -> None:
        if self._content is not None:
            self._content.compositor.dress(colour_table)
            self._is_stale = True

    @property
    def inside(self) -> QRect:
        """Logical pixels that show nothing but picture, away from its edge."""
        return self._scenery.inside

    def change(self, rect: Rect, *, grows: bool = False) -> Rect:
        """Pixels of the picture changed; ``grows``: the stroke in progress took some of them more.

        Only what is in sight learns of it at once; ``forget`` says it to the rest in the end.

        Returns:
            The device pixels to be shown anew.
        """
        left, top, right, bottom = rect
        if right <= left or bottom <= top:
            return rect
        if len(self._repairs) >= _MANY:
            for each in self._repairs:
                rect, grows = rect.united(each.picture), grows and each.grows
            self._repairs.clear()
        part = at_level(rect, self.level) if self.level else rect
        shown = self._scenery.drawn_part(part).clipped(self._whole)
        self._repairs.append(_Repair(rect, part, shown, grows))
        return shown

    def forget(self, rect: Rect) -> None:
        """Pixels of the picture changed; what is not in sight is made again when it is seen.

        What is in sight must be told to ``change`` as well.
        """
        if self._content is not None and not rect.is_empty:
            self._content.compositor.forget(rect, but=self.level)

    def catch_up(self) -> None:
        """Bring the frame up to date."""
        repairs, self._repairs = self._repairs, []
        content, level = self._content, self.level
        if content is not None:
            for _, part, _, grows in repairs:
                if grows:
                    content.compositor.cover(level, part)
                else:
                    content.compositor.repair(level, part)
        if self._moved != (0, 0):
            self._scroll(is_still=not repairs)
        if self._is_stale:
            self._draw_all()
        else:
            for each in repairs:
                self.frame.draw(self._scenery, self._source, each.shown)

    def paint_draft(self, painter: QPainter) -> None:
        """Draw all on the window itself, quickly; the painter counts device pixels."""
        paint_draft(painter, self._scenery, self._source, self._whole, self.frame.ground)

    def _draw_all(self) -> None:
        self._source = self._ready_source()
        self.is_sketched = self.is_draft
        if not self.is_draft:
            self._is_stale = False
            self.frame.draw(self._scenery, self._source, self._whole)

    def _scroll(self, *, is_still: bool) -> None:
        """Move what is there already, and draw what comes into sight."""
        (dx, dy), self._moved = self._moved, (0, 0)
        width, height = self.viewport
        if not is_still or abs(dx) >= width or abs(dy) >= height:
            self._is_stale = True
        if self._is_stale:
            return
        self.frame.scroll(dx, dy)
        self._source = self._ready_source()
        for part in _uncovered(dx, dy, self._whole):
            self.frame.draw(self._scenery, self._source, part)

    def _ready_source(self) -> QImage | None:
        """The picture that is drawn, right at least in what is in sight."""
        content, part = self._content, self._whole
        if content is None or part.is_empty:
            return None
        return content.compositor.image(self.level, shown_part(self.view, self.level, part))


def _whole_pixels(before: View, now: View) -> tuple[int, int] | None:
    """By how many device pixels one view lies beside another one; None if it differs in more."""
    if before.matrix[:4] != now.matrix[:4] or before.ratio != now.ratio:
        return None
    dx, dy = now.offset - before.offset
    x, y = round(dx), round(dy)
    return (x, y) if abs(dx - x) < _EXACT and abs(dy - y) < _EXACT else None


def _uncovered(dx: int, dy: int, whole: Rect) -> list[Rect]:
    """What is new in sight after everything was moved."""
    left, top, right, bottom = whole
    found = []
    if dy:
        found.append(
            Rect(left, top, right, dy) if dy > 0 else Rect(left, bottom + dy, right, bottom)
        )
        top, bottom = (dy, bottom) if dy > 0 else (top, bottom + dy)
    if dx:
        found.append(
            Rect(left, top, dx, bottom) if dx > 0 else Rect(right + dx, top, right, bottom)
        )
    return found
