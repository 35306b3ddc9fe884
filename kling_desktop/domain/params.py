"""Check an input against its endpoint, and write the exact request body.

pydantic models are built from the catalog, once each: the client's model forbids unknown fields
(fal would ignore them silently and charge all the same), the server's ignores them as fal does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from kling_desktop.domain.catalog import Endpoint, FieldKind
from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from kling_desktop.domain import catalog


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


def _type_of(field: catalog.Field) -> Any:
    match field.kind:
        case FieldKind.TEXT:
            return Annotated[str, Field(max_length=field.max_length)]
        case FieldKind.CHOICE:
            return Literal[field.choices]
        case FieldKind.NUMBER:
            return Annotated[float, Field(ge=field.minimum, le=field.maximum, allow_inf_nan=False)]
        case FieldKind.PICTURE:
            return str
        case FieldKind.PICTURES:
            return Annotated[
                list[str], Field(min_length=field.min_items, max_length=field.max_items)
            ]
        case FieldKind.MASKS:
            return Annotated[list[DynamicMask], Field(max_length=field.max_items)]


@cache
def params_model(endpoint: Endpoint, *, unknown: Literal["forbid", "ignore"]) -> type[BaseModel]:
    """The pydantic model of an endpoint's input, with fields in wire order."""
    fields: dict[str, Any] = {}
    for each in endpoint.fields:
        kind = _type_of(each)
        if each.default is not None:
            fields[each.name] = (kind, each.default)
        elif each.required:
            fields[each.name] = (kind, ...)
        else:
            fields[each.name] = (kind | None, None)
    return create_model(endpoint.id, __config__=ConfigDict(extra=unknown), **fields)


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


def _tidy(endpoint: Endpoint, name: str, value: Any) -> Any:
    """Forgive what is clear all the same: ``5`` for ``"5"``, spaces, a blank for no picture."""
    if isinstance(value, str):
        value = value.strip()
    if not endpoint.has(name):
        return value
    field = endpoint.field(name)
    if field.kind is FieldKind.CHOICE and isinstance(value, int):
        return str(value)
    if field.kind is FieldKind.PICTURE and not field.required and value == "":
        return None
    return value


def _problem(endpoint: Endpoint, error: ErrorDetails) -> Problem:
    name = ".".join(str(part) for part in error["loc"])
    top = str(error["loc"][0])
    value, context = error["input"], error.get("ctx", {})
    match error["type"]:
        case "missing":
            return Problem(name, "is missing")
        case "extra_forbidden":
            known = tuple(each.name for each in endpoint.fields)
            return Problem(name, "is not a field of this endpoint", value, known)
        case "literal_error":
            return Problem(
                name, "has a value that is not allowed", value, endpoint.field(top).choices
            )
        case "greater_than_equal" | "less_than_equal":
            field = endpoint.field(top)
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


def pictures(endpoint: Endpoint, params: Mapping[str, Any]) -> Iterator[str]:
    """Every address in the input that stands for a picture, masks included."""
    seen: list[str] = []

    def note(address: str) -> str:
        seen.append(address)
        return address

    map_pictures(endpoint, params, note)
    yield from seen


def masks(endpoint: Endpoint, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every mask in the input: the field that names it, and its address."""
    if static := params.get("static_mask_url"):
        yield "static_mask_url", static
    for name, kind in _kinds(endpoint).items():
        if kind is FieldKind.MASKS:
            for index, each in enumerate(params.get(name) or ()):
                yield f"{name}.{index}.mask_url", each["mask_url"]


def _kinds(endpoint: Endpoint) -> dict[str, FieldKind]:
    """The fields of an endpoint, and those of the brush, which may be sent all the same."""
    return {each.name: each.kind for each in endpoint.fields} | BRUSH_FIELDS


def map_pictures(
    endpoint: Endpoint, params: Mapping[str, Any], change: Callable[[str], str]
) -> dict[str, Any]:
    """The same input with every picture address passed through ``change``."""
    changed = dict(params)
    for name, kind in _kinds(endpoint).items():
        value = params.get(name)
        if value is None:
            continue
        match kind:
            case FieldKind.PICTURE:
                changed[name] = change(value)
            case FieldKind.PICTURES:
                changed[name] = [change(each) for each in value]
            case FieldKind.MASKS:
                changed[name] = [each | {"mask_url": change(each["mask_url"])} for each in value]
            case _:
                pass
    return changed
