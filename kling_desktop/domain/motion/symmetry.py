"""Copies of what is painted, mirrored about the middle of the picture, pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.tools.options import Symmetry

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.tools.tool import Segment

_FLIPS: dict[Symmetry, tuple[tuple[bool, bool], ...]] = {
    Symmetry.NONE: (),
    Symmetry.LEFT_RIGHT: ((True, False),),
    Symmetry.TOP_BOTTOM: ((False, True),),
    Symmetry.BOTH: ((True, False), (False, True), (True, True)),
}
"""Which copies there are besides the thing itself: mirrored left to right, top to bottom."""


def with_copies(mask: Mask, symmetry: Symmetry) -> Mask:
    """A mask and its mirror images."""
    whole = mask
    for across, down in _FLIPS[symmetry]:
        whole = whole.united(_flipped(mask, across=across, down=down))
    return whole


def mirrored_places(point: Point, symmetry: Symmetry, size: Size) -> list[Point]:
    """The places that mirror a place, without itself."""
    return [
        Point(
            size.width - point.x if across else point.x, size.height - point.y if down else point.y
        )
        for across, down in _FLIPS[symmetry]
    ]


def mirrored_segments(segment: Segment, symmetry: Symmetry, size: Size) -> list[Segment]:
    """A piece of a stroke and those that mirror it."""
    if symmetry is Symmetry.NONE:
        return [segment]
    starts, ends = (mirrored_places(at, symmetry, size) for at in (segment.start, segment.end))
    pairs = zip(starts, ends, strict=True)
    return [segment, *(segment._replace(start=start, end=end) for start, end in pairs)]


def _flipped(mask: Mask, *, across: bool, down: bool) -> Mask:
    rect, (width, height) = mask.bounds, mask.size
    pixels = mask.read(rect)[:: -1 if down else 1, :: -1 if across else 1]
    left, right = (width - rect.right, width - rect.left) if across else (rect.left, rect.right)
    top, bottom = (height - rect.bottom, height - rect.top) if down else (rect.top, rect.bottom)
    return Mask.part(mask.size, Rect(left, top, right, bottom), pixels)
