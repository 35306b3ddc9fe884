"""The slow truth about the canvas: everything from the masks, from scratch, in plain numpy.

Nothing of the canvas's label map, pyramid, tiles, caches or live strokes is used. Sampling follows
the same rule as the canvas (the smallest halved picture that need not be enlarged), in two ways:
by Qt in the same fixed cells, which must be equal to the byte, and by plain arithmetic.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from kling_desktop.domain.motion.geometry import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.view import View

    Rows = NDArray[np.uint8]


def composite(picture: Rows, document: MotionDocument, table: Sequence[int], level: int) -> Rows:
    """A halved picture with the regions over it."""
    base = picture.astype(np.int64)
    for _ in range(level):
        base = _halved(base)
    step = 1 << level
    index = np.zeros(base.shape[:2], np.int64)
    for region in document.regions:
        owned = region.mask.read(document.size.rect)[::step, ::step] > 0
        code = 7 if region.is_static else int(region.id)
        y, x = np.nonzero(owned)
        index[y, x] = code + 8 * _striped(region, y, x)
    argb = np.array(table, np.int64)[index]
    alpha = argb >> 24 & 255
    for channel, shift in enumerate((0, 8, 16)):
        colour = _by_255((argb >> shift & 255) * alpha)
        base[..., channel] = colour + _by_255(base[..., channel] * (255 - alpha))
    return base.astype(np.uint8)


def _striped(region: Region, y: NDArray[np.intp], x: NDArray[np.intp]) -> NDArray[np.bool_]:
    rises, falls = (x + y) % 16, (x - y) % 16
    x, y = x % 16, y % 16
    return {
        1: rises < 3,
        2: falls < 3,
        3: y < 3,
        4: x < 3,
        5: (x < 2) | (y < 2),
        6: (x - 8) ** 2 + (y - 8) ** 2 < 14,
        0: (rises < 2) | (falls < 2),
    }[int(region.id)]


def _by_255(value: NDArray[np.int64]) -> NDArray[np.int64]:
    """Division as Qt rounds it."""
    return (value + (value >> 8) + 128) >> 8


def _halved(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    height, width = rows.shape[:2]
    rows = np.pad(rows, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    total = rows[::2, ::2] + rows[1::2, ::2] + rows[::2, 1::2] + rows[1::2, 1::2]
    return (total + 2) >> 2


def level_of(scale: float, picture: Rows) -> int:
    levels, side = 1, max(picture.shape[:2])
    while side > 256:
        levels, side = levels + 1, -(-side // 2)
    return max(0, min(levels - 1, math.floor(1e-9 - math.log2(scale))))


def frame(
    picture: Rows, document: MotionDocument, table: Sequence[int], view: View,
    shape: tuple[int, int], ground: str,
) -> Rows:  # fmt: skip
    """The whole viewport, by Qt's own sampling."""
    width, height = shape
    level = level_of(view.scale, picture)
    rows = np.ascontiguousarray(composite(picture, document, table, level))
    source = QImage(rows.data, rows.shape[1], rows.shape[0], QImage.Format.Format_RGB32)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.scale < 2)
    step = 1 << level
    shown = QRectF(0, 0, document.size.width / step, document.size.height / step)
    a, b, c, d, dx, dy = view.matrix
    tall = height if view.is_upright else 64
    for left, top in product(range(0, width, 128), range(0, height, tall)):
        painter.resetTransform()
        painter.setClipRect(QRect(left, top, 128, tall))
        painter.setTransform(QTransform(a * step, b * step, c * step, d * step, dx, dy))
        painter.drawImage(shown, source, shown)
    painter.end()
    return pixels(image)


def sampled(
    picture: Rows, document: MotionDocument, table: Sequence[int], view: View,
    places: Sequence[tuple[int, int]],
) -> NDArray[np.float64]:  # fmt: skip
    """The colours at some device pixels, by arithmetic alone."""
    level = level_of(view.scale, picture)
    rows = composite(picture, document, table, level).astype(np.float64)
    found = []
    for x, y in places:
        at = view.from_device(Point(x + 0.5, y + 0.5)).scaled(1 / (1 << level))
        found.append(_nearest(rows, at) if view.scale >= 2 else _between(rows, at))
    return np.array(found)


def _nearest(rows: NDArray[np.float64], at: Point) -> NDArray[np.float64]:
    return rows[math.floor(at.y), math.floor(at.x), :3]


def _between(rows: NDArray[np.float64], at: Point) -> NDArray[np.float64]:
    x, y = at.x - 0.5, at.y - 0.5
    left, top = math.floor(x), math.floor(y)
    u, v = x - left, y - top
    down, across = rows.shape[0] - 1, rows.shape[1] - 1
    y0, y1 = np.clip([top, top + 1], 0, down)
    x0, x1 = np.clip([left, left + 1], 0, across)
    above = rows[y0, x0, :3] * (1 - u) + rows[y0, x1, :3] * u
    below = rows[y1, x0, :3] * (1 - u) + rows[y1, x1, :3] * u
    mixed: NDArray[np.float64] = above * (1 - v) + below * v
    return mixed


def pixels(image: QImage) -> Rows:
    """A copy of the colours: blue, green, red."""
    rows = np.frombuffer(image.constBits(), np.uint8)
    return rows.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), :3].copy()
