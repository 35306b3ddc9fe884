"""The outline of what a brush would paint: light within dark, so that it is seen on anything.

Masks are binary: a soft brush covers the pixels that are half covered or more. The line is drawn
there; a dotted one shows how far the soft edge reaches.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from kling_desktop.domain.motion.geometry import Rect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.motion.geometry import Point

_DARK, _LIGHT = QColor(0, 0, 0, 190), QColor(255, 255, 255, 235)
_LARGEST_KEPT = 700.0
"""Device pixels of a radius up to which the outline is kept as an image."""
_MARGIN = 3
_CROSS = 6.0
"""Device pixels of radius below which a cross shows where the brush is."""


class BrushCursor:
    """Where the brush is and how large; drawn in device pixels."""

    def __init__(self) -> None:
        self._places: tuple[Point, ...] = ()
        self._radius, self._hardness, self._ratio = 0.0, 1.0, 1.0
        self._reach, self._side = 0.0, 0
        """How far it is drawn: device pixels to each side, and logical ones in all."""
        self._image: QImage | None = None
        self._half = 0

    def move(self, places: Iterable[Point]) -> None:
        """Be at these device pixels, or with none nowhere."""
        self._places = tuple(places)

    def move_to(self, place: Point) -> Rect:
        """Be at one device pixel; gives the logical ones that it is drawn in then."""
        self._places = (place,)
        return self._rect(place)

    def resize(self, radius: float, hardness: float, ratio: float) -> None:
        """Radius in device pixels, and how many of those are a logical one."""
        if (radius, hardness, ratio) != (self._radius, self._hardness, self._ratio):
            self._radius, self._hardness, self._ratio = radius, hardness, ratio
            self._reach = max(radius, _CROSS * ratio) + (_MARGIN + 1) * ratio
            self._side = math.ceil(2 * self._reach / ratio) + 2
            self._image = None

    @property
    def rects(self) -> list[Rect]:
        """The logical pixels that it is drawn in."""
        return [self._rect(each) for each in self._places]

    def paint(self, painter: QPainter) -> None:
        """Draw it; the painter counts in logical pixels."""
        for place in self._places:
            if self._radius > _LARGEST_KEPT:
                painter.save()
                painter.scale(1 / self._ratio, 1 / self._ratio)
                self._draw(painter, QPointF(place.x, place.y))
                painter.restore()
            else:
                self._blit(painter, place)

    def _blit(self, painter: QPainter, place: Point) -> None:
        if self._image is None:
            self._image = self._drawn()
            self._half = self._image.width() // 2
        x, y = place
        left, top = math.floor(x) - self._half, math.floor(y) - self._half
        if self._ratio == 1:
            painter.drawImage(left, top, self._image)
        else:
            painter.drawImage(QPointF(left / self._ratio, top / self._ratio), self._image)

    def _drawn(self) -> QImage:
        reach = math.ceil(max(self._radius, _CROSS * self._ratio) + _MARGIN * self._ratio)
        image = QImage(2 * reach, 2 * reach, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self._draw(painter, QPointF(reach + 0.5, reach + 0.5))
        painter.end()
        image.setDevicePixelRatio(self._ratio)
        return image

    def _draw(self, painter: QPainter, middle: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self._ratio
        edge = self._radius * (1 + self._hardness) / 2
        _circle(painter, middle, edge + line / 2, _DARK, line)
        _circle(painter, middle, edge - line / 2, _LIGHT, line)
        if self._radius - edge > 2 * line:
            _circle(painter, middle, self._radius + line / 2, _DARK, line, Qt.PenStyle.DotLine)
            _circle(painter, middle, self._radius - line / 2, _LIGHT, line, Qt.PenStyle.DotLine)
        if edge < _CROSS * line / 2:
            _cross(painter, middle, _CROSS * line, line)

    def _rect(self, place: Point) -> Rect:
        (x, y), reach, ratio, side = place, self._reach, self._ratio, self._side
        left, top = math.floor((x - reach) / ratio), math.floor((y - reach) / ratio)
        return Rect(left, top, left + side, top + side)


def _circle(
    painter: QPainter,
    middle: QPointF,
    radius: float,
    colour: QColor,
    width: float,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    if radius > 0:
        painter.setPen(QPen(colour, width, style))
        painter.drawEllipse(middle, radius, radius)


def _cross(painter: QPainter, middle: QPointF, reach: float, width: float) -> None:
    for colour, broad in ((_DARK, 3 * width), (_LIGHT, width)):
        painter.setPen(QPen(colour, broad))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            near, far = reach * 0.55, reach
            painter.drawLine(
                middle + QPointF(dx * near, dy * near), middle + QPointF(dx * far, dy * far)
            )
