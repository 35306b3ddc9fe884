"""A picture whose pixels come from where a coarse grid says: what moves only, in strips."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kling_desktop.media.motion.scene import Bytes, Floats, Picture

_STILL = 0.02
"""Pixels that are no motion."""
_STRIP = 20
"""Rows of cells, an even number, that are done at once: so what they need stays in the cache."""
_HOW = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP
_BEYOND = cv2.BORDER_REFLECT_101


class _Strip(NamedTuple):
    """A part of a frame in which something moves; it begins at even pixels."""

    top: int
    left: int
    x: Floats
    """For each of its pixels what to add to the place in the strip, and so find it in the plate."""
    y: Floats


def warp(plate: Picture, flow: Floats, side: int, into: Picture) -> None:
    """Fill in a frame whatever moves.

    Args:
        plate: the picture, of four values a pixel: they are looked up twice as fast as three.
        flow: rows x columns x 2, pixels to add to the place in the frame.
        side: pixels of a cell; the last ones may reach beyond the frame.
        into: the frame, of three values a pixel, as it is where nothing moves.
    """
    for top, left, x, y in _strips(flow, side, into):
        found = cv2.remap(plate, x, y, _HOW, borderMode=_BEYOND)
        cv2.cvtColor(found, cv2.COLOR_RGBA2RGB, dst=_under(into, top, left, x))


def warp_planes(plate: Sequence[Bytes], flow: Floats, side: int, into: Sequence[Bytes]) -> None:
    """The same for a plane of light and those of colours, which are half as wide and tall."""
    light, *colours = zip(plate, into, strict=True)
    for top, left, x, y in _strips(flow, side, into[0]):
        cv2.remap(light[0], x, y, _HOW, dst=_under(light[1], top, left, x), borderMode=_BEYOND)
        half_x, half_y = x[::2, ::2] * np.float32(0.5), y[::2, ::2] * np.float32(0.5)
        for still, moved in colours:
            place = _under(moved, top // 2, left // 2, half_x)
            cv2.remap(still, half_x, half_y, _HOW, dst=place, borderMode=_BEYOND)


def _under(frame: Picture, top: int, left: int, strip: Floats) -> Picture:
    return frame[top : top + strip.shape[0], left : left + strip.shape[1]]


def _strips(flow: Floats, side: int, frame: Picture) -> Iterator[_Strip]:
    ways = [np.asarray(each, np.float32) for each in cv2.split(flow)]
    moves = np.maximum(np.abs(ways[0]), np.abs(ways[1])) > _STILL
    near = cv2.dilate(moves.astype(np.uint8), np.ones((3, 3)))
    for first in range(0, len(near), _STRIP):
        strip = np.asarray(near[first : first + _STRIP])
        rows, columns = np.flatnonzero(strip.any(axis=1)), np.flatnonzero(strip.any(axis=0))
        if rows.size:
            cells = (_even(rows, first), _even(columns, 0))
            top, left = (each.start * side for each in cells)
            tall, wide = (
                min(each.stop * side, beyond) - each.start * side
                for each, beyond in zip(cells, frame.shape, strict=False)
            )
            x, y = (
                _offset(way, side, cells, at) for way, at in zip(ways, (left, top), strict=True)
            )
            yield _Strip(top, left, x[:tall, :wide], y[:tall, :wide])


def _even(cells: np.ndarray[tuple[int], np.dtype[np.intp]], first: int) -> slice:
    """From the first to the last of them; the pixels of both ends are then even as well."""
    start, stop = first + int(cells[0]), first + int(cells[-1]) + 1
    return slice(start - start % 2, stop + stop % 2)


def _offset(way: Floats, side: int, cells: tuple[slice, slice], start: int) -> Floats:
    """For each pixel of some cells what to add to its place among them, along one axis."""
    y, x = cells
    top, left = max(0, y.start - 1), max(0, x.start - 1)
    wide = way[top : y.stop + 1, left : x.stop + 1] + np.float32(start)
    fine = cv2.resize(wide, None, fx=side, fy=side, interpolation=cv2.INTER_LINEAR)
    inner = fine[(y.start - top) * side :, (x.start - left) * side :]
    return np.asarray(inner, np.float32)
