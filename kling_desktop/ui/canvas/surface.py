"""The picture as it lies in the viewport, kept up to date with as little work as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.view import View
from kling_desktop.ui.canvas.compositor import at_level
from kling_desktop.ui.canvas.frame import Frame, Scenery, shown_part

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QColor, QImage

    from kling_desktop.domain.motion.labels import Labels
    from kling_desktop.ui.canvas.compositor import Compositor

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
        self._whole = self.frame.size.rect
        self.is_draft = False

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
        if view != self.view:
            self.view = view
            self.is_draft = in_motion
            self._choose_level()
            self._is_stale = True

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

    def is_inside(self, part: QRect) -> bool:
        """Whether logical pixels show nothing but picture, away from its edge."""
        return self._scenery.inside.contains(part)

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
        part = at_level(rect, self.level)
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
            for each in repairs:
                if each.grows:
                    content.compositor.cover(level, each.part)
                else:
                    content.compositor.repair(level, each.part)
        if self._is_stale:
            self._draw_all()
        else:
            for each in repairs:
                self.frame.draw(self._scenery, self._source, each.shown)

    def _draw_all(self) -> None:
        self._is_stale = False
        content, source = self._content, None
        part = self._whole
        if content is not None and not part.is_empty:
            source = content.compositor.image(self.level, shown_part(self.view, self.level, part))
        self._source = source
        self.frame.draw(self._scenery, source, part, is_draft=self.is_draft)
