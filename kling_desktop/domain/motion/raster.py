"""Shapes made into masks: a pixel is in when its middle is.

A middle that lies exactly on an outline is in on the left and top sides of a shape and out on the
right and bottom ones, so that shapes that share an edge share no pixel and leave none between
them; only an ellipse has its whole outline. What lies outside the picture is cut off.

Corners are rounded to a 1024th of a pixel, and so no product of two differences is rounded as long
as they are less than 32,768 pixels apart: up to there a polygon is exact. One that is not a number
is left out, and one farther away than ``FAR`` is taken for one at ``FAR``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import TILE, Mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    _Floats: TypeAlias = NDArray[np.float64]
    _Ints: TypeAlias = NDArray[np.int64]

FAR = float(1 << 24)
"""Pixels from the picture's corner, each way."""
_FINE = 1024.0


class _Spans(NamedTuple):
    """Pieces of rows, one behind the other."""

    rows: _Ints
    lefts: _Ints
    rights: _Ints
    """The first column that is out again."""


class _Edges(NamedTuple):
    """Sides of a polygon that are not level, all of them from their upper to their lower end."""

    x: _Floats
    y: _Floats
    dx: _Floats
    dy: _Floats
    turn: _Ints
    """+1 where the polygon itself goes down, -1 where it goes up."""
    first: _Ints
    """Rows whose middles they pass."""
    stop: _Ints


def polygon(size: Size, points: Sequence[Point]) -> Mask:
    """What a closed line goes around, however often and whichever way (non-zero winding)."""
    corners = _finite(points)
    mask = Mask.empty(size)
    if len(corners) < 3:
        return mask
    edges = _edges_of(corners, size.height)
    if not edges.first.size:
        return mask
    for top in range(int(edges.first.min()) // TILE * TILE, int(edges.stop.max()), TILE):
        spans = _spans_of(edges, top, min(top + TILE, size.height), size.width)
        mask = _filled(mask, spans)
    return mask


def rectangle(size: Size, one: Point, other: Point) -> Mask:
    """What lies between two opposite corners."""
    corners = _finite([one, other])
    if len(corners) < 2:
        return Mask.empty(size)
    left, top = np.ceil(corners.min(axis=0) - 0.5).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0) - 0.5).astype(int).tolist()
    rect = Rect(left, top, right, bottom).clipped(size.rect)
    solid = np.broadcast_to(np.uint8(255), (rect.height, rect.width))
    return Mask.part(size, rect, solid)


def ellipse(size: Size, one: Point, other: Point) -> Mask:
    """The ellipse that fits between two opposite corners."""
    corners = _finite([one, other])
    if len(corners) < 2:
        return Mask.empty(size)
    (x, y), (rx, ry) = corners.mean(axis=0), np.abs(corners[1] - corners[0]) / 2
    if rx <= 0 or ry <= 0:
        return Mask.empty(size)
    top = max(0, int(np.floor(y - ry - 1)))
    rows = np.arange(top, min(size.height, int(np.ceil(y + ry + 1))), dtype=np.int64)
    down = ((rows + 0.5 - y) / ry) ** 2
    rows, down = rows[down <= 1], down[down <= 1]
    lefts, rights = _across(x, rx, down)
    spans = _Spans(rows, np.clip(lefts, 0, size.width), np.clip(rights, 0, size.width))
    return _filled(Mask.empty(size), _Spans(*(each[spans.rights > spans.lefts] for each in spans)))


def _across(x: float, rx: float, down: _Floats) -> tuple[_Ints, _Ints]:
    """The columns of an ellipse in rows at a part of its height, corrected for rounding."""

    def holds(column: _Floats) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = ((column + 0.5 - x) / rx) ** 2 + down <= 1
        return found

    half = rx * np.sqrt(1 - down)
    lefts, rights = np.ceil(x - half - 0.5), np.floor(x + half - 0.5) + 1
    lefts -= holds(lefts - 1)
    lefts += ~holds(lefts)
    rights += holds(rights)
    rights -= ~holds(rights - 1)
    return lefts.astype(np.int64), rights.astype(np.int64)


def _finite(points: Sequence[Point]) -> _Floats:
    places = np.array(points, np.float64).reshape(-1, 2)
    near = np.clip(places[np.isfinite(places).all(axis=1)], -FAR, FAR)
    return np.asarray(np.round(near * _FINE) / _FINE, np.float64)


def _edges_of(corners: _Floats, height: int) -> _Edges:
    ends = np.roll(corners, -1, axis=0)
    turn = np.where(ends[:, 1] > corners[:, 1], 1, -1)
    upper = np.where((turn > 0)[:, None], corners, ends)
    lower = np.where((turn > 0)[:, None], ends, corners)
    first, stop = (
        np.clip(np.ceil(each[:, 1] - 0.5), 0, height).astype(np.int64) for each in (upper, lower)
    )
    way = lower - upper
    edges = upper[:, 0], upper[:, 1], way[:, 0], way[:, 1]
    kept = stop > first
    x, y, dx, dy = (each[kept] for each in edges)
    return _Edges(x, y, dx, dy, turn[kept], first[kept], stop[kept])


def _spans_of(edges: _Edges, top: int, bottom: int, width: int) -> _Spans:
    """What is in, in some rows."""
    first, stop = np.clip(edges.first, top, bottom), np.clip(edges.stop, top, bottom)
    count = stop - first
    which = np.repeat(np.arange(count.size), count)
    rows = np.arange(which.size) - np.repeat(np.cumsum(count) - count - first, count)
    columns = np.clip(_crossings(edges, which, rows), 0, width).astype(np.int64)
    order = np.argsort(rows * (width + 1) + columns, kind="stable")
    rows, columns = rows[order], columns[order]
    winding = np.cumsum(edges.turn[which][order])[:-1]  # zero after the last crossing of each row
    is_in = (winding != 0) & (columns[1:] > columns[:-1])
    return _Spans(rows[:-1][is_in], columns[:-1][is_in], columns[1:][is_in])


def _crossings(edges: _Edges, which: _Ints, rows: _Ints) -> _Floats:
    """The first column whose middle is not left of an edge."""
    x, dx, dy = edges.x[which], edges.dx[which], edges.dy[which]
    down = rows + 0.5 - edges.y[which]
    columns: _Floats = np.ceil(x + down / dy * dx - 0.5)
    columns -= (columns - 0.5 - x) * dy >= down * dx  # division rounds, these products do not
    columns += (columns + 0.5 - x) * dy < down * dx
    return columns


def _filled(mask: Mask, spans: _Spans) -> Mask:
    if not spans.rows.size:
        return mask
    left, right = int(spans.lefts.min()), int(spans.rights.max())
    top, bottom = int(spans.rows.min()), int(spans.rows.max()) + 1
    for rect in _bands(Rect(left, top, right, bottom).aligned(8).clipped(mask.size.rect)):
        start, stop = np.searchsorted(spans.rows, (rect.top, rect.bottom))
        pixels = np.zeros((rect.height, rect.width), np.uint8)
        pieces = (each[start:stop].tolist() for each in spans)
        for row, begin, end in zip(*pieces, strict=True):
            pixels[row - rect.top, begin - rect.left : end - rect.left] = 255
        mask = mask.written(rect, pixels)
    return mask


def _bands(rect: Rect) -> Iterator[Rect]:
    """Row after row of tiles, so that a buffer stays small."""
    for top in range(rect.top // TILE * TILE, rect.bottom, TILE):
        yield rect.clipped(Rect(rect.left, top, rect.right, top + TILE))
