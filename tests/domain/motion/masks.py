"""Masks that look painted, from a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Size


def blobs(size: Size, *, seed: int = 0, count: int = 3, noise: bool = False) -> Mask:
    """Strokes of a round brush; with noise also single pixels."""
    rng = np.random.default_rng(seed)
    rows = np.zeros((size.height, size.width), np.uint8)
    longest = max(size)
    for _ in range(count):
        steps = np.cumsum(rng.normal(0, longest / 20, (20, 2)), axis=0)
        points = (steps + rng.uniform(0, 1, 2) * size).astype(np.int32)
        thickness = int(rng.integers(1, max(2, longest // 15)))
        cv2.polylines(rows, [points], isClosed=False, color=255, thickness=thickness)
    if noise:
        rows |= np.where(rng.random(rows.shape) < 0.05, 255, 0).astype(np.uint8)
    return Mask.of(rows)
