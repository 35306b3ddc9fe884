"""The published schema of an endpoint: an OpenAPI document in fal's style, from the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Endpoint, Field, FieldKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SCHEMAS = "#/components/schemas/"
_POINT = {
    "type": "object",
    "title": "Trajectory",
    "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
    "required": ["x", "y"],
}
_MASK = {
    "type": "object",
    "title": "DynamicMask",
    "properties": {
        "mask_url": {"type": "string"},
        "trajectories": {"type": "array", "items": {"$ref": _SCHEMAS + "Trajectory"}},
    },
    "required": ["mask_url"],
}
_FILE = {
    "type": "object",
    "title": "File",
    "properties": {
        "url": {"type": "string", "format": "uri"},
        "content_type": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "file_name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "file_size": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["url"],
}
_OUTPUT = {
    "type": "object",
    "title": "Output",
    "properties": {"video": {"allOf": [{"$ref": _SCHEMAS + "File"}]}},
    "required": ["video"],
}


def openapi_of(endpoint: Endpoint, *, is_new: bool = False) -> dict[str, Any]:
    """The document; ``is_new`` makes it a later version than the one that this program ships."""
    name = "".join(part.title() for part in endpoint.id.replace(".", "").split("/")[1:])
    name = name.replace("-", "")
    inputs = _object(endpoint.fields)
    if is_new:
        _modernise(inputs)
    schemas = {
        f"{name}Input": {**inputs, "title": f"{name}Input"},
        f"{name}Output": _OUTPUT,
        "File": _FILE,
    }
    if any(field.kind is FieldKind.MASKS for field in endpoint.fields):
        schemas |= {"DynamicMask": _MASK, "Trajectory": _POINT}
    return {
        "openapi": "3.0.4",
        "info": {
            "title": f"Queue OpenAPI for {endpoint.id}",
            "version": "1.0.0",
            "x-fal-metadata": {"endpointId": endpoint.id, "category": category_of(endpoint)},
        },
        "components": {"schemas": schemas},
        "paths": {f"/{endpoint.id}": {"post": _post(name)}},
        "servers": [{"url": "https://queue.fal.run"}],
    }


def category_of(endpoint: Endpoint) -> str:
    if any(each.kind is FieldKind.VIDEO for each in endpoint.fields):
        return "video-to-video"
    return "text-to-video" if endpoint.task == "text-to-video" else "image-to-video"


def _post(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"{_SCHEMAS}{name}Input"}}}
    output = {"application/json": {"schema": {"$ref": f"{_SCHEMAS}{name}Output"}}}
    return {
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "The output", "content": output}},
    }


def _object(fields: Sequence[Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in fields},
        "required": [each.name for each in fields if each.required],
        "x-fal-order-properties": [each.name for each in fields],
    }


def _property(field: Field) -> dict[str, Any]:
    title = field.name.replace("_", " ").title()
    told = {"title": title, "description": field.help, **_KINDS[field.kind](field)}
    return told if field.default is None else {**told, "default": field.default}


def _list_of(items: Mapping[str, Any], field: Field) -> dict[str, Any]:
    return _present(type="array", items=items, minItems=field.min_items, maxItems=field.max_items)


def _present(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


_KINDS: Mapping[FieldKind, Callable[[Field], dict[str, Any]]] = {
    FieldKind.TEXT: lambda field: _present(type="string", maxLength=field.max_length),
    FieldKind.CHOICE: lambda field: {"type": "string", "enum": list(field.choices)},
    FieldKind.NUMBER: lambda field: _present(
        type="number", minimum=field.minimum, maximum=field.maximum
    ),
    FieldKind.COUNT: lambda field: _present(
        type="integer", minimum=field.minimum, maximum=field.maximum
    ),
    FieldKind.FLAG: lambda _: {"type": "boolean"},
    FieldKind.PICTURE: lambda _: {"type": "string"},
    FieldKind.VIDEO: lambda _: {"type": "string"},
    FieldKind.SOUND: lambda _: {"type": "string"},
    FieldKind.PICTURES: lambda field: _list_of({"type": "string"}, field),
    FieldKind.WORDS: lambda field: _list_of({"type": "string"}, field),
    FieldKind.MASKS: lambda field: _list_of({"$ref": _SCHEMAS + "DynamicMask"}, field),
    FieldKind.RECORD: lambda field: _object(field.fields),
    FieldKind.RECORDS: lambda field: _list_of(_object(field.fields), field),
}


def _modernise(inputs: dict[str, Any]) -> None:
    """One more choice, another default and a new field: what models' schemas do over the years."""
    properties = inputs["properties"]
    if "duration" in properties:
        properties["duration"]["enum"].append("15")
    if "cfg_scale" in properties:
        properties["cfg_scale"]["default"] = 0.7
    properties["seed"] = {
        "anyOf": [{"type": "integer"}, {"type": "null"}],
        "title": "Seed",
        "description": "Makes the clip repeatable",
    }
    inputs["x-fal-order-properties"].append("seed")
