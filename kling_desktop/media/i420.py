"""Frames as an encoder takes them: a plane of light, and two of colour at half its size (I420)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARES = (1, 2, 2)
"""By what the sides of each plane are shorter than the frame's."""


def planes_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows of red, green and blue as planes one below another, in one array; even sides only."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)


def split(
    planes: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """The light and the two colours of such an array, which they are parts of."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    blue, red = planes[height:].reshape(2, height // 2, width // 2)
    return planes[:height], blue, red
