"""Drawn paths, kept as a picture until something changes, and carried along by panning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from kling_desktop.domain.motion.tools.path_hits import handles
from kling_desktop.ui.canvas.path_marks import paint_region
from kling_desktop.ui.canvas.path_shapes import placed, shape_of

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.trajectory import Trajectory
    from kling_desktop.ui.canvas.path_shapes import Frame, PathShape

_MARGIN = 34.0
"""Logical pixels around lines in which badges, heads and points lie."""
_SOON = 160.0
"""Logical pixels beyond the edge that are drawn in advance, for panning."""
_SAME = 1e-3
"""Device pixels."""
_FAR = 1e8
"""Device pixels; whole numbers of the toolkit end a little farther out."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that the drawing depends on, but for where the picture was panned to."""

    paths: tuple[tuple[RegionId, Trajectory, str], ...]
    """The active region's last."""
    active: RegionId
    selected: int | None
    turn: Frame
    """The view with the picture's corner at the screen's."""
    ratio: float


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Drawn paths; all in device pixels, counted from where the picture's corner was then."""

    image: QImage
    place: QRect
    """What of the paths is in the image."""
    whole: QRect
    """Where anything of them is."""
    offset: QPointF
    """Where the picture's corner was."""

    def shows(self, offset: QPointF, extent: QRect) -> bool:
        """Whether it will do: it is only carried along by whole pixels, and holds what is seen."""
        moved = offset - self.offset
        if max(abs(moved.x() - round(moved.x())), abs(moved.y() - round(moved.y()))) > _SAME:
            return False
        seen = extent.translated(-round(moved.x()), -round(moved.y())).intersected(self.whole)
        return seen.isEmpty() or self.place.contains(seen)

    def corner(self, offset: QPointF) -> QPoint:
        """The device pixel where the image belongs."""
        moved = offset - self.offset
        return self.place.topLeft() + QPoint(round(moved.x()), round(moved.y()))


NOTHING = Layer(QImage(), QRect(), QRect(), QPointF())


def drawn(sight: Sight, offset: QPointF, extent: QRect, font: QFont) -> Layer:
    """The paths on a clear ground, as far as they are seen or soon may be."""
    shapes = [shape_of(path, sight.turn) for _, path, _ in sight.paths]
    whole = _bounds(sight, shapes, offset)
    soon = round(_SOON * sight.ratio)
    place = whole.intersected(extent.adjusted(-soon, -soon, soon, soon))
    if place.isEmpty():
        return Layer(QImage(), QRect(), whole, offset)
    image = QImage(place.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(offset - QPointF(place.topLeft()))
    painter.scale(sight.ratio, sight.ratio)
    for (number, path, colour), shape in zip(sight.paths, shapes, strict=True):
        paint_region(painter, sight, number, path, QColor(colour), shape)
    painter.end()
    return Layer(image, place, whole, offset)


def _bounds(sight: Sight, shapes: list[PathShape], offset: QPointF) -> QRect:
    """The part of the screen that is drawn on, in device pixels."""
    found = QRectF()
    for shape, (number, path, _) in zip(shapes, sight.paths, strict=True):
        found = found.united(_grown(shape.line.boundingRect(), _MARGIN))
        if number == sight.active and sight.selected is not None:
            for _, end in handles(path, sight.selected):
                at = placed(end, sight.turn)
                found = found.united(_grown(QRectF(at, at), 8.0))
    ratio = sight.ratio
    corner, size = found.topLeft() * ratio + offset, found.size() * ratio
    limit = QRectF(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)
    return QRectF(corner, size).intersected(limit).toAlignedRect()


def _grown(rect: QRectF, margin: float) -> QRectF:
    return rect.adjusted(-margin, -margin, margin, margin)
