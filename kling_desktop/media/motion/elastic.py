"""Regions that carry their surroundings along: a field of velocities, followed through time.

The field is kept on a coarse grid. Each small step moves less than a cell, so that the whole is one
to one however long the way: nothing folds. Where a region's weight is 1 it moves exactly as asked.
The steps are as long as they may be, whatever the frames: a late frame takes few of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.spread import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kling_desktop.media.motion.scene import Bytes, Floats, Points

_STEP = 0.75
"""Cells that the fastest region may move at once."""
_WALL = 3.0
"""Cells over which everything comes to rest before what is static."""
_RAMP = 0.08
"""Part of the short side over which motion away from the picture's edge begins."""
_MIN_SHARE = 100 / 255


@dataclass(frozen=True, slots=True)
class _Grid:
    """Square cells over the picture; the last ones may reach beyond it."""

    columns: int
    rows: int
    side: int
    """Pixels."""

    @staticmethod
    def over(width: int, height: int, side: int) -> _Grid:
        return _Grid(max(2, -(-width // side)), max(2, -(-height // side)), side)

    def share(self, mask: Bytes) -> Floats:
        """How much of each cell belongs to a mask."""
        height, width = mask.shape
        beyond = (0, self.rows * self.side - height, 0, self.columns * self.side - width)
        whole = cv2.copyMakeBorder(mask, *beyond, cv2.BORDER_REPLICATE)
        small = cv2.resize(whole, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32) / np.float32(255)


class Flow:
    """Where each pixel of each frame comes from, on a coarse grid.

    A frame is one short step away from a stop on the way, and a stop one step from that before it.
    Stops are made as far as anybody has asked; a way across a picture has some dozens.
    """

    def __init__(
        self,
        masks: Sequence[Bytes],
        moved: Sequence[Points],
        static: Bytes | None,
        unit: float,
    ) -> None:
        height, width = masks[0].shape
        self.side = max(4, round(8 * unit))
        """Pixels of a cell."""
        grid = _Grid.over(width, height, self.side)
        weights = _weights(grid, masks, moved, static, unit)
        self._advance = _Advance(grid, weights, moved, _wall(grid, static))
        self._stops = _stops(moved, _STEP * self.side)
        self._maps = [np.zeros((grid.rows, grid.columns, 2), np.float32)]

    def at(self, frame: int) -> Floats:
        """Rows x columns x 2: pixels to add to the place in the frame."""
        last = int(np.searchsorted(self._stops, frame, side="right")) - 1
        while len(self._maps) <= last:
            before, stop = self._stops[len(self._maps) - 1 : len(self._maps) + 1]
            self._maps.append(self._advance(self._maps[-1], float(before), float(stop)))
        return self._advance(self._maps[last], float(self._stops[last]), frame)


def _stops(moved: Sequence[Points], longest: float) -> NDArray[np.float64]:
    """Moments, in frames, between which no region moves farther than that; the first is 0."""
    steps = [np.hypot(*np.diff(way, axis=0).T) for way in moved]
    gone = np.append(0, np.cumsum(np.max(steps, axis=0))) / longest
    return np.interp(np.arange(int(gone[-1]) + 1), gone, np.arange(len(gone)))


def _weights(
    grid: _Grid,
    masks: Sequence[Bytes],
    moved: Sequence[Points],
    static: Bytes | None,
    unit: float,
) -> list[Floats]:
    own = [_cells(grid.share(mask)) for mask in masks]
    still = np.zeros((grid.rows, grid.columns), np.bool_)
    if static is not None:
        still = grid.share(static) > 0.5
    found = []
    for index, mine in enumerate(own):
        others = still.copy()
        for other, cells in enumerate(own):
            if other != index:
                others |= cells
        travel = float(np.hypot(moved[index][:, 0], moved[index][:, 1]).max())
        reach = max(40 * unit, 0.8 * travel) / grid.side
        found.append(spread(mine, others & ~mine, reach))
    return found


def _cells(share: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    cells = share > _MIN_SHARE
    if not cells.any() and share.any():
        cells[np.unravel_index(int(share.argmax()), share.shape)] = True
    return cells


def _wall(grid: _Grid, static: Bytes | None) -> Floats:
    """0 at what is static, 1 from some cells away."""
    if static is None or not static.any():
        return np.ones((grid.rows, grid.columns), np.float32)
    free = (grid.share(static) <= 0.5).astype(np.uint8)
    distance = cv2.distanceTransform(free, cv2.DIST_L2, 3)
    return np.asarray(np.clip(distance / _WALL, 0, 1), np.float32)


class _Advance:
    """The map of a moment from that of one a short step before it."""

    def __init__(
        self, grid: _Grid, weights: Sequence[Floats], moved: Sequence[Points], wall: Floats
    ) -> None:
        self._weights, self._moved, self._wall = weights, moved, wall
        self._side = np.float32(grid.side)
        self._ramps = _ramps(grid)

    def __call__(self, before: Floats, start: float, end: float) -> Floats:
        velocity = self._velocity(start, end)
        how = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP
        from_there = -velocity / self._side
        found = cv2.remap(before, from_there, None, how, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        return np.asarray(found - velocity, np.float32)

    def _velocity(self, start: float, end: float) -> Floats:
        """How far everything moves between two moments."""
        total = np.zeros_like(self._wall)
        across, down = np.zeros_like(total), np.zeros_like(total)
        for weight, way in zip(self._weights, self._moved, strict=True):
            place = _place_at(way, end)
            step = place - _place_at(way, start)
            here = _shifted(weight, place / self._side)
            across += here * np.float32(step[0])
            down += here * np.float32(step[1])
            total += here
        slower = self._wall / np.maximum(total, 1)
        ways = zip((across, down), self._ramps, strict=True)
        slowed = [part * slower * np.where(part > 0, *ramps) for part, ramps in ways]
        return np.asarray(cv2.merge(slowed), np.float32)


def _place_at(way: Points, moment: float) -> Points:
    """Where a region is, between two frames as well."""
    before = min(int(moment), len(way) - 2)
    place: Points = way[before] + (way[before + 1] - way[before]) * (moment - before)
    return place


def _shifted(weight: Floats, cells: Points) -> Floats:
    """Moved to the right and down."""
    matrix = np.array([[1, 0, cells[0]], [0, 1, cells[1]]], np.float64)
    size = (weight.shape[1], weight.shape[0])
    found = cv2.warpAffine(weight, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _ramps(grid: _Grid) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Factors that slow down what moves inwards at the edges, or mirror images would come in.

    For each axis one for what moves to the right or down, and one for the other way.
    """
    ramp = max(2.0, _RAMP * min(grid.rows, grid.columns))
    across = np.clip(np.arange(grid.columns, dtype=np.float32) / ramp, 0, 1)[None, :]
    down = np.clip(np.arange(grid.rows, dtype=np.float32) / ramp, 0, 1)[:, None]
    return (across, across[:, ::-1]), (down, down[::-1])
