"""Reads rows out of the pages of a database that SQLite itself no longer reads.

Only the leaves of tables matter (https://sqlite.org/fileformat2.html): each holds whole rows, so
that neither the header, nor the schema, nor the inner pages, nor any index has to be sound. What
is not sound is skipped, one row at a time; whoever asks must check what the rows say.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.storage.damage import companion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Row = tuple[int, list[Any]]
"""The row's number, and its values in the order of the columns."""

_USUAL_PAGE = 4096
_LARGEST_PAGE = 65536
_PAGE_SIZES = {1 << power for power in range(9, 17)}
_LEAF = 0x0D
_WAL_HEADER, _FRAME_HEADER = 32, 24
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Serial type of a value to its length."""
_BROKEN = (struct.error, IndexError, ValueError)


def carve(path: Path) -> Iterator[Row]:
    """Every row that can be read, older versions of it first.

    The database is read without its log first and with it afterwards.
    """
    content = path.read_bytes() if path.exists() else b""
    log_path = companion(path, "-wal")
    log = log_path.read_bytes() if log_path.exists() else b""
    size = _page_size(content, log)
    pages = _Pages(content, size, {})
    for number in range(1, len(content) // size + 1):
        yield from _rows(number, pages)
    newer = dict(_frames(log, size))
    for number in newer:
        yield from _rows(number, _Pages(content, size, newer))


@dataclass(frozen=True, slots=True)
class _Pages:
    content: bytes
    size: int
    newer: Mapping[int, bytes]

    def get(self, number: int) -> bytes:
        """A page by its number, from 1 on; nothing if there is none."""
        start = (number - 1) * self.size
        return self.newer.get(number) or self.content[max(start, 0) : start + self.size]


def _page_size(content: bytes, log: bytes) -> int:
    told = (int.from_bytes(content[16:18]), int.from_bytes(log[8:12]))
    sizes = (_LARGEST_PAGE if size == 1 else size for size in told)  # it has no room for it
    return next((size for size in sizes if size in _PAGE_SIZES), _USUAL_PAGE)


def _frames(log: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    """Page by page what the log has, later ones last; without its header, all that it ever had.

    A log is used again from its beginning; frames that stem from before are told by their salt.
    """
    salt = log[16:24] if log[:3] == b"\x37\x7f\x06" else None
    frames, committed = [], 0
    for start in range(_WAL_HEADER, len(log) - size - _FRAME_HEADER + 1, size + _FRAME_HEADER):
        head, page = log[start : start + 24], log[start + 24 : start + 24 + size]
        if salt is not None and head[8:16] != salt:
            break
        frames.append((int.from_bytes(head[:4]), page))
        if any(head[4:8]):
            committed = len(frames)
    yield from frames[: None if salt is None else committed]


def _rows(number: int, pages: _Pages) -> Iterator[Row]:
    page, start = pages.get(number), 100 if number == 1 else 0
    if page[start] != _LEAF:
        return
    for index in range(int.from_bytes(page[start + 3 : start + 5])):
        with suppress(*_BROKEN):
            at = int.from_bytes(_cut(page, start + 8 + 2 * index, 2))
            yield _row(page, at, pages)


def _row(page: bytes, at: int, pages: _Pages) -> Row:
    length, at = _varint(page, at)
    number, at = _varint(page, at)
    return number, _values(_payload(page, at, length, pages))


def _payload(page: bytes, at: int, length: int, pages: _Pages) -> bytes:
    """The bytes of a row; those that do not fit into its page are in a chain of others."""
    size = pages.size
    if length <= size - 35:
        return _cut(page, at, length)
    if length > len(pages.content) + len(pages.newer) * size:
        raise ValueError(length)
    least = (size - 12) * 32 // 255 - 23
    here = least + (length - least) % (size - 4)
    here = here if here <= size - 35 else least
    parts, missing = [_cut(page, at, here)], length - here
    following = int.from_bytes(_cut(page, at + here, 4))
    while missing > 0:
        more = pages.get(following)
        parts.append(_cut(more, 4, min(missing, size - 4)))
        missing -= size - 4
        following = int.from_bytes(more[:4])
    return b"".join(parts)


def _values(payload: bytes) -> list[Any]:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in _INTEGERS:
        data = _cut(payload, at, _INTEGERS[kind])
        return int.from_bytes(data, signed=True), at + len(data)
    if kind == 7:
        return struct.unpack(">d", _cut(payload, at, 8))[0], at + 8
    if kind in {8, 9}:
        return kind - 8, at
    data = _cut(payload, at, (kind - 12) // 2)
    return (data.decode() if kind % 2 else data), at + len(data)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    return value << 8 | data[at + 8], at + 9


def _cut(data: bytes, at: int, length: int) -> bytes:
    """Exactly that many bytes.

    Raises:
        IndexError: there are fewer.
    """
    if length < 0 or at + length > len(data):
        raise IndexError(at)
    return data[at : at + length]
