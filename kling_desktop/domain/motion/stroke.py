"""A brush stroke in progress: coverage in bytes, kept for the whole picture and used again.

A dab is stamped by taking the larger of what is there and what it adds, so that a slow stroke is
as strong as a fast one. A pixel that ends up at least half covered is in: masks are binary.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.geometry import NOTHING, Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from kling_desktop.domain.motion.mask import Pixels
    from kling_desktop.domain.motion.tools.tool import Segment

HALF = 128
"""Coverage from which on a pixel is in."""
_SPACING = 0.25
"""Distance of two dabs, as a part of the radius; the larger of both closes what is between."""
_STEPS = 4
"""Dabs are drawn for this many places within a pixel, each way."""
_KEPT = 64
"""Dabs that are kept to be used again."""


class Stroke:
    """Coverage of the picture by the stroke in progress; nothing at first."""

    def __init__(self, size: Size, hardness: float = 1.0) -> None:
        self.coverage: Pixels = np.zeros((size.height, size.width), np.uint8)
        self.dirty = NOTHING
        """Outside of it nothing is covered."""
        self._hardness = hardness
        self._size, self._whole = size, size.rect
        self._dabs: dict[tuple[int, int, int], Pixels] = {}

    def stamp(self, segment: Segment) -> Rect:
        """Cover what is near a line.

        Returns:
            Where coverage may have changed, within the picture.
        """
        changed = NOTHING
        for point, radius in _dabs_along(segment):
            changed = changed.united(self._dab(point, radius))
        self.dirty = self.dirty.united(changed)
        return changed

    def covered(self) -> Mask:
        """The pixels that are in."""
        rect = self.dirty.aligned(8).clipped(self._whole)  # whole bytes of a tile
        return Mask.part(self._size, rect, (self.coverage[rect.slices] >= HALF).view(np.uint8))

    def begin(self, hardness: float) -> None:
        """Start a stroke of that hardness on a clear buffer."""
        self.clear()
        if hardness != self._hardness:
            self._hardness = hardness
            self._dabs.clear()

    def clear(self) -> Rect:
        """Take everything away; gives what was dirty."""
        dirty, self.dirty = self.dirty, NOTHING
        self.coverage[dirty.slices] = 0
        return dirty

    def _dab(self, point: Point, radius: float) -> Rect:
        eighths = max(4, round(radius * 8))
        reach = eighths / 8 + 1
        left, top = math.floor(point.x - reach), math.floor(point.y - reach)
        dab = self._dab_of(eighths, _phase(point.x - reach), _phase(point.y - reach))
        place = Rect(left, top, left + dab.shape[1], top + dab.shape[0])
        part = place.clipped(self._whole)
        if part.is_empty:
            return NOTHING
        there = self.coverage[part.slices]
        cv2.max(there, dab[part.moved(-left, -top).slices], dst=there)
        return part

    def _dab_of(self, eighths: int, phase_x: int, phase_y: int) -> Pixels:
        key = (eighths, phase_x, phase_y)
        if key not in self._dabs:
            if len(self._dabs) >= _KEPT:
                self._dabs.clear()
            self._dabs[key] = _drawn(eighths / 8, phase_x, phase_y, self._hardness)
        return self._dabs[key]


def _dabs_along(segment: Segment) -> list[tuple[Point, float]]:
    """Places and radii that cover a line without a gap.

    Its start has been stamped as the end of the segment before, or is a dot by itself.
    """
    distance = segment.start.distance(segment.end)
    spacing = max(0.5, min(segment.start_radius, segment.end_radius) * _SPACING)
    count = math.ceil(distance / spacing)
    way = segment.end - segment.start
    growth = segment.end_radius - segment.start_radius
    if count == 0:
        return [(segment.end, segment.end_radius)]
    return [
        (segment.start + way.scaled(i / count), segment.start_radius + growth * i / count)
        for i in range(1, count + 1)
    ]


def _phase(place: float) -> int:
    return int((place - math.floor(place)) * _STEPS)


def _drawn(radius: float, phase_x: int, phase_y: int, hardness: float) -> Pixels:
    """Coverage of one dab: full within the hard part, falling evenly to nothing at the radius.

    Its middle is the radius and one pixel, and the phase, away from the top left corner.
    """
    pixels = np.arange(2 * math.ceil(radius + 1) + 1, dtype=np.float32) + 0.5 - (radius + 1)
    x, y = pixels - (phase_x + 0.5) / _STEPS, pixels - (phase_y + 0.5) / _STEPS
    distance = np.hypot(x[None, :], y[:, None])
    soft = max(1.0, radius * (1 - hardness))
    outside = radius + 0.5 / soft  # a hard edge is half covered exactly at the radius
    level: Pixels = np.clip((outside - distance) * (255 / soft), 0, 255).astype(np.uint8)
    return level
