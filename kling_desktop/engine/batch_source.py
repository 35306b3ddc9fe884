"""What a batch is made from: the rows of a CSV, the pictures of a folder, or some pictures."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.matrix import SourceRow, columns, expand, picture_field
from kling_desktop.domain.near import nearest
from kling_desktop.domain.sheet_rows import LARGEST, read_sheet
from kling_desktop.domain.templates import BadTemplate, escape, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.matrix import Entry

    Source = Path | tuple[Path, ...] | None
    """A CSV or a folder, some pictures, or nothing: one row of prompts and settings alone."""

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff", ".heic")
"""Files that are taken for pictures by their names; whether they are shows when they are read."""
_REMOTE = ("http://", "https://", "data:", "file:")
_PATHS = {FieldKind.PICTURE, FieldKind.VIDEO, FieldKind.SOUND, FieldKind.PICTURES}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The whole of a batch before it is checked."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    """What somebody may have meant otherwise."""


async def gather(
    source: Source,
    endpoint: Endpoint,
    prompts: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Wanted:
    """Read a CSV, a folder or pictures and multiply it out; nothing is checked yet.

    Without a source there is one row, for prompts and settings alone.

    Raises:
        InvalidParams: there is nothing to read, or too much.
    """
    return await asyncio.to_thread(_gather, source, endpoint, prompts, settings or {})


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, in the order in which people count them. Raises OSError."""
    found = [
        each
        for each in folder.iterdir()
        if each.suffix.lower() in PICTURES and not each.name.startswith(".") and each.is_file()
    ]
    return sorted(found, key=lambda each: _natural(each.name))


def _gather(
    source: Source, endpoint: Endpoint, prompts: Sequence[str], settings: Mapping[str, Any]
) -> Wanted:
    header: tuple[str, ...] = ()
    if source is None:
        rows: Sequence[SourceRow] = (SourceRow(1, {}),)
    elif isinstance(source, tuple):
        rows = _of_pictures(source, endpoint, "What was given")
    elif source.is_dir():
        rows = _pictures(source, endpoint)
    else:
        header, rows = _sheet(source, endpoint)
    entries = expand(endpoint, rows, prompts, settings)
    return Wanted(tuple(entries), tuple(_notes(endpoint, header, rows, (*prompts, settings))))


def _pictures(folder: Path, endpoint: Endpoint) -> list[SourceRow]:
    try:
        found = pictures_in(folder)
    except OSError as error:
        raise _bad(str(folder), f"cannot be read: {error.strerror}") from None
    if not found:
        raise _bad(str(folder), f"has no pictures ({', '.join(PICTURES[:4])} ...)")
    return _of_pictures(found, endpoint, str(folder))


def _of_pictures(found: Sequence[Path], endpoint: Endpoint, name: str) -> list[SourceRow]:
    field = picture_field(endpoint)
    if not field:
        raise _bad(name, "is pictures, and this endpoint takes none")
    is_list = endpoint.field(field).kind is FieldKind.PICTURES
    rows = []
    for number, each in enumerate(found, 1):
        path = str(each.absolute())
        cells = {"file": each.name, "name": each.stem}
        rows.append(SourceRow(number, cells, {field: [path] if is_list else path}))
    return rows


def _sheet(file: Path, endpoint: Endpoint) -> tuple[tuple[str, ...], list[SourceRow]]:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise _bad(str(file), f"cannot be read: {error.strerror}") from None
    sheet = read_sheet(file.name, data)
    base = file.absolute().parent
    named = columns(endpoint, sheet.header)
    local = [column for column, name in named.items() if endpoint.field(name).kind in _PATHS]
    return sheet.header, [_located(row, local, base) for row in sheet.rows]


def _located(row: SourceRow, local: Iterable[str], base: Path) -> SourceRow:
    """Paths in a sheet are counted from where the sheet is."""
    cells = dict(row.cells)
    for column in local:
        text = cells.get(column, "").strip()
        if text and not text.startswith((*_REMOTE, "[")) and not Path(text).is_absolute():
            cells[column] = str(Path(escape(str(base))) / text)
    return replace(row, cells=cells)


def _notes(
    endpoint: Endpoint,
    header: Sequence[str],
    rows: Sequence[SourceRow],
    texts: Sequence[str | Mapping[str, Any]],
) -> Iterator[str]:
    """Columns that nothing uses: perhaps a slip of the pen."""
    unused = set(header) - columns(endpoint, header).keys()
    for text in _texts(rows, texts):
        if not unused:
            break
        try:
            unused -= parse(text).variables
        except BadTemplate:
            continue
    fields = [each.name for each in endpoint.fields]
    for name in sorted(unused, key=list(header).index):
        near = nearest(name, fields, most=1, cutoff=0.7)
        hint = f" Was {near[0]} meant?" if near else ""
        yield f"The column {name!r} is used nowhere.{hint}"


def _texts(rows: Sequence[SourceRow], others: Sequence[str | Mapping[str, Any]]) -> Iterator[str]:
    for each in others:
        if isinstance(each, str):
            yield each
        else:
            yield from (value for value in each.values() if isinstance(value, str))
    for row in rows:
        yield from (cell for cell in row.cells.values() if "{" in cell)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """``9.png`` before ``10.png``."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(0, int(each), "") if each.isdecimal() else (1, 0, each) for each in parts]


def _bad(name: str, message: str) -> InvalidParams:
    return InvalidParams((Problem(name, message),))
