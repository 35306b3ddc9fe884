"""Copies of what is painted, mirrored about the middle of the picture, pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion.geometry import Rect
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.tools.options import Symmetry

if TYPE_CHECKING:
    from collections.abc import Iterator


def with_copies(mask: Mask, symmetry: Symmetry) -> Mask:
    """A mask and its mirror images."""
    whole = mask
    for across, down in _flips(symmetry):
        whole = whole.united(_flipped(mask, across=across, down=down))
    return whole


def _flips(symmetry: Symmetry) -> Iterator[tuple[bool, bool]]:
    """Which copies there are besides the thing itself: mirrored left to right, top to bottom."""
    if symmetry in {Symmetry.LEFT_RIGHT, Symmetry.BOTH}:
        yield True, False
    if symmetry in {Symmetry.TOP_BOTTOM, Symmetry.BOTH}:
        yield False, True
    if symmetry is Symmetry.BOTH:
        yield True, True


def _flipped(mask: Mask, *, across: bool, down: bool) -> Mask:
    rect, (width, height) = mask.bounds, mask.size
    pixels = mask.read(rect)[:: -1 if down else 1, :: -1 if across else 1]
    left, right = (width - rect.right, width - rect.left) if across else (rect.left, rect.right)
    top, bottom = (height - rect.bottom, height - rect.top) if down else (rect.top, rect.bottom)
    return Mask.part(mask.size, Rect(left, top, right, bottom), pixels)
