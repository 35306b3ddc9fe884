"""What is behind an object, borrowed from where the picture goes on in the same way.

For each hole the place is looked for whose surroundings are most like those of the hole. Its
pixels are copied, and what still differs along the edge is spread over the inside, so that no seam
is left. Where no such place is free the smooth filling stays, which shows no wrong things.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.outline import around
from kling_desktop.media.motion.plate import filled, spread_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kling_desktop.media.motion.scene import Bytes, Floats, Picture

_LONG_SIDE = 200
"""Pixels of the picture in which a place is looked for first."""
_RING = 10
"""Pixels around a hole that must be alike, at a short side of 480."""
_AGAIN = 2500.0
"""What it costs, in squared levels, if all that is borrowed were itself filled."""
_FAR = 120.0
"""What it costs to borrow from a whole long side away: light changes across a picture."""
_MOST_FILLED = 0.35
"""Share of what is borrowed that may itself be filled."""
_INSIDE = 0.5
"""How much what is borrowed must be like the smooth filling, next to what is around it: something
that stands out there would be taken for a second object."""
_TINT = 25.0
"""Levels by which the inside of what is borrowed is changed at most, lest it glows."""
_TIMES = 2
"""What was itself filled is borrowed once more."""


def behind(picture: Picture, holes: Sequence[Bytes], unit: float) -> Picture:
    """The picture without its holes (masks, 255); outside of them nothing changes."""
    hole = np.zeros(picture.shape[:2], np.uint8)
    for each in holes:
        hole |= each
    found = filled(picture, hole)
    if found is picture or not (hole == 0).any():
        return found
    ring = max(4, round(_RING * unit))
    parts = [part for each in holes for part in _parts(each, hole, ring)]
    for _ in range(_TIMES):
        parts = _borrowed(found, hole, parts, ring)
        if not parts:
            break
        hole = np.zeros_like(hole)
        for part in parts:
            hole[part.at((part.left, part.top))] |= part.inside
    return found


def _borrowed(found: Picture, hole: Bytes, parts: list[_Part], ring: int) -> list[_Part]:
    """Fill them as far as there is anything to borrow; the parts that are left."""
    plate, left = found.copy(), []
    look = _Look.at(plate, hole)
    for part in parts:
        place = _place(plate, look, part)
        if place is not None:
            _copy(found, plate, part, place, ring)
            inside = part.inside & hole[part.at(place)]
            if np.count_nonzero(inside) > ring * ring:
                left.append(replace(part, inside=inside, around=_around(inside, inside, ring)))
    return left


@dataclass(frozen=True, slots=True)
class _Part:
    """A hole and what is around it, cut out of the picture."""

    left: int
    top: int
    inside: Bytes
    around: Bytes
    """What is compared; no hole is in it."""

    @property
    def size(self) -> tuple[int, int]:
        return self.inside.shape[1], self.inside.shape[0]

    def at(self, place: tuple[int, int]) -> tuple[slice, slice]:
        """The rows and columns that it covers from there on."""
        across, down = self.size
        return slice(place[1], place[1] + down), slice(place[0], place[0] + across)


def _parts(mask: Bytes, hole: Bytes, ring: int) -> Iterator[_Part]:
    """The pieces of a hole that do not hang together; ``hole`` is all that is missing."""
    box = around(mask, ring)
    if box is None:
        return
    bits = (mask[box] > 127).astype(np.uint8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(bits, connectivity=8)
    height, width = bits.shape
    for label in range(1, count):
        left, top, across, down = (int(each) for each in boxes[label][:4])
        x0, y0 = max(0, left - ring), max(0, top - ring)
        x1, y1 = min(width, left + across + ring), min(height, top + down + ring)
        inside = np.where(labels[y0:y1, x0:x1] == label, np.uint8(255), np.uint8(0))
        x, y = x0 + box[1].start, y0 + box[0].start
        missing = hole[y : y + y1 - y0, x : x + x1 - x0]
        ring_around = _around(inside, missing, ring)
        if ring_around.any():
            yield _Part(x, y, inside, ring_around)


def _around(inside: Bytes, missing: Bytes, ring: int) -> Bytes:
    """The pixels that a hole must agree with."""
    grown = cv2.dilate(inside, np.ones((2 * ring + 1, 2 * ring + 1), np.uint8))
    return np.where(missing > 127, np.uint8(0), np.asarray(grown, np.uint8))


@dataclass(frozen=True, slots=True)
class _Look:
    """The picture, small enough to be looked through at every place."""

    plate: Floats
    hole: Floats
    scale: float

    @staticmethod
    def at(plate: Picture, hole: Bytes) -> _Look:
        height, width = hole.shape
        scale = min(1.0, _LONG_SIDE / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = _shrunk(hole, size).astype(np.float32) / np.float32(255)
        return _Look(_shrunk(plate, size).astype(np.float32), small, scale)


def _place(plate: Picture, look: _Look, part: _Part) -> tuple[int, int] | None:
    """Left and top of where to borrow; None where nothing is fit for it."""
    scale, (rows, columns) = look.scale, look.hole.shape
    across, down = (max(1, math.floor(each * scale)) for each in part.size)
    x, y = (
        min(round(part.left * scale), columns - across),
        min(round(part.top * scale), rows - down),
    )
    inside = _shrunk(part.inside, (across, down)).astype(np.float32) / np.float32(255)
    beside = _shrunk(part.around, (across, down)).astype(np.float32) / np.float32(255)
    sample = look.plate[y : y + down, x : x + across]
    again = cv2.matchTemplate(look.hole, inside, cv2.TM_CCORR) / max(float(inside.sum()), 1.0)
    away = np.indices(again.shape) - np.array([y, x])[:, None, None]
    far = np.hypot(away[0], away[1]) / max(rows, columns)
    cost = _unlike(look.plate, sample, np.maximum(beside, _INSIDE * inside))
    cost = np.where(again <= _MOST_FILLED, cost + _AGAIN * again + _FAR * far, np.inf)
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    if not np.isfinite(cost[row, column]):
        return None
    near = part.left + (int(column) - x) / scale, part.top + (int(row) - y) / scale
    return _exactly(plate, part, (round(near[0]), round(near[1])), math.ceil(0.75 / scale))


def _unlike(picture: Floats, sample: Floats, weight: Floats) -> Floats:
    """The mean squared difference at each place; ``weight`` says where it counts."""
    mask = np.dstack([weight] * 3)
    found = cv2.matchTemplate(picture, sample, cv2.TM_SQDIFF, mask=mask)
    return np.asarray(found / (3 * float((weight**2).sum())), np.float32)


def _exactly(plate: Picture, part: _Part, near: tuple[int, int], reach: int) -> tuple[int, int]:
    """The best place to a pixel."""
    height, width = plate.shape[:2]
    across, down = part.size
    x0, y0 = (
        min(max(0, each - reach), limit)
        for each, limit in zip(near, (width - across, height - down), strict=True)
    )
    area = plate[y0 : near[1] + reach + down, x0 : near[0] + reach + across]
    sample = plate[part.top : part.top + down, part.left : part.left + across]
    if area.shape[0] < down or area.shape[1] < across:
        return x0, y0
    cost = _unlike(
        area.astype(np.float32),
        sample.astype(np.float32),
        part.around.astype(np.float32) / np.float32(255),
    )
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    return x0 + int(column), y0 + int(row)


def _copy(found: Picture, plate: Picture, part: _Part, place: tuple[int, int], ring: int) -> None:
    """Borrow from a place, without a seam."""
    here, there = part.at((part.left, part.top)), part.at(place)
    source = plate[there].astype(np.float32)
    known = np.where(part.around > 127, np.float32(1), np.float32(0))
    off = spread_in((plate[here].astype(np.float32) - source) * known[..., None], known)
    inside = part.inside > 127
    depth = cv2.distanceTransform(part.inside, cv2.DIST_L2, 3)[..., None]
    tint = np.clip(off, -_TINT, _TINT)
    off = tint + (off - tint) * np.exp(-depth / ring)
    beside = plate[here][part.around > 127]
    whole = np.clip(np.rint(source + off), beside.min(axis=0), beside.max(axis=0))
    found[here][inside] = whole.astype(np.uint8)[inside]


def _shrunk(pixels: Bytes, size: tuple[int, int]) -> Bytes:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
