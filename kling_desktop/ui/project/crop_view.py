"""A picture with a box on it: what is inside is kept. The box never leaves Kling's limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.limits import MAX_RATIO, MIN_RATIO
from kling_desktop.domain.motion.fitting import limited
from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.ui.canvas.picture_view import fitted
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

NEAR = 8
"""Pixels of the screen from an edge that still take hold of it."""
HANDLE = 9
SHADE = QColor(0, 0, 0, 150)
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
SHAPES = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor, (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor, (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor, (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor, (0, 1): Qt.CursorShape.SizeVerCursor,
    (0, 0): Qt.CursorShape.SizeAllCursor,
}  # fmt: skip


class CropView(QWidget):
    """Edges and corners are dragged, the inside moves; arrow keys move by a pixel, Shift by ten."""

    changed = Signal(object)
    """The box: a ``Rect`` in pixels of the picture."""

    def __init__(self, image: QImage, crop: Rect) -> None:
        super().__init__()
        self.setAccessibleName("Part of the picture that is kept")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(320, 220)
        self._image = image
        self._size = Size(image.width(), image.height())
        self._crop = crop
        self._grip: tuple[int, int] | None = None
        """The edges that are held: -1, 0 or 1 across and down; none of them moves the whole."""
        self._from = (QPointF(), crop)

    @property
    def crop(self) -> Rect:
        return self._crop

    def set_crop(self, crop: Rect) -> None:
        """Choose another part; the nearest one that can be sent counts."""
        self._take(limited(crop, self._size))

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = self._grip_at(event.position())
            self._from = (event.position(), self._crop)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            grip = self._grip_at(event.position())
            self.setCursor(Qt.CursorShape.ArrowCursor if grip is None else SHAPES[grip])
            return
        start, box = self._from
        way = (event.position() - start) / self._scale
        dx, dy = round(way.x()), round(way.y())
        if self._grip == (0, 0):
            self._move(box, dx, dy)
        else:
            self._take(resized(box, self._grip, dx, dy, self._size))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        times = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._move(self._crop, step[0] * times, step[1] * times)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame, box = self._frame, self._on_screen(self._crop)
        painter.drawImage(frame, self._image)
        for each in _around(QRectF(frame), box):
            painter.fillRect(each, SHADE)
        self._draw_limit(painter)
        painter.setPen(QPen(QColor("white"), 3))
        painter.drawRect(box)
        painter.setPen(QPen(QColor(tokens().accent), 1.5))
        painter.drawRect(box)
        for spot in _handles(box):
            painter.fillRect(spot, QColor("white"))
            painter.drawRect(spot)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens().accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw_limit(self, painter: QPainter) -> None:
        """The most that Kling would take around the middle of the box."""
        largest = limited(self._size.rect, self._size)
        if largest == self._size.rect:
            return
        crop, (width, height) = self._crop, (largest.width, largest.height)
        left = (crop.left + crop.right - width) // 2
        top = (crop.top + crop.bottom - height) // 2
        left = min(max(0, left), self._size.width - width)
        top = min(max(0, top), self._size.height - height)
        painter.setPen(QPen(QColor("white"), 1, Qt.PenStyle.DashLine))
        painter.drawRect(self._on_screen(Rect(left, top, left + width, top + height)))

    def _move(self, box: Rect, dx: int, dy: int) -> None:
        dx = min(max(dx, -box.left), self._size.width - box.right)
        dy = min(max(dy, -box.top), self._size.height - box.bottom)
        self._take(box.moved(dx, dy))

    def _take(self, crop: Rect) -> None:
        if crop != self._crop:
            self._crop = crop
            self.update()
            self.changed.emit(crop)

    @property
    def _frame(self) -> QRect:
        return fitted(self._image.size(), self.rect().adjusted(6, 6, -6, -6))

    @property
    def _scale(self) -> float:
        """Pixels of the screen for one of the picture."""
        return self._frame.width() / max(1, self._size.width)

    def _on_screen(self, box: Rect) -> QRectF:
        frame, scale = self._frame, self._scale
        return QRectF(
            frame.left() + box.left * scale, frame.top() + box.top * scale,
            box.width * scale, box.height * scale,
        )  # fmt: skip

    def _grip_at(self, spot: QPointF) -> tuple[int, int] | None:
        box = self._on_screen(self._crop)
        if not box.adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(spot):
            return None
        return (
            _side(spot.x(), box.left(), box.right()),
            _side(spot.y(), box.top(), box.bottom()),
        )


def resized(box: Rect, grip: tuple[int, int], dx: int, dy: int, size: Size) -> Rect:
    """With the held edges moved; the others stay, unless the shape would be none that Kling takes.

    Each side keeps a pixel at least.
    """
    left, top, right, bottom = box
    if grip[0] < 0:
        left = min(max(0, left + dx), right - 1)
    elif grip[0] > 0:
        right = max(min(size.width, right + dx), left + 1)
    if grip[1] < 0:
        top = min(max(0, top + dy), bottom - 1)
    elif grip[1] > 0:
        bottom = max(min(size.height, bottom + dy), top + 1)
    width = min(right - left, max(1, math.floor((bottom - top) * MAX_RATIO)))
    height = min(bottom - top, max(1, math.floor(width / MIN_RATIO)))
    left, right = (right - width, right) if grip[0] < 0 else (left, left + width)
    top, bottom = (bottom - height, bottom) if grip[1] < 0 else (top, top + height)
    return limited(Rect(left, top, right, bottom), size)


def _side(at: float, low: float, high: float) -> int:
    near_low, near_high = abs(at - low) <= NEAR, abs(at - high) <= NEAR
    if near_low and near_high:
        return -1 if abs(at - low) < abs(at - high) else 1
    return -1 if near_low else int(near_high)


def _around(whole: QRectF, box: QRectF) -> Iterator[QRectF]:
    yield QRectF(whole.left(), whole.top(), whole.width(), box.top() - whole.top())
    yield QRectF(whole.left(), box.bottom(), whole.width(), whole.bottom() - box.bottom())
    yield QRectF(whole.left(), box.top(), box.left() - whole.left(), box.height())
    yield QRectF(box.right(), box.top(), whole.right() - box.right(), box.height())


def _handles(box: QRectF) -> Iterator[QRectF]:
    for x in (box.left(), box.center().x(), box.right()):
        for y in (box.top(), box.center().y(), box.bottom()):
            if QPointF(x, y) != box.center():
                yield QRectF(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE)
