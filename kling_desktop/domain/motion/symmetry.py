"""Copies of a stroke about the middle of the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.geometry import Point
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


def copies_of(point: Point, symmetry: Symmetry, size: Size) -> list[Point]:
    """The places that mirror a place, without itself."""
    return [
        Point(
            size.width - point.x if across else point.x, size.height - point.y if down else point.y
        )
        for across, down in _FLIPS[symmetry]
    ]


def with_copies(segment: Segment, symmetry: Symmetry, size: Size) -> list[Segment]:
    """A piece of a stroke and those that mirror it."""
    if symmetry is Symmetry.NONE:
        return [segment]
    starts, ends = (copies_of(at, symmetry, size) for at in (segment.start, segment.end))
    pairs = zip(starts, ends, strict=True)
    return [segment, *(replace(segment, start=start, end=end) for start, end in pairs)]
