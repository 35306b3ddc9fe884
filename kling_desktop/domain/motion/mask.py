"""Which pixels of a picture belong to a region: an immutable value that shares its tiles.

A mask is a tuple of tiles of 256 by 256 pixels. Masks are binary on the wire and so they are here,
one bit a pixel: a tile takes 8 KiB, six full masks of an 8K picture 25 MB, and a step of the undo
history only the tiles that the stroke touched. A tile that is absent (``None``) is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import is_not
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from kling_desktop.domain.motion.geometry import NOTHING, Point, Rect, Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Pixels: TypeAlias = NDArray[np.uint8]
    """Rows of pixels of a rectangle; 0 is out, anything else in. What a mask gives is 0 or 255."""
    _Bits: TypeAlias = NDArray[np.uint8]

TILE = 256
"""Pixels of a side."""
Tile: TypeAlias = bytes
"""Rows of bits, the first pixel in the highest bit, 32 bytes a row."""
_ROW = TILE // 8
_EMPTY: Tile = bytes(TILE * _ROW)
FULL_TILE: Tile = b"\xff" * (TILE * _ROW)
"""The one object that every full tile is."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Every operation gives a new mask; tiles that stay the same are the same objects."""

    size: Size
    tiles: tuple[Tile | None, ...]
    """Row by row, from the top left; pixels beyond the picture's edge are out."""
    known: tuple[int, ...] | None = field(default=None, repr=False, compare=False)
    """The indexes of tiles that are there, where whoever made the mask knew them anyway.

    A stroke touches a few tiles of hundreds; with this nobody has to look through all of them.
    """

    @staticmethod
    def empty(size: Size) -> Mask:
        """A mask without any pixel."""
        columns, rows = _grid(size)
        return Mask(size, (None,) * (columns * rows), ())

    @staticmethod
    def of(pixels: Pixels) -> Mask:
        """A mask from rows of the whole picture."""
        height, width = pixels.shape
        size = Size(width, height)
        return Mask.part(size, size.rect, pixels)

    @staticmethod
    def part(size: Size, rect: Rect, pixels: Pixels | NDArray[np.bool_]) -> Mask:
        """A mask from the pixels of a rectangle that lies within the picture; the rest is out."""
        columns, rows = _grid(size)
        tiles: list[Tile | None] = [None] * (columns * rows)
        bits, known = _packed(rect, pixels), []
        for row in range(rect.top // TILE, -(-rect.bottom // TILE)):
            for column in range(rect.left // TILE, -(-rect.right // TILE)):
                tile = _cut_out(bits, row * TILE - rect.top, column * _ROW - rect.left // 8)
                if tile is not None:
                    tiles[row * columns + column] = tile
                    known.append(row * columns + column)
        return Mask(size, tuple(tiles), tuple(known))

    @property
    def is_empty(self) -> bool:
        return not self.present

    @property
    def present(self) -> tuple[int, ...]:
        """The indexes of tiles that have pixels."""
        if self.known is not None:
            return self.known
        return tuple([index for index, tile in enumerate(self.tiles) if tile is not None])

    @property
    def area(self) -> int:
        """Pixels that are in."""
        return sum(int.from_bytes(tile).bit_count() for tile in self.tiles if tile)

    @property
    def bounds(self) -> Rect:
        """The smallest rectangle that holds every pixel; an empty one if there is none."""
        found = NOTHING
        for place, tile in self.placed():
            if tile is not None:
                found = found.united(_tight(_bits(tile), place))
        return found

    def placed(self) -> Iterator[tuple[Rect, Tile | None]]:
        """Every tile with its place, which may reach beyond the picture's edge."""
        columns, _ = _grid(self.size)
        for index, tile in enumerate(self.tiles):
            yield _place(index, columns), tile

    def holds(self, point: Point) -> bool:
        """Whether the pixel at that place is in; places outside the picture are not."""
        x, y = int(point.x // 1), int(point.y // 1)
        if not (0 <= x < self.size.width and 0 <= y < self.size.height):
            return False
        return bool(self.read(Rect(x, y, x + 1, y + 1))[0, 0])

    def read(self, rect: Rect) -> Pixels:
        """The pixels of a rectangle that lies within the picture: 0 or 255, an array of its own."""
        found = np.zeros((rect.height, rect.width), np.uint8)
        for index, place in self._touched(rect):
            tile = self.tiles[index]
            if tile is not None:
                part = place.clipped(rect)
                within = part.moved(-rect.left, -rect.top).slices
                found[within] = _unpacked(tile, part.moved(-place.left, -place.top))
        return found

    def written(self, rect: Rect, pixels: Pixels) -> Mask:
        """With other pixels in a rectangle that lies within the picture."""
        changed: dict[int, Tile | None] = {}
        for index, place in self._touched(rect):
            part = place.clipped(rect)
            new = pixels[part.moved(-rect.left, -rect.top).slices]
            inner = part.moved(-place.left, -place.top)
            changed[index] = _written(self.tiles[index], inner, new)
        return self._with(changed)

    def united(self, other: Mask) -> Mask:
        """With every pixel of the other as well."""
        changed: dict[int, Tile | None] = {}
        for index in other.present:
            mine, its = self.tiles[index], other.tiles[index]
            if mine is None:
                changed[index] = its
            elif mine is not its and mine is not FULL_TILE and its is not None:
                changed[index] = _kept((_words(mine) | _words(its)).tobytes())
        return self._with(changed)

    def without(self, other: Mask) -> Mask:
        """Without the pixels of the other."""
        changed: dict[int, Tile | None] = {}
        for index in other.present:
            mine, its = self.tiles[index], other.tiles[index]
            if mine is None or its is None:
                continue
            if mine is its or its is FULL_TILE:
                changed[index] = None
                continue
            shared = _words(mine) & _words(its)
            if shared.any():
                changed[index] = _kept((_words(mine) ^ shared).tobytes())
        return self._with(changed)

    def common(self, other: Mask) -> Mask:
        """The pixels that are in both."""
        changed: dict[int, Tile | None] = {}
        for index in self.present:
            mine, its = self.tiles[index], other.tiles[index]
            if mine is its or mine is None:
                continue
            changed[index] = its and _kept((_words(mine) & _words(its)).tobytes())
        return self._with(changed)

    def inverted(self) -> Mask:
        """Exactly the pixels that are not in this one."""
        return Mask.full(self.size).without(self)

    @staticmethod
    def full(size: Size) -> Mask:
        """A mask with every pixel of the picture."""
        columns, _ = _grid(size)
        empty = Mask.empty(size)
        tiles: list[Tile | None] = []
        for index in range(len(empty.tiles)):
            place = _place(index, columns)
            inner = place.clipped(size.rect).moved(-place.left, -place.top)
            inside = np.ones((inner.height, inner.width), np.uint8)
            tiles.append(_written(None, inner, inside))
        return Mask(size, tuple(tiles))

    def changed_since(self, before: Mask) -> Iterator[Rect]:
        """Where it may differ from an earlier version: the tiles that are not the same objects."""
        for index in self.tiles_changed_since(before):
            yield self.place_of(index)

    def tiles_changed_since(self, before: Mask) -> list[int]:
        """Indexes of the tiles that are not the same objects as in an earlier version."""
        pairs = map(is_not, self.tiles, before.tiles)
        return [index for index, is_new in enumerate(pairs) if is_new]

    def place_of(self, index: int) -> Rect:
        """The pixels of the picture that a tile stands for."""
        columns, _ = _grid(self.size)
        return _place(index, columns).clipped(self.size.rect)

    def _with(self, changed: dict[int, Tile | None]) -> Mask:
        tiles: list[Tile | None] | None = None
        for index, tile in changed.items():
            if tile != self.tiles[index]:  # a tile that says the same stays the same object
                tiles = tiles or list(self.tiles)
                tiles[index] = tile
        return self if tiles is None else Mask(self.size, tuple(tiles))

    def _touched(self, rect: Rect) -> Iterator[tuple[int, Rect]]:
        if rect.is_empty:
            return
        columns, _ = _grid(self.size)
        for row in range(rect.top // TILE, (rect.bottom - 1) // TILE + 1):
            for column in range(rect.left // TILE, (rect.right - 1) // TILE + 1):
                yield row * columns + column, _place(row * columns + column, columns)


def _grid(size: Size) -> tuple[int, int]:
    """Columns and rows of tiles."""
    return -(-size.width // TILE), -(-size.height // TILE)


def _place(index: int, columns: int) -> Rect:
    row, column = divmod(index, columns)
    return Rect(column * TILE, row * TILE, (column + 1) * TILE, (row + 1) * TILE)


def _packed(rect: Rect, pixels: Pixels | NDArray[np.bool_]) -> _Bits:
    """Rows of bits, the first of which is for a column that is a multiple of eight."""
    inside = pixels if pixels.dtype == np.bool_ else pixels != 0
    if lead := rect.left % 8:
        inside = np.pad(inside, ((0, 0), (lead, 0)))
    return np.packbits(inside, axis=1)


def _cut_out(bits: _Bits, top: int, left: int) -> Tile | None:
    """A tile from packed rows, given where it begins in them; empty beyond their edges."""
    rows = bits[max(top, 0) : top + TILE, max(left, 0) : left + _ROW]
    tile = np.zeros((TILE, _ROW), np.uint8)
    down, across = max(-top, 0), max(-left, 0)
    tile[down : down + rows.shape[0], across : across + rows.shape[1]] = rows
    return _kept(tile.tobytes())


def _words(tile: Tile) -> NDArray[np.uint64]:
    return np.frombuffer(tile, np.uint64)


def _bits(tile: Tile) -> _Bits:
    return np.frombuffer(tile, np.uint8).reshape(TILE, _ROW)


def _unpacked(tile: Tile, inner: Rect) -> Pixels:
    """Pixels of a part of a tile, 0 or 255."""
    rows = _bits(tile)[inner.top : inner.bottom, inner.left // 8 : -(-inner.right // 8)]
    pixels = np.unpackbits(rows, axis=1)
    start = inner.left % 8
    return np.multiply(pixels[:, start : start + inner.width], 255, dtype=np.uint8)


def _written(tile: Tile | None, inner: Rect, new: Pixels) -> Tile | None:
    """A tile with other pixels in a part of it."""
    if tile is None and not new.any():
        return None
    if inner.left % 8 == 0 and inner.right % 8 == 0:
        bits = _bits(tile or _EMPTY).copy()
        bits[inner.top : inner.bottom, inner.left // 8 : inner.right // 8] = np.packbits(
            new != 0, axis=1
        )
    else:
        left, right = inner.left // 8, -(-inner.right // 8)
        bits = _bits(tile or _EMPTY).copy()
        rows = np.unpackbits(bits[inner.top : inner.bottom, left:right], axis=1)
        start = inner.left - left * 8
        rows[:, start : start + inner.width] = new != 0
        bits[inner.top : inner.bottom, left:right] = np.packbits(rows, axis=1)
    return _kept(bits.tobytes())


def _kept(tile: Tile) -> Tile | None:
    """Absent if it is empty, and shared if it is full."""
    if tile == _EMPTY:
        return None
    return FULL_TILE if tile == FULL_TILE else tile


def _tight(bits: _Bits, place: Rect) -> Rect:
    rows = np.flatnonzero(bits.any(axis=1))
    columns = np.flatnonzero(np.unpackbits(np.bitwise_or.reduce(bits, axis=0)))
    if not rows.size:
        return NOTHING
    return Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1).moved(
        place.left, place.top
    )
