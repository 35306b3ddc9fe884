"""A file of records that only grows, each with its checksum; a torn end is left out."""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

MAGIC = b"KLJ1"
LONGEST = 256_000_000
"""Bytes of a record; the picture is the longest."""
_HEAD = struct.Struct("<cII")


def record(kind: bytes, content: bytes) -> bytes:
    """A record as it is in the file."""
    return _HEAD.pack(kind, len(content), zlib.crc32(content, zlib.crc32(kind))) + content


def records(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each whole record, up to the first that is not.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return
        left = os.fstat(file.fileno()).st_size - len(MAGIC)
        while (found := _next(file, left)) is not None:
            yield found
            left -= _HEAD.size + len(found[1])


def _next(file: BinaryIO, left: int) -> tuple[bytes, bytes] | None:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size, told = _HEAD.unpack(head)
    if size > min(left - _HEAD.size, LONGEST):
        return None
    content = file.read(size)
    if len(content) < size or zlib.crc32(content, zlib.crc32(kind)) != told:
        return None
    return kind, content


def append(path: Path, data: bytes) -> None:
    """Add records and wait until they are on the disk.

    Raises:
        OSError: the disk refuses; what was half written is cut off at the next reading.
    """
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
