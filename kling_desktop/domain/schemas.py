"""Read the input fields out of a published OpenAPI document, whatever it holds.

The document comes from outside, so nothing in it is taken on trust: what is not understood is left
out, references may run in circles, and the work is bounded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.published import PublishedField, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_FIELDS = 200
MOST_CHOICES = 1000
_DEEPEST = 12
"""References and compositions inside one another."""
_MOST_STEPS = 5000
_LARGEST = 1e9
_LONGEST_CHOICE = 100
_LONGEST_DEFAULT = 10_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_SCHEMAS = "#/components/schemas/"
_SHAPES: Mapping[str, Shape] = {
    "string": Shape.TEXT,
    "number": Shape.NUMBER,
    "integer": Shape.NUMBER,
    "array": Shape.LIST,
    "boolean": Shape.FLAG,
    "object": Shape.OTHER,
}
_FACTS = frozenset(
    {
        "type", "enum", "const", "default", "minimum", "maximum", "maxLength", "minItems",
        "maxItems", "properties", "required",
    }
)  # fmt: skip


def read_inputs(document: Any, endpoint_id: str) -> tuple[PublishedField, ...] | None:
    """The input fields of an endpoint in the document's order; None where none can be found."""
    reader = _Reader(document)
    schema = reader.flat(reader.input_of(endpoint_id))
    required = [each for each in _list(schema.get("required")) if isinstance(each, str)]
    found = [
        _field(name, reader.flat(each), required=name in required)
        for name, each in list(_object(schema.get("properties")).items())[:MOST_FIELDS]
        if isinstance(name, str) and _NAME.fullmatch(name)
    ]
    return tuple(found) or None


class _Reader:
    """Follows references and compositions, as far as is reasonable."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._schemas = _object(_dig(document, "components", "schemas"))
        self._steps = _MOST_STEPS

    def input_of(self, endpoint_id: str) -> Any:
        """The schema of the request's body: where the paths say, else the only one named so."""
        paths = _object(_dig(self._document, "paths"))
        for path in (paths.get(f"/{endpoint_id}"), *paths.values()):
            body = _dig(path, "post", "requestBody", "content", "application/json", "schema")
            if isinstance(body, dict):
                return body
        inputs = [each for name, each in self._schemas.items() if str(name).endswith("Input")]
        return inputs[0] if len(inputs) == 1 else None

    def flat(self, node: Any, depth: int = 0) -> dict[str, Any]:
        """What a schema says once its references and compositions are put together."""
        self._steps -= 1
        if not isinstance(node, dict) or depth > _DEEPEST or self._steps < 0:
            return {}
        whole: dict[str, Any] = {}
        for part in self._parts(node):
            whole = _joined(whole, self.flat(part, depth + 1))
        return _joined(whole, {name: each for name, each in node.items() if name in _FACTS})

    def _parts(self, node: Mapping[str, Any]) -> Iterator[Any]:
        address = node.get("$ref")
        if isinstance(address, str) and address.startswith(_SCHEMAS):
            yield self._schemas.get(address.removeprefix(_SCHEMAS))
        yield from _list(node.get("allOf"))
        for name in ("anyOf", "oneOf"):
            real = [each for each in _list(node.get(name)) if not _is_null(each)]
            if len(real) == 1:  # Of several nobody can say which one counts.
                yield real[0]


def _field(name: str, facts: Mapping[str, Any], *, required: bool) -> PublishedField:
    choices = _choices(facts)
    return PublishedField(
        name=name,
        shape=_shape(facts.get("type")) or (Shape.TEXT if choices else None),
        required=required,
        default=_default(facts.get("default")),
        choices=choices,
        minimum=_number(facts.get("minimum")),
        maximum=_number(facts.get("maximum")),
        max_length=_count(facts.get("maxLength")),
        min_items=_count(facts.get("minItems")),
        max_items=_count(facts.get("maxItems")),
    )


def _shape(told: Any) -> Shape | None:
    kinds = [each for each in (told if isinstance(told, list) else [told]) if each != "null"]
    if len(kinds) != 1 or not isinstance(kinds[0], str):
        return None
    return _SHAPES.get(kinds[0])


def _choices(facts: Mapping[str, Any]) -> tuple[str, ...]:
    told = facts.get("enum", [facts.get("const")])
    listed = [each for each in _list(told) if each is not None]
    if len(listed) > MOST_CHOICES or not all(_is_choice(each) for each in listed):
        return ()
    return tuple(dict.fromkeys(listed))


def _is_choice(value: Any) -> bool:
    if not isinstance(value, str) or value != value.strip():
        return False
    return 0 < len(value) <= _LONGEST_CHOICE and value.isprintable()


def _default(value: Any) -> str | bool | float | None:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return _number(value)
    is_text = all(each.isprintable() or each in "\n\t" for each in value)
    return value if is_text and len(value) <= _LONGEST_DEFAULT else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_LARGEST <= value <= _LARGEST else None


def _count(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or number < 0 or number % 1 else int(number)


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both; the second has the last word, but fields add up."""
    both = first | second
    if "properties" in first and "properties" in second:
        both["properties"] = _object(first["properties"]) | _object(second["properties"])
    if "required" in first and "required" in second:
        both["required"] = _list(first["required"]) + _list(second["required"])
    return both


def _is_null(node: Any) -> bool:
    return isinstance(node, dict) and node.get("type") == "null"


def _dig(node: Any, *names: str) -> Any:
    for name in names:
        node = _object(node).get(name)
    return node


def _object(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
