"""Masks as PNG, as Kling takes them: 8-bit grey, 0 or 255, of the picture's size, and nothing else.

The encoder never makes pixels. A row is written as its difference to the one above (the filter
*Up*), which in a mask is nothing but zeros save at its outline; where those lie is told by the
bits of the tiles, and ``deflate`` needs no more. Only bands of rows that are crowded with outlines
are written out and given to zlib.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from kling_desktop.domain.motion.deflate import sparse_block
from kling_desktop.domain.motion.mask import TILE, Mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Bytes: TypeAlias = NDArray[np.uint8]
    Places: TypeAlias = NDArray[np.int64]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8 = (8, 0, 0, 0, 0)
"""Bit depth, grey, deflate, the usual filters, not interlaced."""
_UP = 2
_ZLIB_HEADER = b"\x78\x01"
_ADLER = 65521
_CROWDED = 16
"""One of so many bytes of bits with an outline in it: then a band is compressed as usual."""


def encode_mask(mask: Mask) -> bytes:
    """The same mask gives the same bytes."""
    width, height = mask.size
    header = struct.pack(">II5B", width, height, *_GREY_8)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", _stream(mask)) + chunk(b"IEND")


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A part of a PNG file."""
    crc = zlib.crc32(data, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", crc)))


def _stream(mask: Mask) -> bytes:
    """Bands compressed each by itself and put in a row; the checksum goes over all of them."""
    parts, adler = [_ZLIB_HEADER], 1
    for rising, falling in _bands(mask):
        band, adler = _packed(rising, falling, mask.size.width, adler)
        parts.append(band)
    parts.append(b"\x03\x00")  # the last block, an empty one
    parts.append(struct.pack(">I", adler))
    return b"".join(parts)


def _bands(mask: Mask) -> Iterator[tuple[Bytes, Bytes]]:
    """Which pixels come in and go out from one row to the next, a row of tiles at a time."""
    width, height = mask.size
    columns = -(-width // TILE)
    above = np.zeros(columns * TILE // 8, np.uint8)
    for top in range(0, height, TILE):
        rows = min(TILE, height - top)
        start = top // TILE * columns
        bits = _bits(mask.tiles[start : start + columns])[:rows]
        before = np.vstack((above, bits[:-1]))
        above = bits[-1]
        yield bits & ~before, before & ~bits


def _bits(tiles: tuple[bytes | None, ...]) -> Bytes:
    found = np.zeros((TILE, len(tiles) * TILE // 8), np.uint8)
    for column, tile in enumerate(tiles):
        if tile is not None:
            part = slice(column * TILE // 8, (column + 1) * TILE // 8)
            found[:, part] = np.frombuffer(tile, np.uint8).reshape(TILE, TILE // 8)
    return found


def _packed(rising: Bytes, falling: Bytes, width: int, adler: int) -> tuple[bytes, int]:
    """A band compressed, and the checksum with it."""
    changed = _nonzero(rising | falling)
    if changed.size > rising.size // _CROWDED:
        band = _filtered(rising, falling, width)
        return _deflated(band), zlib.adler32(band, adler)
    places, values = _outlines(rising, falling, changed, width)
    size = len(rising) * (width + 1)
    return sparse_block(places, values, size), _checked(places, values, size, adler)


def _nonzero(bits: Bytes) -> Places:
    """Where bytes are not zero, in order; eight of them are looked at in one go."""
    words = np.flatnonzero(bits.reshape(-1).view(np.uint64))
    near: Places = (words[:, np.newaxis] * 8 + np.arange(8)).reshape(-1)
    found: Places = near[bits.reshape(-1)[near] != 0]
    return found


def _outlines(rising: Bytes, falling: Bytes, changed: Places, width: int) -> tuple[Places, Bytes]:
    """Where the filtered rows are not zero, in order, and what is there."""
    rows, columns = np.divmod(changed, rising.shape[1])
    bits = np.unpackbits((rising | falling).reshape(-1)[changed, np.newaxis], axis=1)
    which, bit = np.nonzero(bits)
    new = np.unpackbits(rising.reshape(-1)[changed, np.newaxis], axis=1)[which, bit]
    found = rows[which] * (width + 1) + 1 + columns[which] * 8 + bit
    begins = np.arange(len(rising)) * (width + 1)
    # What comes in is 255 more than the row above, modulo 256: one less; what goes out one more.
    values = np.where(new, 255, 1).astype(np.uint8)
    after = np.searchsorted(found, begins)
    return np.insert(found, after, begins), np.insert(values, after, _UP)


def _checked(places: Places, values: Bytes, size: int, adler: int) -> int:
    """Adler-32 of the band, going on from what was before it."""
    low, high = adler & 0xFFFF, adler >> 16
    told = values.astype(np.int64)
    high += size * low + int(((size - places) * told).sum())
    return high % _ADLER << 16 | (low + int(told.sum())) % _ADLER


def _filtered(rising: Bytes, falling: Bytes, width: int) -> bytes:
    """The rows of a band as they are compressed."""
    rows = np.empty((len(rising), width + 1), np.uint8)
    rows[:, 0] = _UP
    gone = np.unpackbits(falling, axis=1, count=width)
    new = np.unpackbits(rising, axis=1, count=width)
    np.subtract(gone, new, out=rows[:, 1:])
    return rows.tobytes()


def _deflated(band: bytes) -> bytes:
    """Whole bytes that refer to nothing before them, so that they can stand after any others."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, 9, zlib.Z_RLE)
    return packer.compress(band) + packer.flush(zlib.Z_FULL_FLUSH)
