"""What the window shows of the picture, in pixels of the screen, kept so that little is redrawn.

Qt walks through a source image by adding up a fixed-point step from the left edge of what is
clipped. So that a part drawn again is exactly what it was within the whole, everything is drawn
in fixed columns; where the picture is turned, the rows are fixed as well, since the outline is cut
by what is clipped.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.view import bounds

if TYPE_CHECKING:
    from kling_desktop.domain.motion.view import Box, View

COLUMN = 128
"""Device pixels."""
ROW = 64
"""Device pixels; of views that are turned."""
SHARP = 2.0
"""Device pixels of a pixel of the picture from which on it is shown as the square that it is."""


class Frame:
    """An image of the viewport."""

    def __init__(self) -> None:
        self.image = QImage()
        self.ground = QColor(0, 0, 0)
        """Around the picture."""

    @property
    def size(self) -> Size:
        return Size(self.image.width(), self.image.height())

    def resize(self, size: Size) -> None:
        """Its content is undefined afterwards."""
        if size != self.size:
            self.image = QImage(size.width, size.height, QImage.Format.Format_RGB32)

    def draw(
        self, scene: Scenery, source: QImage | None, part: Rect, *, is_draft: bool = False
    ) -> None:
        """Draw whole cells of device pixels anew; without a source just the ground.

        A draft takes the nearest pixel everywhere and all cells at once: it is much quicker.
        """
        if part.is_empty:
            return
        painter = QPainter(self.image)
        is_smooth = scene.is_smooth and not is_draft
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        needs_ground = not scene.holds(part)
        width = part.width if is_draft else COLUMN
        height = part.height if is_draft or scene.is_upright else ROW
        for top in range(part.top, part.bottom, height):
            for left in range(part.left, part.right, width):
                cell = QRect(left, top, width, height)
                painter.resetTransform()
                painter.setClipRect(cell)
                if needs_ground:
                    painter.fillRect(cell, self.ground)
                if source is not None:
                    painter.setTransform(scene.transform)
                    painter.drawImage(scene.shown, source, scene.shown)
        painter.end()


class Scenery:
    """All that is the same for every part of a view."""

    def __init__(self, view: View, level: int, size: Size) -> None:
        step = 1 << level
        a, b, c, d, dx, dy = view.matrix
        self.transform = QTransform(a * step, b * step, c * step, d * step, dx, dy)
        """From pixels of the halved picture to device pixels."""
        self.shown = QRectF(0, 0, size.width / step, size.height / step)
        self.is_smooth = view.scale < SHARP
        self.is_upright = view.is_upright
        self._inside = _inside(view, size)

    def holds(self, part: Rect) -> bool:
        """Whether device pixels show nothing but picture, away from its edge; rather not."""
        left, top, right, bottom = self._inside
        across = left <= part.left and part.right <= right
        return across and top <= part.top and part.bottom <= bottom


def whole_cells(view: View, part: Rect, viewport: Size) -> Rect:
    """A rectangle of the viewport grown to the cells that are drawn at once; maybe empty."""
    part = part.clipped(viewport.rect)
    top, bottom = part.top, part.bottom
    if not view.is_upright:
        top, bottom = top // ROW * ROW, -(-bottom // ROW) * ROW
    return Rect(part.left // COLUMN * COLUMN, top, -(-part.right // COLUMN) * COLUMN, bottom)


def shown_part(view: View, level: int, device: Rect) -> Rect:
    """The pixels of a halved picture that are needed to draw a rectangle of device pixels."""
    left, top, right, bottom = bounds(view.inverse, device)
    step = 1 << level
    return Rect(
        math.floor(left / step) - 2,
        math.floor(top / step) - 2,
        math.ceil(right / step) + 2,
        math.ceil(bottom / step) + 2,
    )


def drawn_part(view: View, level: int, part: Rect) -> Rect:
    """The device pixels in which a rectangle of a halved picture has a share."""
    step = 1 << level
    left, top, right, bottom = part
    grown = ((left - 1) * step, (top - 1) * step, (right + 1) * step, (bottom + 1) * step)
    x0, y0, x1, y1 = bounds(view.matrix, grown)
    return Rect(math.floor(x0) - 1, math.floor(y0) - 1, math.ceil(x1) + 1, math.ceil(y1) + 1)


def _inside(view: View, size: Size) -> Box:
    """A box of device pixels that shows nothing but picture; none where the picture is turned."""
    if not view.is_upright:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = bounds(view.matrix, (0, 0, *size))
    margin = 2 + view.scale
    return left + margin, top + margin, right - margin, bottom - margin
