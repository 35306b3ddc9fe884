"""The pixels that a region needs for its way: pinned ones there would contradict its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.curve import polyline
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.path_changes import moved_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import Region
    from kling_desktop.domain.motion.mask import Pixels
    from kling_desktop.domain.motion.trajectory import Trajectory

COARSE = 256
"""Pixels of the long side in which a way is worked out: its edge need not be fine."""
MOST = 4 * COARSE
"""Places along a straight piece: a longer one leads far out of the picture."""
_EDGE = 0.01
"""Pixels that a path keeps from the right and lower edge of the picture."""


def way_of(region: Region, path: Trajectory | None = None) -> Mask:
    """Everything that a region passes over on its path, or would on another one."""
    size = region.mask.size
    points = polyline(region.trajectory if path is None else path).points
    block = max(1, -(-max(size) // COARSE))
    wide, high = -(-size.width // block), -(-size.height // block)
    mask = np.zeros((high * block, wide * block), np.uint8)
    mask[: size.height, : size.width] = region.mask.read(size.rect)
    coarse = mask.reshape(high, block, wide, block).max(axis=(1, 3))
    swept = coarse.copy()
    moves = np.rint(_along((points - points[0]) / block)).astype(int)
    for x, y in np.unique(moves, axis=0).tolist():
        _lay(swept, coarse, x, y)
    fine = cv2.resize(swept, (wide * block, high * block), interpolation=cv2.INTER_NEAREST)
    corners = np.clip(np.floor(points), -(2**20), 2**20).astype(np.int32)
    cv2.polylines(fine, [corners], isClosed=False, color=255, thickness=2 * block + 3)
    return Mask.of(np.ascontiguousarray(fine[: size.height, : size.width]))


def _along(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A place for each step of at most one along straight pieces, which have but two ends."""
    steps = np.ceil(np.abs(np.diff(points, axis=0)).max(axis=1, initial=0)).astype(int)
    steps = np.clip(steps, 1, MOST)
    pieces = [
        np.linspace(one, other, count, endpoint=False)
        for one, other, count in zip(points, points[1:], steps.tolist(), strict=False)
    ]
    return np.concatenate([*pieces, points[-1:]])


def _lay(swept: Pixels, shape: Pixels, x: int, y: int) -> None:
    """Add a shape that is moved by that much; what lies outside is cut off."""
    high, wide = shape.shape
    if abs(x) >= wide or abs(y) >= high:
        return
    there = swept[max(0, y) : high + min(0, y), max(0, x) : wide + min(0, x)]
    here = shape[max(0, -y) : high + min(0, -y), max(0, -x) : wide + min(0, -x)]
    np.maximum(there, here, out=there)


def placed(path: Trajectory, mask: Mask) -> Trajectory | None:
    """The path moved as little as may be, to lie in the picture and start in a mask."""
    points, start, size = polyline(path).points, path.nodes[0].point, mask.size
    least = Point(*(-points.min(axis=0)).tolist()) + start
    left, top = (float(each) for each in points.max(axis=0))
    most = Point(size.width - _EDGE - left, size.height - _EDGE - top) + start
    starts = Rect(
        max(0, int(np.ceil(least.x - 0.5))), max(0, int(np.ceil(least.y - 0.5))),
        min(size.width, int(np.floor(most.x - 0.5)) + 1),
        min(size.height, int(np.floor(most.y - 0.5)) + 1),
    )  # fmt: skip
    if starts.left >= starts.right or starts.top >= starts.bottom:
        return None
    ys, xs = np.nonzero(mask.read(starts))
    if not len(xs):
        return None
    middles = np.stack((xs + starts.left + 0.5, ys + starts.top + 0.5), axis=1)
    best = int(np.argmin(((middles - (start.x, start.y)) ** 2).sum(axis=1)))
    return moved_by(path, Point(*middles[best].tolist()) - start)
