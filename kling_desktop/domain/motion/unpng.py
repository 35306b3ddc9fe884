"""Masks from PNG files that anybody may have made, without trust and with little memory."""

from __future__ import annotations

import struct
import zlib
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.geometry import Rect
from kling_desktop.domain.motion.mask import TILE, Mask
from kling_desktop.domain.motion.png import SIGNATURE, chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Pixels

_NEEDED = (b"IHDR", b"IDAT")
_GREY_8 = (8, 0, 0, 0, 0)
_NONE, _SUB, _UP, _PAETH = 0, 1, 2, 4
_HALF = np.uint8(128)
"""Half white, and the bit that everything from there on has."""
_PIECE = 1 << 16
"""Bytes of a file that are given to zlib at once."""


class BadMask(ValueError):
    """It is not a mask of that picture; the text says why, without a name."""


def decode_mask(data: bytes, size: Size) -> Mask:
    """The pixels that are at least half white in an 8-bit grey PNG of that size.

    Raises:
        BadMask: it is anything else, or damaged.
    """
    packed = _image_data(data, size)
    mask = Mask.empty(size)
    above = np.zeros(size.width, np.uint8)
    top, is_plain = 0, True
    for band in _inflated(packed, size):
        kinds = band[:, 0]
        if kinds.max() > _PAETH:
            raise BadMask("is damaged: a row has a filter that does not exist")
        is_plain = is_plain and bool((kinds <= _UP).all())
        if is_plain:
            pixels = _unfiltered(band, above)
            above = pixels[-1]
            rect = Rect(0, top, size.width, top + len(pixels))
            mask = mask.written(rect, pixels & _HALF)
        top += len(band)
    return mask if is_plain else _by_opencv(data, size)


def _image_data(data: bytes, size: Size) -> list[bytes]:
    """The compressed parts of a whole, undamaged file of the right kind."""
    if not data.startswith(SIGNATURE):
        raise BadMask("is not a PNG file")
    parts: list[bytes] = []
    is_first = True
    for kind, content in _chunks(data):
        if is_first:
            _check_header(kind, content, size)
        elif kind == b"IDAT":
            parts.append(content)
        elif kind == b"IEND":
            return parts
        is_first = False
    raise BadMask("is cut short")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        stop = at + 8 + length
        if stop + 4 > len(data):
            break
        content = data[at + 8 : stop]
        if zlib.crc32(content, zlib.crc32(kind)) != int.from_bytes(data[stop : stop + 4]):
            raise BadMask("is damaged: a checksum is wrong")
        yield kind, content
        at = stop + 4
    raise BadMask("is cut short")


def _check_header(kind: bytes, content: bytes, size: Size) -> None:
    if kind != b"IHDR" or len(content) != 13:
        raise BadMask("is damaged: it has no header")
    width, height, *rest = struct.unpack(">II5B", content)
    if (width, height) != size:
        raise BadMask(
            f"is {width} x {height} pixels, but the picture is {size.width} x {size.height}"
        )
    if tuple(rest) != _GREY_8:
        raise BadMask("must be 8-bit grey without alpha and not interlaced")


def _inflated(parts: list[bytes], size: Size) -> Iterator[Pixels]:
    """Bands of filtered rows; never more is unpacked than the picture has."""
    row = size.width + 1
    stream, feed = zlib.decompressobj(), _pieces(parts)
    try:
        for top in range(0, size.height, TILE):
            rows = min(TILE, size.height - top)
            band = _taken(stream, feed, rows * row)
            yield np.frombuffer(band, np.uint8).reshape(rows, row)
        if _taken(stream, feed, 1):
            raise BadMask("has more rows than it says")
    except zlib.error:
        raise BadMask("is damaged: it cannot be unpacked") from None
    if not stream.eof:
        raise BadMask("is cut short")


def _taken(stream: zlib._Decompress, feed: Iterator[bytes], wanted: int) -> bytes:
    """So many bytes; one that is asked for beyond the end may be missing."""
    parts: list[bytes] = []
    missing = wanted
    while missing and not stream.eof:
        given = stream.unconsumed_tail or next(feed, b"")
        part = stream.decompress(given, missing)
        if not part and not given:
            break
        parts.append(part)
        missing -= len(part)
    if missing and wanted > 1:
        raise BadMask("is cut short")
    return b"".join(parts)


def _pieces(parts: list[bytes]) -> Iterator[bytes]:
    for part in parts:
        for at in range(0, len(part), _PIECE):
            yield part[at : at + _PIECE]


def _unfiltered(band: Pixels, above: Pixels) -> Pixels:
    """Rows that are as they are, or differences to the one on the left or above."""
    kinds, rows = band[:, 0], band[:, 1:].copy()
    left = kinds == _SUB
    if left.any():
        rows[left] = np.add.accumulate(rows[left], axis=1, dtype=np.uint8)
    # One row at a time: numpy's sums down the columns take ten times as long.
    for index in np.flatnonzero(kinds == _UP).tolist():
        rows[index] += rows[index - 1] if index else above
    return rows


def _by_opencv(data: bytes, size: Size) -> Mask:
    """A file that has been found whole, of the right size, with filters that need a loop."""
    import cv2

    # Only what was looked at: of anything else libpng would complain on standard error.
    parts = takewhile(lambda each: each[0] != b"IEND", _chunks(data))
    needed = (chunk(*each) for each in parts if each[0] in _NEEDED)
    whole = b"".join((SIGNATURE, *needed, chunk(b"IEND")))
    pixels = cv2.imdecode(np.frombuffer(whole, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None or pixels.shape != (size.height, size.width):
        raise BadMask("is damaged")
    return Mask.of(np.asarray(pixels, np.uint8) & _HALF)
