"""Where a region is in a clip, in few numbers: what is drawn over the clip that was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.verdict import Mark

if TYPE_CHECKING:
    from kling_desktop.domain.motion.verdict import Outline
    from kling_desktop.media.motion.scene import Bytes, Points

MOST_PIECES, MOST_CORNERS = 3, 48
"""Of an outline; what is smaller or finer is not worth keeping with a job."""


def mark_of(mask: Bytes, points: Points, width: int) -> Mark:
    """A region's outline, and the place that its ways are drawn from, in shares of the width."""
    return Mark(_start(mask, points, width), outline_of(mask, width))


def outline_of(mask: Bytes, width: int) -> Outline:
    """The largest pieces of a mask as polygons, in shares of the width."""
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = sorted(found, key=cv2.contourArea, reverse=True)[:MOST_PIECES]
    return tuple(_polygon(np.asarray(each, np.int32), width) for each in largest)


def _polygon(
    contour: np.ndarray[tuple[int, ...], np.dtype[np.int32]], width: int
) -> tuple[tuple[float, float], ...]:
    tolerance = 1.0
    while len(simple := cv2.approxPolyDP(contour, tolerance, closed=True)) > MOST_CORNERS:
        tolerance *= 1.5
    corners = np.asarray(simple).reshape(-1, 2).tolist()
    return tuple(((x + 0.5) / width, (y + 0.5) / width) for x, y in corners)


def _start(mask: Bytes, points: Points, width: int) -> tuple[float, float]:
    """Where the path begins if that is in the region, else the region's middle."""
    height = mask.shape[0]
    if len(points):
        x, y = (round(float(each)) for each in points[0])
        if 0 <= x < width and 0 <= y < height and mask[y, x]:
            return (x + 0.5) / width, (y + 0.5) / width
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return 0.0, 0.0
    return (float(columns.mean()) + 0.5) / width, (float(rows.mean()) + 0.5) / width
