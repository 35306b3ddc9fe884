"""The rows of a CSV as spreadsheets write it: any of three separators, with or without a mark."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.matrix import SourceRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEPARATORS = ";,\t"
LARGEST = 16 << 20
"""Bytes; 5000 rows of long prompts have less."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and its rows, in the order of the file."""

    header: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def read_sheet(name: str, data: bytes) -> Sheet:
    """The rows of a file.

    A row with too many or too few cells is a row with a problem: the others can still be made.

    Raises:
        InvalidParams: the file as a whole cannot be read; says where.
    """
    text = _decoded(name, data)
    lines = _lines(name, text)
    _, header = next(lines, (1, []))
    if not any(map(str.strip, header)):
        raise _bad(name, "has no header: its first line must name the columns")
    names = _header(name, header)
    rows = [_row(line, names, cells) for line, cells in lines if any(map(str.strip, cells))]
    if not rows:
        raise _bad(name, "has a header and no rows")
    return Sheet(names, tuple(rows))


def _decoded(name: str, data: bytes) -> str:
    if len(data) > LARGEST:
        raise _bad(name, f"has {len(data) >> 20} MB; at most {LARGEST >> 20} MB are read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        raise _bad(
            name,
            f"is not UTF-8: line {line}, byte {column} makes no letter. "
            "Save it as CSV UTF-8 in your spreadsheet",
        ) from None


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The number of each row's first line, and its cells."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _bad(name, f"is no text: line {line} has a zero byte")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_separator(text), strict=True,
    )  # fmt: skip
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        where = f"the row that begins in line {before + 1}"
        if "end of data" in str(error):
            raise _bad(name, f"has a quote in {where} that is never closed") from None
        raise _bad(name, f"cannot be read: {where} is no CSV ({error})") from None


def _separator(text: str) -> str:
    """What stands most often outside quotes in the header."""
    counted: Counter[str] = Counter()
    quoted = False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in "\r\n":
            break
        elif not quoted and letter in SEPARATORS:
            counted[letter] += 1
    return max(SEPARATORS, key=lambda each: counted[each]) if counted else ","


def _header(name: str, cells: Sequence[str]) -> tuple[str, ...]:
    names = tuple(each.strip() for each in cells)
    for at, each in enumerate(names, 1):
        if not each:
            raise _bad(name, f"has no name in row 1, column {at}: every column needs one")
        if names.index(each) != at - 1:
            first = names.index(each) + 1
            raise _bad(name, f"has the name {each!r} twice in row 1, columns {first} and {at}")
    return names


def _row(line: int, names: Sequence[str], cells: Sequence[str]) -> SourceRow:
    told = dict(zip(names, cells, strict=False))
    if len(cells) == len(names):
        return SourceRow(line, told)
    if len(cells) > len(names):
        problem = (
            f"has a cell in column {len(names) + 1}, where the header has no name: "
            "a text with a separator in it needs quotes"
        )
    else:
        problem = (
            f"ends before column {len(cells) + 1} ({names[len(cells)]}): a separator is missing"
        )
    return SourceRow(line, told, problem=problem)


def _bad(name: str, message: str) -> InvalidParams:
    return InvalidParams((Problem(name, message),))
