"""What goes along when another endpoint is chosen: by fal's name, else by what a field means.

Names drift between versions: the picture that a clip starts from is ``image_url`` here and
``start_image_url`` there (``kling_endpoints.json``). Nothing is dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.catalog import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.catalog import Endpoint, Field

START: Final = ("image_url", "start_image_url")
END: Final = ("tail_image_url", "end_image_url")
SEVERAL: Final = ("input_image_urls", "image_urls")
MEANINGS: Final = (START, END, SEVERAL)
"""Each holds the names that one thing has had; the first that an endpoint knows counts."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was chosen and cannot go along."""

    name: str
    """The field that it was chosen in."""
    reason: str
    """Why, as the end of a sentence that begins with the field's name."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Values for the fields of the new endpoint, and what is left behind."""

    values: Mapping[str, Any]
    lost: tuple[Lost, ...] = ()


def carry(values: Mapping[str, Any], after: Endpoint) -> Carried:
    """What was chosen, under the names of another endpoint.

    Its own names come first: where both ``image_url`` and ``start_image_url`` were chosen, the one
    that the endpoint has is the one that counts.
    """
    known = {name: each for name, each in values.items() if after.has(name)}
    others = {name: each for name, each in values.items() if not after.has(name)}
    taken: dict[str, Any] = {}
    lost: list[Lost] = []
    for name, value in (*known.items(), *others.items()):
        if _is_nothing(value):
            continue
        field = _same(name, after)
        if field is None:
            lost.append(Lost(name, "is not part of this model"))
        elif field.name not in taken:
            _take(name, value, field, taken, lost)
    return Carried(taken, tuple(lost))


def meaning_of(name: str) -> tuple[str, ...]:
    """All names of what a field means, its own included."""
    return next((each for each in MEANINGS if name in each), (name,))


def start_of(endpoint: Endpoint) -> str:
    """The name of the field for the picture that a clip starts from; empty if it takes none."""
    return next((each for each in START if endpoint.has(each)), "")


def start_in(params: Mapping[str, Any]) -> str:
    """The address of the picture that a request starts from; empty if it names none."""
    return next((str(params[each]) for each in START if params.get(each)), "")


def _same(name: str, after: Endpoint) -> Field | None:
    """The field of an endpoint that means the same; a single picture also fits into a list."""
    names = [name, *meaning_of(name)]
    if name in START:
        names += SEVERAL
    elif name in SEVERAL:
        names += START
    return next((after.field(each) for each in names if after.has(each)), None)


def _take(name: str, value: Any, field: Field, taken: dict[str, Any], lost: list[Lost]) -> None:
    if field.kind is FieldKind.CHOICE and str(value) not in field.choices:
        lost.append(Lost(name, f"cannot be {value} here"))
    elif field.kind is FieldKind.PICTURES:
        pictures = value if isinstance(value, list) else [value]
        most = field.max_items or len(pictures)
        taken[field.name] = pictures[:most]
        if pictures[most:]:
            lost.append(Lost(name, f"takes {most} here, not {len(pictures)}"))
    elif field.kind is FieldKind.PICTURE and isinstance(value, list):
        taken[field.name] = value[0]
        if value[1:]:
            lost.append(Lost(name, f"takes one here, not {len(value)}"))
    elif field.fields:
        taken[field.name] = _inside(name, value, field, lost)
    else:
        taken[field.name] = value


def _inside(name: str, value: Any, field: Field, lost: list[Lost]) -> Any:
    """A record, or a list of them, with what the other endpoint's records have."""
    known = {each.name for each in field.fields}
    records = value if isinstance(value, list) else [value]
    given = dict.fromkeys(key for each in records if isinstance(each, dict) for key in each)
    unknown = [each for each in given if each not in known]
    lost += [Lost(f"{name}.{each}", "is not part of this model") for each in unknown]

    def kept(record: Any) -> Any:
        if not isinstance(record, dict):
            return record
        return {key: each for key, each in record.items() if key in known}

    return list(map(kept, records)) if isinstance(value, list) else kept(value)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})
