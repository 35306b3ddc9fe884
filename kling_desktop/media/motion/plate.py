"""What is behind an object: the hole that it leaves is filled from around it (push and pull)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.outline import around

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Bytes, Floats, Picture

_MARGIN = 32
"""Pixels around the hole that colours come from."""
_COARSE = 4
"""Pixels a side that are filled as one if it must be quick."""
_TINY = np.float32(1e-6)


def filled(picture: Picture, hole: Bytes) -> Picture:
    """The picture, with the hole (255) filled; outside of it nothing changes.

    Colours are averaged down a pyramid until no hole is left, and flow back up into it: smooth,
    without edges of its own, 7 ms at 480p (``motion-preview.md`` 2.5).
    """
    near = around(hole, _MARGIN)
    if near is None:
        return picture
    weight = np.where(hole[near] > 127, np.float32(0), np.float32(1))
    if not weight.any():
        return picture
    above = spread_in(picture[near].astype(np.float32) * weight[..., None], weight)
    found = picture.copy()
    inside = hole[near] > 127
    found[near][inside] = np.clip(np.rint(above[inside]), 0, 255).astype(np.uint8)
    return found


def roughly_filled(picture: Picture, hole: Bytes) -> Picture:
    """The same in a sixth of the time: what fills the hole is coarse, which is hard to see."""
    if not hole.any():
        return picture
    height, width = hole.shape
    size = (-(-width // _COARSE), -(-height // _COARSE))
    small, some = (cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (picture, hole))
    missing = np.where(np.asarray(some) > 0, np.uint8(255), np.uint8(0))
    coarse = filled(np.asarray(small, np.uint8), missing)
    found = picture.copy()
    cv2.copyTo(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), hole, found)
    return found


def spread_in(weighted: Floats, weight: Floats) -> Floats:
    """Colours everywhere, made of those that are known, times their weights of 0 or 1."""
    return _from_above(weighted, weight)


def _pulled(weighted: Floats, weight: Floats) -> Floats:
    """Colours everywhere, from colours times their weights."""
    height, width = weight.shape
    known: Floats = (weighted / np.maximum(weight, _TINY)[..., None]).astype(np.float32)
    if weight.min() >= 1 or max(height, width) <= 2:
        return known if weight.min() > 0 else _mean_where_unknown(known, weight)
    above = _from_above(weighted, weight)
    share = np.minimum(weight, 1)[..., None]
    return np.asarray(known * share + above * (1 - share), np.float32)


def _from_above(weighted: Floats, weight: Floats) -> Floats:
    """The colours of the next level of the pyramid, at this one's size."""
    height, width = weight.shape
    half = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
    coarse = _pulled(
        np.asarray(cv2.resize(weighted, half, interpolation=cv2.INTER_AREA), np.float32),
        np.asarray(cv2.resize(weight, half, interpolation=cv2.INTER_AREA), np.float32),
    )
    above = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(above, np.float32)


def _mean_where_unknown(known: Floats, weight: Floats) -> Floats:
    total = max(float(weight.sum()), float(_TINY))
    mean = (known * weight[..., None]).sum(axis=(0, 1)) / total
    return np.where(weight[..., None] > 0, known, mean).astype(np.float32)
