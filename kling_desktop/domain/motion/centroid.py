"""Where a path of a region best begins: in the middle of its pixels."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.mask import TILE

if TYPE_CHECKING:
    from kling_desktop.domain.motion.mask import Mask, Tile


@lru_cache(maxsize=8)
def centroid(mask: Mask) -> Point | None:
    """The middle of its pixels, or the pixel nearest to it where the mask is hollow there.

    None where the mask is empty. Kling wants a path to start inside its mask.
    """
    area, x, y = 0, 0.0, 0.0
    for place, tile in mask.placed():
        if tile is not None:
            count, sum_x, sum_y = _sums(tile)
            area += count
            x += sum_x + count * place.left
            y += sum_y + count * place.top
    if not area:
        return None
    middle = Point(x / area + 0.5, y / area + 0.5)
    return middle if mask.holds(middle) else _nearest_pixel(mask, middle)


def _sums(tile: Tile) -> tuple[int, float, float]:
    """How many pixels are in, and the sums of their columns and rows."""
    bits = np.unpackbits(np.frombuffer(tile, np.uint8)).reshape(TILE, TILE)
    columns, rows = bits.sum(axis=0, dtype=np.int64), bits.sum(axis=1, dtype=np.int64)
    numbers = np.arange(TILE)
    return int(rows.sum()), float(columns @ numbers), float(rows @ numbers)


def _nearest_pixel(mask: Mask, point: Point) -> Point:
    best, distance = point, float("inf")
    for place, tile in mask.placed():
        if tile is None or _gap(place, point) >= distance:
            continue
        inside = place.clipped(mask.size.rect)
        ys, xs = np.nonzero(mask.read(inside))
        squares = (xs + inside.left + 0.5 - point.x) ** 2 + (ys + inside.top + 0.5 - point.y) ** 2
        if len(squares) and squares.min() < distance**2:
            pixel = int(np.argmin(squares))
            best = Point(float(xs[pixel]) + inside.left + 0.5, float(ys[pixel]) + inside.top + 0.5)
            distance = best.distance(point)
    return best


def _gap(place: Rect, point: Point) -> float:
    """How far a rectangle is away; 0 inside it."""
    x = max(place.left - point.x, 0.0, point.x - place.right)
    y = max(place.top - point.y, 0.0, point.y - place.bottom)
    return Point(0.0, 0.0).distance(Point(x, y))
