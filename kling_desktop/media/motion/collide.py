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


def collisions(masks: Sequence[Bytes], moved: Sequence[Points], static: Bytes | None) -> list[bool]:
    """For each region whether it ever covers a good part of itself with something else's place.

    What carries its surroundings along cannot pass before or behind anything: it would push it.
    """
    if not masks:
        return []
    height, width = masks[0].shape
    scale = min(1.0, _LONG_SIDE / max(height, width))
    small = [_shrunk(mask, scale) for mask in masks]
    still = None if static is None else _shrunk(static, scale)
    found = np.zeros(len(masks), np.bool_)
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


def _shrunk(mask: Bytes, scale: float) -> Floats:
    size = max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
    small = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)
    return small / np.float32(255)


def _shifted(mask: Floats, by: Points) -> Floats:
    matrix = np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float64)
    return np.asarray(cv2.warpAffine(mask, matrix, mask.shape[::-1]), np.float32)
