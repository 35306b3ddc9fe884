"""Which pixels of a picture have a colour like that of one of them.

The distance is Euclid's in OpenCV's 8-bit Lab (lightness over 0 to 255), where equal steps look
about equally large. Like is what is no farther than the tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.mask import TILE, Mask
from kling_desktop.domain.motion.parts import connected

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.mask import Pixels

_FIRST_WINDOW = 512
"""Pixels around a place where what hangs together is looked for first."""
_SQUARES = (np.arange(256, dtype=np.uint16) ** 2).astype(np.uint16)


def like(picture: NDArray[np.uint8], x: int, y: int, tolerance: int) -> Mask:
    """Everything of a colour like that of a pixel, wherever it is."""
    size = _size(picture)
    mask, colour = Mask.empty(size), _lab(picture[y : y + 1, x : x + 1])[0, 0]
    for top in range(0, size.height, TILE):
        rect = Rect(0, top, size.width, top + TILE).clipped(size.rect)
        mask = mask.written(rect, _near(picture[rect.slices], colour, tolerance))
    return mask


def like_around(picture: NDArray[np.uint8], x: int, y: int, tolerance: int) -> Mask:
    """What hangs together with a pixel, by the sides, and is of a colour like it."""
    size, margin = _size(picture), _FIRST_WINDOW // 2
    colour = _lab(picture[y : y + 1, x : x + 1])[0, 0]
    while True:
        window = Rect(x, y, x + 1, y + 1).grown(margin).aligned(8).clipped(size.rect)
        near = _near(picture[window.slices], colour, tolerance)
        found = connected(near, x - window.left, y - window.top, 4)
        if window == size.rect or not _reaches_out(found, window, size):
            return Mask.part(size, window, found)
        margin *= 2


def _size(picture: NDArray[np.uint8]) -> Size:
    return Size(picture.shape[1], picture.shape[0])


def _lab(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    lab = cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_BGR2LAB)
    return np.asarray(lab, np.uint8)


def _near(part: NDArray[np.uint8], colour: NDArray[np.uint8], tolerance: int) -> Pixels:
    """255 where the colour is like."""
    lab = _lab(part)
    apart = cv2.absdiff(lab, np.broadcast_to(colour, lab.shape).copy())
    squares = cv2.transform(cv2.LUT(apart, _SQUARES), np.ones((1, 3), np.float32))
    limit = min(max(tolerance, 0), 255) ** 2  # sums that do not fit stop at 65535, far above
    return np.where(squares <= limit, np.uint8(255), np.uint8(0))


def _reaches_out(found: Pixels, window: Rect, size: Size) -> bool:
    """Whether it touches a side of the window beyond which the picture goes on."""
    return bool(
        (window.left > 0 and found[:, 0].any())
        or (window.top > 0 and found[0].any())
        or (window.right < size.width and found[:, -1].any())
        or (window.bottom < size.height and found[-1].any())
    )
