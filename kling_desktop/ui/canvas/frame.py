"""What the window shows of the picture, in pixels of the screen, kept so that little is redrawn.

Qt walks through a source image by adding up a fixed-point step from the left edge of what is
clipped. So that a part drawn again is exactly what it was within the whole, everything is drawn
in fixed columns.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from kling_desktop.domain.motion.geometry import Point, Rect, Size

if TYPE_CHECKING:
    from kling_desktop.domain.motion.view import View

COLUMN = 128
"""Device pixels."""
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

    def draw(self, view: View, level: int, source: QImage | None, size: Size, part: Rect) -> None:
        """Draw a rectangle of device pixels anew; without a source just the ground."""
        part = part.clipped(self.size.rect)
        if part.is_empty:
            return
        painter = QPainter(self.image)
        step = 1 << level
        shown = QRectF(0, 0, size.width / step, size.height / step)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.scale < SHARP)
        transform = level_transform(view, level)
        needs_ground = not _is_within(view, size, part)
        for left in range(part.left // COLUMN * COLUMN, part.right, COLUMN):
            column = QRect(left, part.top, COLUMN, part.height)
            painter.resetTransform()
            painter.setClipRect(column)
            if needs_ground:
                painter.fillRect(column, self.ground)
            if source is not None:
                painter.setTransform(transform)
                painter.drawImage(shown, source, shown)
        painter.end()


def level_transform(view: View, level: int) -> QTransform:
    """From pixels of a halved picture to device pixels."""
    a, b, c, d, dx, dy = view.matrix
    step = 1 << level
    return QTransform(a * step, b * step, c * step, d * step, dx, dy)


def shown_part(view: View, level: int, device: Rect) -> Rect:
    """The pixels of a halved picture that are needed to draw a rectangle of device pixels."""
    corners = [view.from_device(each) for each in _corners(device)]
    step = 1 / (1 << level)
    return Rect.around([each.scaled(step) for each in corners], margin=2)


def drawn_part(view: View, level: int, part: Rect) -> Rect:
    """The device pixels in which a rectangle of a halved picture has a share."""
    step = float(1 << level)
    grown = part.grown(1)
    return Rect.around([view.to_device(each.scaled(step)) for each in _corners(grown)], margin=1)


def _corners(rect: Rect) -> list[Point]:
    return [
        Point(rect.left, rect.top),
        Point(rect.right, rect.top),
        Point(rect.left, rect.bottom),
        Point(rect.right, rect.bottom),
    ]


def _is_within(view: View, size: Size, part: Rect) -> bool:
    """Whether nothing but picture is in a rectangle of device pixels, fixed columns and all."""
    left, right = part.left // COLUMN * COLUMN, math.ceil(part.right / COLUMN) * COLUMN
    margin = 1 + 1 / view.scale
    for corner in _corners(Rect(left, part.top, right, part.bottom)):
        at = view.from_device(corner)
        if not (margin <= at.x <= size.width - margin and margin <= at.y <= size.height - margin):
            return False
    return True
