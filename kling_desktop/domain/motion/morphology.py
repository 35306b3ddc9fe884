"""Masks grown, shrunk and smoothed: the work goes with the length of the outline.

Where a mask and its surroundings are all in or all out nothing can change, so that only the other
blocks are looked at. What lies outside the picture counts for nothing: a mask that reaches the
picture's edge does not draw back from it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.mask import TILE, Mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.mask import Pixels

    _Change: TypeAlias = Callable[[Pixels], Pixels]

FARTHEST = 2000
"""Pixels by which a mask can grow, shrink or be smoothed at once."""
_OUT, _IN, _MIXED = 0, 1, 2


def grown(mask: Mask, pixels: float) -> Mask:
    """With everything whose middle is at most that far from the middle of a pixel that is in."""
    reach = _limited(pixels)
    return _changed(mask, math.ceil(reach), lambda part: _grown(part, reach))


def shrunk(mask: Mask, pixels: float) -> Mask:
    """Without everything that is as near to a pixel of the picture that is out."""
    reach = _limited(pixels)
    return _changed(mask, math.ceil(reach), lambda part: ~_grown(~part, reach))


def smoothed(mask: Mask, pixels: float) -> Mask:
    """With corners rounded and jags evened out: each pixel is what most are around it.

    The surroundings reach that far and weigh less farther out, nearly as a Gaussian: three means
    over squares, one after the other.
    """
    half = max(1, round(_limited(pixels) / 3))
    return _changed(mask, 3 * half, lambda part: _smoothed(part, half))


def _limited(pixels: float) -> float:
    return min(max(pixels, 0.0), FARTHEST) if math.isfinite(pixels) else 0.0


def _grown(part: Pixels, reach: float) -> Pixels:
    if not part.any():
        return part
    distance = cv2.distanceTransform(~part, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.where(distance <= reach + 1e-3, np.uint8(255), np.uint8(0))


def _smoothed(part: Pixels, half: int) -> Pixels:
    soft, side = part.astype(np.float32), (2 * half + 1, 2 * half + 1)
    for _ in range(3):
        cv2.blur(soft, side, dst=soft, borderType=cv2.BORDER_REPLICATE)
    return np.where(soft >= 127.5, np.uint8(255), np.uint8(0))


def _changed(mask: Mask, reach: int, change: _Change) -> Mask:
    """With a change made whose every pixel depends on those within reach alone."""
    kinds, result = _kinds(mask), mask
    for block in _mixed_blocks(kinds, reach, mask.size):
        around = block.grown(reach).clipped(mask.size.rect)
        changed = change(mask.read(around))
        inner = block.moved(-around.left, -around.top)
        result = result.written(block, changed[inner.slices])
    return result


def _mixed_blocks(kinds: NDArray[np.uint8], reach: int, size: Size) -> Iterator[Rect]:
    """Blocks of tiles with an outline within reach; larger ones for a longer reach."""
    side, margin = max(1, -(-reach // (TILE // 4))), -(-reach // TILE)
    rows, columns = kinds.shape
    for row in range(0, rows, side):
        for column in range(0, columns, side):
            around = kinds[
                max(0, row - margin) : row + side + margin,
                max(0, column - margin) : column + side + margin,
            ]
            if around.max() == _MIXED or around.min() != around.max():
                tiles = Rect(column, row, column + side, row + side)
                yield Rect(*(each * TILE for each in tiles)).clipped(size.rect)


def _kinds(mask: Mask) -> NDArray[np.uint8]:
    """For each tile whether its part of the picture is all out, all in or neither."""
    kinds = [
        _OUT if tile is None else _IN if _count(tile) == _area(place, mask.size) else _MIXED
        for place, tile in mask.placed()
    ]
    return np.array(kinds, np.uint8).reshape(-1, -(-mask.size.width // TILE))


def _count(tile: bytes) -> int:
    return int.from_bytes(tile).bit_count()


def _area(place: Rect, size: Size) -> int:
    part = place.clipped(size.rect)
    return part.width * part.height
