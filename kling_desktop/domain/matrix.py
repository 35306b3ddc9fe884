"""Rows times prompts times settings: every input that a batch asks for, before any is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import typed
from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.templates import BadTemplate, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kling_desktop.domain.catalog import Endpoint

MOST = 5000
"""Inputs of one batch; whoever wants more has probably multiplied by mistake."""
IMAGE = "image"
"""The name of a column, in place of fal's name, for the picture that an endpoint takes."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a CSV, or a picture of a folder."""

    number: int
    """As the user counts: the line of the file, or the place of the picture."""
    cells: Mapping[str, str]
    """Column to text; the empty ones are left out of ``Entry.values``."""
    taken: Mapping[str, Any] = field(default_factory=dict)
    """Values that are no templates, such as the picture's path."""
    problem: str = ""
    """Why nothing can be made of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One input that is asked for, or the reason why there is none."""

    number: int
    """From 1, in the order of the batch."""
    row: int
    """That of its source."""
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


def expand(
    endpoint: Endpoint,
    rows: Sequence[SourceRow],
    prompts: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> list[Entry]:
    """The matrix of a batch: rows first, then prompts, then what the settings' braces say.

    A cell counts more than a prompt of its own line, and that more than a setting. Settings that
    are text may be templates; other values are taken as they are.

    Raises:
        InvalidParams: there are too many; nothing was expanded then.
    """
    found: list[Entry] = []
    for row in rows:
        for values in _starts(row, prompts, settings or {}):
            room = MOST - len(found)
            found += _entries(endpoint, row, values, len(found), room)
    return found


def columns(endpoint: Endpoint, header: Sequence[str]) -> dict[str, str]:
    """Column to the field that it fills; the others are variables alone."""
    picture = picture_field(endpoint)
    named = {each: each for each in header if endpoint.has(each)}
    if IMAGE in header and not endpoint.has(IMAGE) and picture:
        named[IMAGE] = picture
    return named


def picture_field(endpoint: Endpoint) -> str:
    """The field for ``image``; empty where the endpoint takes no picture."""
    kinds = {FieldKind.PICTURE, FieldKind.PICTURES}
    found = [each for each in endpoint.fields if each.kind in kinds and not each.advanced]
    return found[0].name if found else ""


def _starts(
    row: SourceRow, prompts: Sequence[str], settings: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    for prompt in prompts or (None,):
        yield {**settings, **({} if prompt is None else {"prompt": prompt})}


def _entries(
    endpoint: Endpoint, row: SourceRow, start: Mapping[str, Any], before: int, room: int
) -> list[Entry]:
    def bad(*problems: Problem) -> list[Entry]:
        if room < 1:
            raise _too_many(before + 1)
        return [Entry(before + 1, row.number, values, problems)]

    named = columns(endpoint, tuple(row.cells))
    cells = {name: row.cells[column] for column, name in named.items() if row.cells[column].strip()}
    values: dict[str, Any] = {**start, **row.taken, **cells}
    if row.problem:
        return bad(Problem("", row.problem))
    ready = {name: each for name, each in row.taken.items() if name not in cells}
    try:
        axes = {
            name: [each] if name in ready else _texts(endpoint, name, each, row.cells, room)
            for name, each in values.items()
        }
    except _BadCell as error:
        return bad(Problem(*error.args))
    number = 1
    for each in axes.values():
        number *= len(each)
    if number > room:
        raise _too_many(before + number)
    made = (dict(zip(axes, each, strict=True)) for each in product(*axes.values()))
    return [
        _typed(endpoint, Entry(before + at, row.number, each), ready)
        for at, each in enumerate(made, 1)
    ]


def _texts(
    endpoint: Endpoint, name: str, value: Any, variables: Mapping[str, str], room: int
) -> list[Any]:
    """What a value becomes; JSON has braces of its own."""
    if not isinstance(value, str) or typed.is_json(endpoint, name, value):
        return [value]
    try:
        template = parse(value)
        if template.count > room:
            raise _too_many(MOST - room + template.count)
        return list(template.texts(variables))
    except BadTemplate as error:
        raise _BadCell(name, str(error), value) from None


def _typed(endpoint: Endpoint, entry: Entry, ready: Mapping[str, Any]) -> Entry:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in entry.values.items():
        values[name] = value
        if isinstance(value, str) and name not in ready:
            try:
                values[name] = typed.of_text(endpoint, name, value)
            except InvalidParams as error:
                problems += error.problems
    return Entry(entry.number, entry.row, values, tuple(problems))


class _BadCell(Exception):
    """The arguments are those of a Problem."""


def _too_many(number: int) -> InvalidParams:
    # Long numbers cannot be spelled (`sys.set_int_max_str_digits`), nor read.
    many = number if number < 10**9 else "a billion"
    message = (
        f"would become at least {many} clips; at most {MOST} can be made in one batch. "
        "Divide it, or take alternatives out"
    )
    return InvalidParams((Problem("The batch", message),))
