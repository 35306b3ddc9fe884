"""Masks of rectangles and ellipses that are given by numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.geometry import Rect
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Point, Size


def box(size: Size, corner: Point, width: float, height: float, *, is_ellipse: bool) -> Mask:
    """The pixels whose middles lie in a box, or in the ellipse that touches its sides."""
    whole = Rect(
        math.floor(corner.x),
        math.floor(corner.y),
        math.ceil(corner.x + width),
        math.ceil(corner.y + height),
    ).clipped(size.rect)
    if whole.is_empty or width <= 0 or height <= 0:
        return Mask.empty(size)
    x = (np.arange(whole.left, whole.right) + 0.5 - corner.x) / width * 2 - 1
    y = (np.arange(whole.top, whole.bottom) + 0.5 - corner.y) / height * 2 - 1
    if is_ellipse:
        inside = np.add.outer(y**2, x**2) <= 1
    else:
        inside = np.logical_and.outer(np.abs(y) <= 1, np.abs(x) <= 1)
    return Mask.part(size, whole, inside.view(np.uint8))
