"""Which pixels of a picture have a colour like that of one of them.

Like is where none of red, green and blue differs by more than the tolerance, the measure of
Photoshop's and GIMP's wands and the fastest one. In Lab steps would look more equal, but converting
an 8K picture takes longer than all the rest.
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


def like(picture: NDArray[np.uint8], x: int, y: int, tolerance: int) -> Mask:
    """Everything of a colour like that of a pixel, wherever it is."""
    size = _size(picture)
    mask, colour = Mask.empty(size), picture[y, x]
    for top in range(0, size.height, TILE):
        rect = Rect(0, top, size.width, top + TILE).clipped(size.rect)
        mask = mask.written(rect, _near(picture[rect.slices], colour, tolerance))
    return mask


def like_around(picture: NDArray[np.uint8], x: int, y: int, tolerance: int) -> Mask:
    """What hangs together with a pixel, by the sides, and is of a colour like it."""
    size, margin = _size(picture), _FIRST_WINDOW // 2
    colour = picture[y, x]
    while True:
        window = Rect(x, y, x + 1, y + 1).grown(margin).aligned(8).clipped(size.rect)
        near = _near(picture[window.slices], colour, tolerance)
        found = connected(near, x - window.left, y - window.top, 4)
        if window == size.rect or not _reaches_out(found, window, size):
            return Mask.part(size, window, found)
        margin *= 2


def _size(picture: NDArray[np.uint8]) -> Size:
    return Size(picture.shape[1], picture.shape[0])


def _near(part: NDArray[np.uint8], colour: NDArray[np.uint8], tolerance: int) -> Pixels:
    """255 where the colour is like."""
    middle, reach = colour.astype(np.float64), min(max(tolerance, 0), 255)
    low, high = middle - reach, middle + reach
    low[3:], high[3:] = 0, 255  # the unused channel
    return np.asarray(cv2.inRange(part, low, high), np.uint8)


def _reaches_out(found: Pixels, window: Rect, size: Size) -> bool:
    """Whether it touches a side of the window beyond which the picture goes on."""
    return bool(
        (window.left > 0 and found[:, 0].any())
        or (window.top > 0 and found[0].any())
        or (window.right < size.width and found[:, -1].any())
        or (window.bottom < size.height and found[-1].any())
    )
