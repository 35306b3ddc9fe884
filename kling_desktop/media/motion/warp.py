"""A picture whose pixels come from where a coarse grid says: what moves only, in strips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Floats, Picture

_STILL = 0.02
"""Pixels that are no motion."""
_STRIP = 12
"""Rows of cells that are done at once: what they need stays in the processor's cache."""


def warp(plate: Picture, flow: Floats, side: int, into: Picture) -> None:
    """Fill in a frame whatever moves.

    Args:
        plate: the picture, of four values a pixel: they are looked up twice as fast as three.
        flow: rows x columns x 2, pixels to add to the place in the frame.
        side: pixels of a cell; the last ones may reach beyond the frame.
        into: the frame, of three values a pixel, as it is where nothing moves.
    """
    ways = [np.asarray(each, np.float32) for each in cv2.split(flow)]
    moves = np.maximum(np.abs(ways[0]), np.abs(ways[1])) > _STILL
    near = cv2.dilate(moves.astype(np.uint8), np.ones((3, 3)))
    for top in range(0, len(near), _STRIP):
        strip = np.asarray(near[top : top + _STRIP])
        rows, columns = np.flatnonzero(strip.any(axis=1)), np.flatnonzero(strip.any(axis=0))
        if rows.size:
            y = slice(top + int(rows[0]), top + int(rows[-1]) + 1)
            _warp_part(plate, ways, side, into, (y, slice(int(columns[0]), int(columns[-1]) + 1)))


def _warp_part(
    plate: Picture, ways: list[Floats], side: int, into: Picture, cells: tuple[slice, slice]
) -> None:
    place = into[cells[0].start * side : cells[0].stop * side]
    place = place[:, cells[1].start * side : cells[1].stop * side]
    x, y = (
        _offset(way, side, cells, start)[: place.shape[0], : place.shape[1]]
        for way, start in zip(ways, (cells[1].start * side, cells[0].start * side), strict=True)
    )
    how = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP
    found = cv2.remap(plate, x, y, how, borderMode=cv2.BORDER_REFLECT_101)
    cv2.cvtColor(found, cv2.COLOR_RGBA2RGB, dst=place)


def _offset(way: Floats, side: int, cells: tuple[slice, slice], start: int) -> Floats:
    """For each pixel of some cells what to add to its place among them, along one axis."""
    y, x = cells
    top, left = max(0, y.start - 1), max(0, x.start - 1)
    wide = way[top : y.stop + 1, left : x.stop + 1] + np.float32(start)
    fine = cv2.resize(wide, None, fx=side, fy=side, interpolation=cv2.INTER_LINEAR)
    inner = fine[(y.start - top) * side :, (x.start - left) * side :]
    return np.asarray(inner, np.float32)
