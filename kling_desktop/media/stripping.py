"""Takes out of a JPEG or PNG file what says where, when and with what it was made.

No pixel changes, because none is decoded: the file is copied in its own pieces, without those that
hold metadata. Pillow can only encode anew, which would harm a JPEG; piexif, which leaves XMP, IPTC,
comments and the second picture of an MPO where they are, is no longer kept up.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_BARE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers that stand alone."""
_JFIF, _ICC, _ADOBE = 0xE0, 0xE2, 0xEE
_KEPT: Final = {_JFIF: b"JFIF\0", _ICC: b"ICC_PROFILE\0", _ADOBE: b"Adobe"}
"""What decoders need to show the right colours; every other application segment goes."""
_JFIF_LENGTH = 16
"""Bytes of the segment without its thumbnail."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
     b"cICP", b"bKGD")
)  # fmt: skip


class Unclear(ValueError):
    """The file is not built as its format says; whoever wants it clean has to encode it anew."""


def stripped(data: bytes) -> bytes:
    """The same picture without metadata; the very same bytes where there is none.

    Raises:
        Unclear: it is neither JPEG nor PNG, or its pieces do not fit together.
    """
    if data.startswith(b"\xff\xd8"):
        clean = b"".join(_jpeg_pieces(data))
    elif data.startswith(_PNG):
        clean = _PNG + b"".join(_png_pieces(data))
    else:
        raise Unclear("neither JPEG nor PNG")
    return data if clean == data else clean


def _jpeg_pieces(data: bytes) -> Iterator[bytes]:
    """What is kept, up to the end of the first picture: an MPO's others have metadata as well."""
    yield data[:2]
    at = 2
    while True:
        at = _next_marker(data, at)
        marker = data[at + 1]
        if marker == _EOI:
            yield data[at : at + 2]
            return
        if marker in _BARE:
            yield data[at : at + 2]
            at += 2
            continue
        end = at + 2 + _length(data, at + 2)
        if end > len(data):
            raise Unclear("a segment is cut short")
        if marker == _SOS:
            stop = _scan_end(data, end)
            yield data[at:stop]
            at = stop
            continue
        yield _kept_segment(marker, data[at:end])
        at = end


def _next_marker(data: bytes, at: int) -> int:
    """Where the next marker is; more than one FF may stand before it."""
    while at + 1 < len(data) and data[at] == 0xFF and data[at + 1] == 0xFF:
        at += 1
    if at + 1 >= len(data) or data[at] != 0xFF or data[at + 1] in {0x00, _SOI}:
        raise Unclear("a marker is missing")
    return at


def _length(data: bytes, at: int) -> int:
    if at + 2 > len(data):
        raise Unclear("a segment is cut short")
    (length,) = struct.unpack_from(">H", data, at)
    if length < 2:
        raise Unclear("a segment has no length")
    return int(length)


def _scan_end(data: bytes, at: int) -> int:
    """Where a scan ends: at an FF that is neither stuffed nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Unclear("the picture has no end")
        if data[at + 1] == 0x00 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _kept_segment(marker: int, segment: bytes) -> bytes:
    if marker == _COMMENT or (0xE0 <= marker <= 0xEF and not _is_needed(marker, segment)):
        return b""
    if marker == _JFIF and len(segment) > 2 + _JFIF_LENGTH:
        body = segment[4 : 2 + _JFIF_LENGTH - 2]
        return b"\xff\xe0" + struct.pack(">H", _JFIF_LENGTH) + body + b"\0\0"  # no thumbnail
    return segment


def _is_needed(marker: int, segment: bytes) -> bool:
    return marker in _KEPT and segment[4:].startswith(_KEPT[marker])


def _png_pieces(data: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while True:
        if at + 12 > len(data):
            raise Unclear("a chunk is cut short")
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise Unclear("a chunk is cut short")
        if kind in _PNG_KEPT:
            yield data[at:end]
        if kind == b"IEND":
            return
        at = end
