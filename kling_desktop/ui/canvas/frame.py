"""What the window shows of the picture, in pixels of the screen, kept so that little is redrawn.

Qt walks through a source image by adding up a fixed-point step from the left edge of what is
clipped. So that a part drawn again is exactly what it was within the whole, everything is drawn
in columns that begin at fixed places; where the picture is turned, whole cells are drawn, since
the outline is cut by what is clipped.
"""

from __future__ import annotations

import ctypes
from math import ceil, floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.view import bounds

if TYPE_CHECKING:
    from kling_desktop.domain.motion.view import Box, View

COLUMN = 128
"""Device pixels."""
ROW = 64
"""Device pixels; of views that are turned."""
_SMOOTH = QPainter.RenderHint.SmoothPixmapTransform
_AS_IT_IS = QTransform()
"""Nothing is moved, and nothing clipped."""
SHARP = 2.0
"""Device pixels of a pixel of the picture from which on it is shown as the square that it is."""


class Frame:
    """An image of the viewport."""

    def __init__(self) -> None:
        self._painter = QPainter()  # before the image, which it must not outlive
        self._is_at_work, self._is_smooth = False, False
        self._transform: QTransform | None = None
        """What the painter does to all that is drawn, if that is known."""
        self.image = QImage()
        self._address = 0
        self.ground = QColor(0, 0, 0)
        """Around the picture."""

    @property
    def size(self) -> Size:
        return Size(self.image.width(), self.image.height())

    def resize(self, size: Size) -> None:
        """Its content is undefined afterwards."""
        if size != self.size:
            if self._is_at_work:
                self._painter.end()
                self._is_at_work = False
            self.image = QImage(size.width, size.height, QImage.Format.Format_RGB32)
            self._address = _address_of(self.image)

    def scroll(self, dx: int, dy: int) -> None:
        """Move everything; what was beyond the edge is undefined afterwards.

        Rows follow one another, so all of them are moved at once, and their ends come in at the
        other side.
        """
        by, length = dy * self.image.bytesPerLine() + 4 * dx, self.image.sizeInBytes()
        if 0 < abs(by) < length:
            start = self._address
            ctypes.memmove(start + max(by, 0), start + max(-by, 0), length - abs(by))

    def draw(self, scene: Scenery, source: QImage | None, part: Rect) -> None:
        """Draw device pixels of the viewport anew; without a source just the ground."""
        left, top, right, bottom = part
        if right <= left or bottom <= top:
            return
        x0, y0, x1, y1 = scene.held
        if source is not None and x0 <= left and right <= x1 and y0 <= top and bottom <= y1:
            if scene.shift is not None:
                self._copy(scene.shift, source, part)
                return
            if scene.is_upright:
                self._draw_columns(scene, source, part)
                return
        width, height = COLUMN, bottom - top
        if scene.is_upright:
            left = left // COLUMN * COLUMN
        else:
            left, top, height = left // COLUMN * COLUMN, top // ROW * ROW, ROW
            right, bottom = -(-right // COLUMN) * COLUMN, -(-bottom // ROW) * ROW
        painter = self._ready_painter(is_smooth=scene.is_smooth)
        part = Rect(left, top, right, bottom)
        self._draw_cells(painter, scene, source, part, Size(width, height))

    def _draw_cells(
        self, painter: QPainter, scene: Scenery, source: QImage | None, part: Rect, cell_size: Size
    ) -> None:
        (left, top, right, bottom), (width, height) = part, cell_size
        self._transform = None
        needs_ground = not scene.holds(left, top, right, bottom)
        for y in range(top, bottom, height):
            for x in range(left, right, width):
                cell = QRect(x, y, min(width, right - x), min(height, bottom - y))
                painter.resetTransform()
                painter.setClipRect(cell)
                if needs_ground:
                    painter.fillRect(cell, self.ground)
                if source is not None:
                    painter.setTransform(scene.transform)
                    painter.drawImage(scene.shown, source, scene.shown)

    def _draw_columns(self, scene: Scenery, source: QImage, part: Rect) -> None:
        """Draw what shows nothing but picture: the usual place of a stroke."""
        painter = self._ready_painter(is_smooth=scene.is_smooth)
        left, top, right, bottom = part
        x, height, shown = left // COLUMN * COLUMN, bottom - top, scene.shown
        if self._transform is not scene.transform:
            painter.setTransform(scene.transform)
            self._transform = scene.transform
        while x < right:
            painter.setWorldMatrixEnabled(False)  # what is clipped is counted in device pixels
            painter.setClipRect(x, top, right - x if right - x < COLUMN else COLUMN, height)
            painter.setWorldMatrixEnabled(True)
            painter.drawImage(shown, source, shown)
            x += COLUMN

    def _copy(self, shift: tuple[int, int], source: QImage, part: Rect) -> None:
        """Take pixels as they are."""
        painter, (left, top, right, bottom) = self._ready_painter(is_smooth=False), part
        if self._transform is not _AS_IT_IS:
            painter.resetTransform()
            painter.setClipping(False)
            self._transform = _AS_IT_IS
        there = QRect(left - shift[0], top - shift[1], right - left, bottom - top)
        painter.drawImage(QPoint(left, top), source, there)

    def _ready_painter(self, *, is_smooth: bool) -> QPainter:
        """The painter stays at work: to begin and to end takes longer than to draw a dab."""
        painter = self._painter
        if not self._is_at_work:
            painter.begin(self.image)
            self._transform = None
            self._is_at_work, self._is_smooth = True, False
        if is_smooth is not self._is_smooth:
            painter.setRenderHint(_SMOOTH, is_smooth)
            self._is_smooth = is_smooth
        return painter


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
        self.held = _inside(view, size)
        """A box of device pixels that show nothing but picture, away from its edge."""
        self.inside = _logical(self.held, view.ratio)
        """The same in logical pixels."""
        self.shift = (int(dx), int(dy)) if _is_copy(view, step) else None
        """Where pixels of the halved picture are those of the screen: how far they are moved."""
        self._matrix = (a * step, b * step, c * step, d * step, dx, dy)
        self._is_plain = not b and not c and a > 0 and d > 0

    def drawn_part(self, part: Rect) -> Rect:
        """The device pixels in which a rectangle of the halved picture has a share."""
        left, top, right, bottom = part
        if self._is_plain:
            a, _, _, d, dx, dy = self._matrix
            x0, y0 = a * (left - 1) + dx, d * (top - 1) + dy
            x1, y1 = a * (right + 1) + dx, d * (bottom + 1) + dy
        else:
            box = left - 1, top - 1, right + 1, bottom + 1
            x0, y0, x1, y1 = bounds(self._matrix, box)
        return Rect(floor(x0) - 1, floor(y0) - 1, ceil(x1) + 1, ceil(y1) + 1)

    def holds(self, left: int, top: int, right: int, bottom: int) -> bool:
        """Whether device pixels show nothing but picture, away from its edge; rather not."""
        x0, y0, x1, y1 = self.held
        return x0 <= left and right <= x1 and y0 <= top and bottom <= y1


def paint_draft(
    painter: QPainter, scene: Scenery, source: QImage | None, whole: Rect, ground: QColor
) -> None:
    """Draw all device pixels at once, of the nearest pixels of the picture: it is much quicker."""
    left, top, right, bottom = whole
    x0, y0, x1, y1 = (round(each) for each in scene.held)
    if source is None or x1 <= x0 or y1 <= y0:
        painter.fillRect(QRect(left, top, right - left, bottom - top), ground)
    else:
        y0, y1 = max(y0, top), min(y1, bottom)
        painter.fillRect(QRect(left, top, right - left, y0 - top), ground)
        painter.fillRect(QRect(left, y1, right - left, bottom - y1), ground)
        painter.fillRect(QRect(left, y0, x0 - left, y1 - y0), ground)
        painter.fillRect(QRect(x1, y0, right - x1, y1 - y0), ground)
    if source is not None:
        painter.save()
        painter.setTransform(scene.transform, combine=True)
        painter.drawImage(scene.shown, source, scene.shown)
        painter.restore()


def _address_of(image: QImage) -> int:
    """Where its pixels are; it is not shared with anybody, so they stay there."""
    if image.isNull():
        return 0
    return ctypes.addressof(ctypes.c_char.from_buffer(image.bits()))


def shown_part(view: View, level: int, device: Rect) -> Rect:
    """The pixels of a halved picture that are needed to draw a rectangle of device pixels."""
    left, top, right, bottom = bounds(view.inverse, device)
    step = 1 << level
    return Rect(
        floor(left / step) - 2,
        floor(top / step) - 2,
        ceil(right / step) + 2,
        ceil(bottom / step) + 2,
    )


def _inside(view: View, size: Size) -> Box:
    """A box of device pixels that shows nothing but picture; none where the picture is turned."""
    if not view.is_upright:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = bounds(view.matrix, (0, 0, *size))
    margin = 2 + view.scale
    return left + margin, top + margin, right - margin, bottom - margin


def _is_copy(view: View, step: int) -> bool:
    a, b, c, d, dx, dy = view.matrix
    return (a * step, b, c, d * step) == (1, 0, 0, 1) and dx == int(dx) and dy == int(dy)


def _logical(box: Box, ratio: float) -> QRect:
    """The logical pixels that lie within a box of device pixels."""
    left, top, right, bottom = (each / ratio for each in box)
    x, y = ceil(left), ceil(top)
    return QRect(x, y, max(0, floor(right) - x), max(0, floor(bottom) - y))
