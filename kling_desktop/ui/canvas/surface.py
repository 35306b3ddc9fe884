"""The picture as it lies in the viewport, kept up to date with as little work as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.view import View
from kling_desktop.ui.canvas.compositor import at_level
from kling_desktop.ui.canvas.frame import Frame, drawn_part, shown_part

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QColor

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


class Surface:
    """Collects what changes; ``catch_up`` draws it, once a frame."""

    def __init__(self) -> None:
        self.frame = Frame()
        self.view = View()
        self._content: Content | None = None
        self._repairs: list[Rect] = []
        """Pixels of the picture that changed in sight."""
        self._is_stale = True

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

    @property
    def level(self) -> int:
        content = self._content
        return 0 if content is None else self.view.level(content.compositor.level_count)

    def show(self, content: Content | None) -> None:
        """Have another picture, or none."""
        self._content = content
        self._repairs.clear()
        self._is_stale = True

    def paint_ground(self, colour: QColor) -> None:
        """Take another colour for what is around the picture."""
        self.frame.ground = colour
        self._is_stale = True

    def resize(self, size: Size) -> None:
        self.frame.resize(size)
        self._is_stale = True

    def look(self, view: View) -> None:
        """Show the picture in another way."""
        if view != self.view:
            self.view = view
            self._is_stale = True

    def dress(self, colour_table: tuple[int, ...]) -> None:
        if self._content is not None:
            self._content.compositor.dress(colour_table)
            self._repairs.clear()
            self._is_stale = True

    def is_inside(self, part: QRect) -> bool:
        """Whether logical pixels show nothing but picture, away from its edge."""
        view, size = self.view, self.size
        margin = 2 / view.scale
        for x in (part.left() - 1, part.right() + 2):
            for y in (part.top() - 1, part.bottom() + 2):
                at = view.to_picture(Point(x, y))
                across = margin < at.x < size.width - margin
                if not (across and margin < at.y < size.height - margin):
                    return False
        return True

    def change(self, rect: Rect) -> Rect:
        """Pixels of the picture changed while a stroke is in progress.

        Only what is in sight learns of it at once; ``forget`` says it to the rest in the end.

        Returns:
            The device pixels to be shown anew.
        """
        if rect.is_empty:
            return rect
        self._repairs.append(rect)
        if len(self._repairs) > _MANY:
            united = self._repairs[0]
            for each in self._repairs:
                united = united.united(each)
            self._repairs = [united]
        level = self.level
        return drawn_part(self.view, level, at_level(rect, level))

    def forget(self, rect: Rect) -> None:
        """Pixels of the picture changed for good; they are made again where they are seen."""
        if self._content is not None and not rect.is_empty:
            self._content.compositor.forget(rect)

    def catch_up(self) -> None:
        """Bring the frame up to date."""
        repairs, self._repairs = self._repairs, []
        content, level = self._content, self.level
        if content is not None:
            for each in repairs:
                content.compositor.repair(level, at_level(each, level))
        if self._is_stale:
            self._is_stale = False
            self._draw(self.frame.size.rect)
        else:
            for each in repairs:
                self._draw(drawn_part(self.view, level, at_level(each, level)))

    def _draw(self, part: Rect) -> None:
        content, level = self._content, self.level
        if content is None:
            self.frame.draw(self.view, level, None, Size(0, 0), part)
            return
        part = part.clipped(self.frame.size.rect)
        image = content.compositor.image(level, shown_part(self.view, level, part))
        self.frame.draw(self.view, level, image, content.size, part)
