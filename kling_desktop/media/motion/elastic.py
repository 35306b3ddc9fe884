"""Regions that carry their surroundings along: a field of velocities, followed through time.

The field is kept on a coarse grid. Each small step moves less than a cell, so that the whole is one
to one however long the way: nothing folds. Where a region's weight is 1 it moves exactly as asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.spread import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """Cells over the picture."""

    columns: int
    rows: int
    width: int
    height: int

    @property
    def cell(self) -> tuple[float, float]:
        """Pixels."""
        return self.width / self.columns, self.height / self.rows

    def places(self) -> tuple[Floats, Floats]:
        x, y = np.meshgrid(
            np.arange(self.columns, dtype=np.float32), np.arange(self.rows, dtype=np.float32)
        )
        return x, y

    def share(self, mask: Bytes) -> Floats:
        """How much of each cell belongs to a mask."""
        small = cv2.resize(mask, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32) / np.float32(255)


class Flow:
    """Where each pixel of each frame comes from, on a coarse grid.

    A frame follows from the one before it, so that they are made as far as anybody has asked: the
    first frames of a preview need not wait for the last.
    """

    def __init__(
        self,
        masks: Sequence[Bytes],
        moved: Sequence[Points],
        static: Bytes | None,
        unit: float,
    ) -> None:
        height, width = masks[0].shape
        side = max(4, round(8 * unit))
        self._grid = _Grid(max(2, -(-width // side)), max(2, -(-height // side)), width, height)
        weights = _weights(self._grid, masks, moved, static, unit)
        self._advance = _Advance(self._grid, weights, moved, _wall(self._grid, static))
        self._maps = [np.zeros((self._grid.rows, self._grid.columns, 2), np.float32)]

    def at(self, frame: int) -> Floats:
        """Rows x columns x 2: pixels to add to the place in the frame."""
        while len(self._maps) <= frame:
            self._maps.append(self._advance(self._maps[-1], len(self._maps)))
        return self._maps[frame]


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
        reach = max(40 * unit, 0.8 * travel) / min(grid.cell)
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
    """The map of a frame from that of the frame before it."""

    def __init__(
        self, grid: _Grid, weights: Sequence[Floats], moved: Sequence[Points], wall: Floats
    ) -> None:
        self._grid, self._weights, self._moved, self._wall = grid, weights, moved, wall
        self._x, self._y = grid.places()
        self._ramps = _ramps(grid)

    def __call__(self, before: Floats, frame: int) -> Floats:
        steps = [each[frame] - each[frame - 1] for each in self._moved]
        longest = max(float(np.hypot(*step)) for step in steps)
        count = max(1, math.ceil(longest / (_STEP * min(self._grid.cell))))
        cell_x, cell_y = self._grid.cell
        for part in range(1, count + 1):
            velocity = self._velocity(frame, steps, part / count, count)
            came_from = cv2.remap(
                before,
                self._x - velocity[..., 0] / np.float32(cell_x),
                self._y - velocity[..., 1] / np.float32(cell_y),
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            before = np.asarray(came_from - velocity, np.float32)
        return before

    def _velocity(self, frame: int, steps: list[Points], share: float, count: int) -> Floats:
        """How far everything moves in one of ``count`` parts of the step to a frame."""
        total = np.zeros_like(self._x)
        velocity = np.zeros((*total.shape, 2), np.float32)
        cell_x, cell_y = self._grid.cell
        for weight, way, step in zip(self._weights, self._moved, steps, strict=True):
            here = _shifted(weight, (way[frame - 1] + step * share) / (cell_x, cell_y))
            for axis in (0, 1):
                velocity[..., axis] += here * np.float32(step[axis] / count)
            total += here
        velocity *= (self._wall / np.maximum(total, 1))[..., None]
        for axis, (inwards, outwards) in enumerate(self._ramps):
            part = velocity[..., axis]
            part *= np.where(part > 0, inwards, outwards)
        return velocity


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
