"""A brush stroke in progress: a byte for each pixel of the picture, which is used again.

A dab counts by the larger of what is there and what it adds, so that a slow stroke is as strong as
a fast one; and a pixel that ends up at least half covered is in, since masks are binary. So a pixel
is in as soon as one dab covers half of it: dabs are binary from the beginning.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.geometry import NOTHING, Rect, Size
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
        """255 where a pixel is in, else 0."""
        self.dirty = NOTHING
        """Outside of it nothing is covered."""
        self._hardness = hardness
        self._size, self._whole = size, size.rect
        self._dabs: dict[tuple[int, int, int], Pixels] = {}
        self._last = 0.0, 0.0, 0
        """The middle of the dab before, and eighths of its radius; 0: there is none."""

    def stamp(self, segment: Segment) -> Rect:
        """Cover what is near a line.

        Returns:
            Where coverage may have changed, within the picture.
        """
        (from_x, from_y), (x, y), from_radius, radius = segment
        steps = _steps(segment)
        if steps <= 1:
            changed = self._dab(x, y, radius)
        else:
            changed = NOTHING
            for step in range(1, steps + 1):
                part = step / steps
                dab = self._dab(
                    from_x + (x - from_x) * part,
                    from_y + (y - from_y) * part,
                    from_radius + (radius - from_radius) * part,
                )
                changed = changed.united(dab)
        self.dirty = self.dirty.united(changed)
        return changed

    def covered(self) -> Mask:
        """The pixels that are in."""
        rect = self.dirty.aligned(8).clipped(self._whole)  # whole bytes of a tile
        return Mask.part(self._size, rect, self.coverage[rect.slices])

    def begin(self, hardness: float) -> None:
        """Start a stroke of that hardness on a clear buffer."""
        self.clear()
        self._last = 0.0, 0.0, 0
        if hardness != self._hardness:
            self._hardness = hardness
            self._dabs.clear()

    def clear(self) -> Rect:
        """Take everything away; gives what was dirty."""
        dirty, self.dirty = self.dirty, NOTHING
        self.coverage[dirty.slices] = 0
        return dirty

    def _dab(self, x: float, y: float, radius: float) -> Rect:
        eighths = max(4, round(radius * 8))
        x, y = x - (eighths / 8 + 1), y - (eighths / 8 + 1)
        left, top = math.floor(x), math.floor(y)
        phase_x, phase_y = int((x - left) * _STEPS), int((y - top) * _STEPS)
        dab = self._dabs.get((eighths, phase_x, phase_y))
        if dab is None:
            dab = self._kept_dab(eighths, phase_x, phase_y)
        down, across = dab.shape
        x, y, before = left + phase_x / _STEPS, top + phase_y / _STEPS, self._last
        self._last = x, y, eighths
        near, upper, far, lower = 0, 0, across, down
        if before[2] == eighths:
            near, upper, far, lower = _news(x - before[0], y - before[1], eighths / 8, across)
        width, height = self._size
        near, upper = max(near, -left), max(upper, -top)
        far, lower = min(far, width - left), min(lower, height - top)
        if far <= near or lower <= upper:
            return NOTHING
        part = Rect(left + near, top + upper, left + far, top + lower)
        there = self.coverage[part.top : part.bottom, part.left : part.right]
        cv2.max(there, dab[upper:lower, near:far], dst=there)
        return part

    def _kept_dab(self, eighths: int, phase_x: int, phase_y: int) -> Pixels:
        if len(self._dabs) >= _KEPT:
            self._dabs.clear()
        dab = _drawn(eighths / 8, phase_x, phase_y, self._hardness)
        self._dabs[eighths, phase_x, phase_y] = dab
        return dab


def _news(dx: float, dy: float, radius: float, side: int) -> tuple[int, int, int, int]:
    """What of a dab can be outside of one of the same size, which is so far behind it.

    It lies beyond the line on which the two circles meet: the box from there on, to the front.

    Returns:
        Left, top, right and bottom, within the dab.
    """
    square = dx * dx + dy * dy
    if square >= radius * radius:
        return 0, 0, side, side
    if not square:
        return 0, 0, 0, 0
    half_chord = math.sqrt((radius * radius - square / 4) / square)
    near, far = _cut(dx, abs(dy) * half_chord, square, radius, side)
    upper, lower = _cut(dy, abs(dx) * half_chord, square, radius, side)
    return near, upper, far, lower


def _cut(by: float, half: float, square: float, radius: float, side: int) -> tuple[int, int]:
    """Along one axis, from where to where; the chord reaches so far to both sides of its middle."""
    middle = radius + 1 - by / 2
    if radius * by > square / 2:
        return max(0, math.floor(middle - half) - 1), side
    if -radius * by > square / 2:
        return 0, min(side, math.ceil(middle + half) + 2)
    return 0, side


def _steps(segment: Segment) -> int:
    """How many dabs cover a line without a gap.

    Its start has been stamped as the end of the segment before, or is a dot by itself.
    """
    start, end, start_radius, end_radius = segment
    distance = math.dist(start, end)
    spacing = max(0.5, min(start_radius, end_radius) * _SPACING)
    return math.ceil(distance / spacing)


def _drawn(radius: float, phase_x: int, phase_y: int, hardness: float) -> Pixels:
    """What is in by one dab: full within the hard part, it falls evenly to nothing at the radius.

    Its middle is the radius and one pixel, and the phase, away from the top left corner.
    """
    pixels = np.arange(2 * math.ceil(radius + 1) + 1, dtype=np.float32) + 0.5 - (radius + 1)
    x, y = pixels - (phase_x + 0.5) / _STEPS, pixels - (phase_y + 0.5) / _STEPS
    distance = np.hypot(x[None, :], y[:, None])
    soft = max(1.0, radius * (1 - hardness))
    outside = radius + 0.5 / soft  # a hard edge is half covered exactly at the radius
    level = np.clip((outside - distance) * (255 / soft), 0, 255).astype(np.uint8)
    return np.where(level >= HALF, np.uint8(255), np.uint8(0))
