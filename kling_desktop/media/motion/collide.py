"""Which regions run into others, or into what is static: one of two must then pass before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.scene import Bytes, Floats, Points

_LONG_SIDE = 96
"""Pixels of the masks that are compared."""
_MOMENTS = 16
_TOUCH = 0.1
"""Share of a region that may be covered before it counts."""


def collisions(
    small: Sequence[Floats], moved: Sequence[Points], still: Floats | None, long_side: int
) -> list[bool]:
    """For each region whether it ever covers a good part of itself with something else's place.

    What carries its surroundings along cannot pass before or behind anything: it would push it.

    Args:
        small: the masks, :func:`shrunk`.
        moved: their ways, in pixels of the picture.
        still: what is static, shrunk as well.
        long_side: of the picture.
    """
    if not small:
        return []
    scale = _scale(long_side)
    found = np.zeros(len(small), np.bool_)
    for number in np.unique(np.linspace(0, len(moved[0]) - 1, _MOMENTS).round().astype(int)):
        now = [_shifted(mask, way[number] * scale) for mask, way in zip(small, moved, strict=True)]
        flat = np.stack([each.ravel() for each in now])
        shared = flat @ flat.T
        np.fill_diagonal(shared, 0)
        limits = _TOUCH * flat.sum(axis=1)
        found |= (shared > limits[:, None]).any(axis=1)
        if still is not None:
            found |= flat @ still.ravel() > limits
    return [bool(each) for each in found]


def shrunk(mask: Bytes) -> Floats:
    """A mask at the size in which they are compared: 0 to 1."""
    scale = _scale(max(mask.shape))
    size = max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
    small = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)
    return small / np.float32(255)


def _scale(long_side: int) -> float:
    return min(1.0, _LONG_SIDE / long_side)


def _shifted(mask: Floats, by: Points) -> Floats:
    matrix = np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float64)
    return np.asarray(cv2.warpAffine(mask, matrix, mask.shape[::-1]), np.float32)
