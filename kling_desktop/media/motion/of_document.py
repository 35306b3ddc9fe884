"""From what is painted to what is rendered: the same masks and points that are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.wire import scaled_mask, wire_points
from kling_desktop.media.encode import FPS
from kling_desktop.media.motion.scene import Moving, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.mask import Mask
    from kling_desktop.media.motion.scene import Bytes, Picture, Points

SECONDS = 5


class Scenes:
    """Scenes of one picture, version after version: what did not change is not made anew."""

    def __init__(self, rows: NDArray[np.uint8], long_side: int | None = None) -> None:
        """``rows`` of the upright picture, with three colours in any order; more are left out."""
        height, width = rows.shape[:2]
        self._whole = Size(width, height)
        self.size = fitted(self._whole, long_side)
        """Of the frames."""
        self._picture = _at_size(rows[..., :3], self.size)
        self._masks: dict[int, tuple[Mask, Bytes]] = {}

    def scene(self, document: MotionDocument, seconds: int = SECONDS) -> Scene:
        """What a document makes of the picture, whose size it has."""
        masks: dict[int, tuple[Mask, Bytes]] = {}

        def mask(region: Region) -> Bytes:
            known = self._masks.get(region.id)
            if known is None or known[0] is not region.mask:
                known = region.mask, scaled_mask(region.mask, self.size)
            masks[region.id] = known
            return known[1]

        moving = tuple(Moving(mask(each), self._points(each)) for each in moving_regions(document))
        static = None if document.static.mask.is_empty else mask(document.static)
        self._masks = masks
        return Scene(self._picture, moving, static, seconds * FPS)

    def _points(self, region: Region) -> Points:
        """The points that are sent, as pixels of the frames."""
        sent = wire_points(region.trajectory, self._whole, self._whole, Origin.TOP_LEFT)
        scale = self.size.width / self._whole.width
        points: Points = (np.array(sent, float) + 0.5) * scale - 0.5
        return points


def scene_of(
    document: MotionDocument,
    rows: NDArray[np.uint8],
    *,
    long_side: int | None = None,
    seconds: int = SECONDS,
) -> Scene:
    """What a document makes of a picture (``rows`` as :class:`Scenes` takes them)."""
    return Scenes(rows, long_side).scene(document, seconds)


def moving_regions(document: MotionDocument) -> Iterator[Region]:
    """The regions that move, in the order in which they are sent."""
    for each in document.dynamic:
        if not each.mask.is_empty and not each.trajectory.is_empty:
            yield each


def fitted(size: Size, long_side: int | None) -> Size:
    """The same shape, no longer than that."""
    scale = 1.0 if long_side is None else min(1.0, long_side / max(size))
    return Size(max(1, round(size.width * scale)), max(1, round(size.height * scale)))


def _at_size(rows: NDArray[np.uint8], size: Size) -> Picture:
    height, width = rows.shape[:2]
    if (width, height) == size:
        return np.ascontiguousarray(rows)
    small = cv2.resize(np.ascontiguousarray(rows), tuple(size), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
