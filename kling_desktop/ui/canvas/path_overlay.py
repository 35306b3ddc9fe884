"""The paths over the picture: where each region goes, in which direction, and how fast.

Everything but the path itself has the same size at any zoom. Light lies on dark throughout, so
that paths stand out from whatever picture is below.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPaintDevice,
    QPainter,
)
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.motion.curve import length
from kling_desktop.domain.motion.sampling import percent_of_width
from kling_desktop.ui.canvas.path_layer import NOTHING, Sight, drawn
from kling_desktop.ui.canvas.path_marks import small_font
from kling_desktop.ui.canvas.path_shapes import Frame, Ground, frame_of, placed, turn_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.tools.tool import Scene
    from kling_desktop.domain.motion.trajectory import Trajectory

SECONDS = 5.0
"""Of a clip with a brush."""
_GAP, _EDGE = 14.0, 4.0
"""Logical pixels from the path's end to its ruler, and from there to the window's edge."""
_LIGHT = QColor(255, 255, 255)
_PLATE = QColor(20, 22, 26, 225)


class PathOverlay:
    """Draws the paths of the regions in sight; the active one last, with its points.

    The drawing is kept until something changes: while a stroke is painted below, only the touched
    part of it is laid over anew, and while the picture is panned it is carried along.
    """

    def __init__(
        self, colour: Callable[[RegionId], str], selected: Callable[[], int | None] = lambda: None
    ) -> None:
        self._colour, self._selected = colour, selected
        self._seen: Sight | None = None
        self._layer = NOTHING

    def paint(self, painter: QPainter, view: Ground, scene: Scene) -> None:
        """Draw in logical pixels; ``view.to_view`` says where a place of the picture is."""
        frame = frame_of(view)
        extent, ratio = _extent(painter.device())
        sight = self._sight(scene, turn_of(frame), ratio)
        offset = QPointF(frame[4], frame[5]) * ratio
        if sight != self._seen or not self._layer.shows(offset, extent):
            self._seen, self._layer = sight, drawn(sight, offset, extent, painter.font())
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.drawImage(self._layer.corner(offset), self._layer.image)
        painter.restore()
        _paint_ruler(painter, sight, scene.document.size, offset / ratio, extent)

    def _sight(self, scene: Scene, turn: Frame, ratio: float) -> Sight:
        regions = [each for each in scene.document.shown() if each.trajectory.nodes]
        regions.sort(key=lambda each: each.id == scene.active)
        paths = tuple((each.id, each.trajectory, self._colour(each.id)) for each in regions)
        return Sight(paths, scene.active, self._selected(), turn, ratio)


def _extent(device: QPaintDevice) -> tuple[QRect, float]:
    """Device pixels of what is painted on; of widgets Qt tells logical ones."""
    ratio = float(device.devicePixelRatio())
    own = ratio if isinstance(device, QWidget) else 1.0
    return QRect(0, 0, math.ceil(device.width() * own), math.ceil(device.height() * own)), ratio


def ruler(path: Trajectory, size: Size) -> str:
    """How far it leads and how fast: Kling ignores ways below some percent of the width."""
    percent = percent_of_width(length(path), size.width)
    return f"{_number(percent)} % of the width, {_number(percent / SECONDS)} % a second"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def _paint_ruler(
    painter: QPainter, sight: Sight, size: Size, offset: QPointF, extent: QRect
) -> None:
    """The active path's length, on a plate beside its end and never beyond the edge."""
    if not sight.paths or sight.paths[-1][0] != sight.active or sight.paths[-1][1].is_empty:
        return
    path = sight.paths[-1][1]
    words, end = ruler(path, size), placed(path.nodes[-1].point, sight.turn) + offset
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(small_font(painter.font(), bold=False))
    space = QFontMetricsF(painter.font()).boundingRect(words)
    wide, high = space.width() + 14, space.height() + 8
    left = _beside(end.x(), wide, extent.width() / sight.ratio)
    top = _beside(end.y(), high, extent.height() / sight.ratio)
    plate = QRectF(left, top, wide, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(plate, 5, 5)
    painter.setPen(_LIGHT)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()


def _beside(place: float, space: float, limit: float) -> float:
    """Where something begins that lies after a place, or before it where there is no room."""
    after = place + _GAP
    found = after if after + space <= limit - _EDGE else place - _GAP - space
    return max(_EDGE, min(found, limit - space - _EDGE))
