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
    across, down = np.abs(cv2.split(flow))
    moves = cv2.dilate((np.maximum(across, down) > _STILL).astype(np.uint8), np.ones((3, 3)))
    for top in range(0, len(moves), _STRIP):
        strip = np.asarray(moves[top : top + _STRIP])
        rows, columns = np.flatnonzero(strip.any(axis=1)), np.flatnonzero(strip.any(axis=0))
        if rows.size:
            y = slice(top + int(rows[0]), top + int(rows[-1]) + 1)
            _warp_part(plate, flow, side, into, (y, slice(int(columns[0]), int(columns[-1]) + 1)))


def _warp_part(
    plate: Picture, flow: Floats, side: int, into: Picture, cells: tuple[slice, slice]
) -> None:
    place = into[cells[0].start * side : cells[0].stop * side]
    place = place[:, cells[1].start * side : cells[1].stop * side]
    offset = _offset(flow, side, cells)[: place.shape[0], : place.shape[1]]
    how = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP
    found = cv2.remap(plate, offset, None, how, borderMode=cv2.BORDER_REFLECT_101)  # type: ignore[call-overload]
    cv2.cvtColor(found, cv2.COLOR_RGBA2RGB, dst=place)


def _offset(flow: Floats, side: int, cells: tuple[slice, slice]) -> Floats:
    """For each pixel of some cells what to add to its place among them."""
    y, x = cells
    top, left = max(0, y.start - 1), max(0, x.start - 1)
    start = np.array([x.start * side, y.start * side], np.float32)
    wide = flow[top : y.stop + 1, left : x.stop + 1] + start
    fine = cv2.resize(wide, None, fx=side, fy=side, interpolation=cv2.INTER_LINEAR)
    inner = fine[(y.start - top) * side :, (x.start - left) * side :]
    return np.asarray(inner, np.float32)
