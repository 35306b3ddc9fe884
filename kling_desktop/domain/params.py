"""Check an input against its endpoint, and write the exact request body.

pydantic models are built from the catalog, once each: the client's model forbids unknown fields
(fal would ignore them silently and charge all the same), the server's ignores them as fal does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from kling_desktop.domain.catalog import FILE_KINDS, Endpoint, FieldKind
from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

    from kling_desktop.domain import catalog


Unknown = Literal["forbid", "ignore"]
"""What becomes of fields that the endpoint does not have."""
BRUSH_FIELDS = {"static_mask_url": FieldKind.PICTURE, "dynamic_masks": FieldKind.MASKS}
"""An endpoint that does not list them can be sent them (``Endpoint.with_unlisted``)."""


class Point(BaseModel):
    """A point of a trajectory on the wire: whole pixels, in the endpoint's own coordinates."""

    x: int
    y: int


class DynamicMask(BaseModel):
    """A region that moves: its mask and its path."""

    mask_url: str
    trajectories: Annotated[list[Point], Field(min_length=2, max_length=77)] | None = None


def _type_of(field: catalog.Field, unknown: Unknown) -> Any:
    single = _single(field, unknown)
    if field.kind not in _LISTS:
        return single
    bounds = Field(min_length=field.min_items, max_length=field.max_items)
    return Annotated[list[single], bounds]  # type: ignore[valid-type]


_LISTS = {FieldKind.PICTURES, FieldKind.WORDS, FieldKind.MASKS, FieldKind.RECORDS}


def _single(field: catalog.Field, unknown: Unknown) -> Any:
    """The type of a value, or of one entry of a list."""
    match field.kind:
        case FieldKind.TEXT:
            return Annotated[str, Field(max_length=field.max_length)]
        case FieldKind.CHOICE:
            return Literal[field.choices]
        case FieldKind.NUMBER:
            return Annotated[float, Field(ge=field.minimum, le=field.maximum, allow_inf_nan=False)]
        case FieldKind.COUNT:
            return Annotated[int, Field(ge=field.minimum, le=field.maximum)]
        case FieldKind.FLAG:
            return bool
        case FieldKind.MASKS:
            return DynamicMask
        case FieldKind.RECORD | FieldKind.RECORDS:
            return _model(field.name, field.fields, unknown)
        case _:
            return str


@cache
def params_model(endpoint: Endpoint, *, unknown: Unknown) -> type[BaseModel]:
    """The pydantic model of an endpoint's input, with fields in wire order."""
    return _model(endpoint.id, endpoint.fields, unknown)


def _model(name: str, fields: Iterable[catalog.Field], unknown: Unknown) -> type[BaseModel]:
    made: dict[str, Any] = {}
    for each in fields:
        kind = _type_of(each, unknown)
        if each.default is not None:
            made[each.name] = (kind, each.default)
        elif each.required:
            made[each.name] = (kind, ...)
        else:
            made[each.name] = (kind | None, None)
    return create_model(name, __config__=ConfigDict(extra=unknown), **made)


def check(endpoint: Endpoint, values: Mapping[str, Any]) -> dict[str, Any]:
    """The complete input: defaults filled in, unset fields left out, wire order.

    Raises:
        InvalidParams: with every field that is not right, not just the first.
    """
    given = {name: _tidy(endpoint, name, value) for name, value in values.items()}
    given = {name: value for name, value in given.items() if value is not None}
    problems = [
        Problem(each.name, "is empty")
        for each in endpoint.fields
        if each.required and given.get(each.name) in ("", [])
    ]
    empty = {problem.field for problem in problems}
    try:
        model = params_model(endpoint, unknown="forbid").model_validate(given)
    except ValidationError as error:
        found = [_problem(endpoint, each) for each in error.errors()]
        problems += [each for each in found if each.field not in empty]
    else:
        if not problems:
            return model.model_dump(exclude_none=True)
    raise InvalidParams(tuple(problems))


BLANK_IS_NONE = FILE_KINDS | {FieldKind.WORDS, FieldKind.RECORDS}


def _tidy(endpoint: Endpoint, name: str, value: Any) -> Any:
    """Forgive what is clear all the same: ``5`` for ``"5"``, spaces, a blank for no picture."""
    if isinstance(value, str):
        value = value.strip()
    if not endpoint.has(name):
        return value
    field = endpoint.field(name)
    if field.kind is FieldKind.CHOICE and isinstance(value, int):
        return str(value)
    if not field.required and value in ("", []) and field.kind in BLANK_IS_NONE:
        return None
    return value


def _problem(endpoint: Endpoint, error: ErrorDetails) -> Problem:
    name = ".".join(str(part) for part in error["loc"])
    value, context = error["input"], error.get("ctx", {})
    match error["type"]:
        case "missing":
            return Problem(name, "is missing")
        case "extra_forbidden":
            known = tuple(each.name for each in _fields_at(endpoint, error["loc"][:-1]))
            return Problem(name, "is not a field of this endpoint", value, known)
        case "literal_error":
            choices = _field_at(endpoint, error["loc"]).choices
            return Problem(name, "has a value that is not allowed", value, choices)
        case "greater_than_equal" | "less_than_equal":
            field = _field_at(endpoint, error["loc"])
            allowed = (f"{field.minimum:g} to {field.maximum:g}",)
            return Problem(name, "is out of range", value, allowed)
        case "string_too_long":
            return Problem(name, f"is longer than {context['max_length']} characters")
        case "too_long":
            return Problem(name, f"has more than {context['max_length']} entries")
        case "too_short":
            return Problem(name, f"has fewer than {context['min_length']} entries")
        case _:
            reason = error["msg"].removeprefix("Input ")
            return Problem(name, reason[:1].lower() + reason[1:], value)


def _fields_at(endpoint: Endpoint, loc: tuple[str | int, ...]) -> tuple[catalog.Field, ...]:
    """The fields of an endpoint, or of a record inside; numbers in ``loc`` count list entries."""
    return _field_at(endpoint, loc).fields if loc else endpoint.fields


def _field_at(endpoint: Endpoint, loc: tuple[str | int, ...]) -> catalog.Field:
    names = [each for each in loc if isinstance(each, str)]
    field = endpoint.field(names[0])
    for name in names[1:]:
        field = next(each for each in field.fields if each.name == name)
    return field
