"""Put what fal publishes over what this program ships.

Silence changes nothing: a bound, a default or a field that fal does not name stays as it was. What
this program could not work with is not taken over either, so a renewed endpoint can always be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from kling_desktop.domain.catalog import Catalog, Endpoint, Field, FieldKind, Price
from kling_desktop.domain.published import ModelFacts, PublishedField, Shape, Standing, UnitPrice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION: Final = 1
SOURCE = "fal platform API"
Value = str | bool | float
_SHAPES: Mapping[FieldKind, Shape] = {
    FieldKind.TEXT: Shape.TEXT,
    FieldKind.CHOICE: Shape.TEXT,
    FieldKind.NUMBER: Shape.NUMBER,
    FieldKind.COUNT: Shape.NUMBER,
    FieldKind.FLAG: Shape.FLAG,
    FieldKind.WORDS: Shape.LIST,
    FieldKind.VIDEO: Shape.TEXT,
    FieldKind.SOUND: Shape.TEXT,
    FieldKind.RECORD: Shape.OTHER,
    FieldKind.RECORDS: Shape.LIST,
    FieldKind.PICTURE: Shape.TEXT,
    FieldKind.PICTURES: Shape.LIST,
    FieldKind.MASKS: Shape.LIST,
}
_BOUNDS: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: ("max_length",),
    FieldKind.CHOICE: (),
    FieldKind.NUMBER: ("minimum", "maximum"),
    FieldKind.COUNT: ("minimum", "maximum"),
    FieldKind.FLAG: (),
    FieldKind.WORDS: ("min_items", "max_items"),
    FieldKind.VIDEO: (),
    FieldKind.SOUND: (),
    FieldKind.RECORD: (),
    FieldKind.RECORDS: ("min_items", "max_items"),
    FieldKind.PICTURE: (),
    FieldKind.PICTURES: ("min_items", "max_items"),
    FieldKind.MASKS: ("min_items", "max_items"),
}


class Overlay(BaseModel):
    """What one backend told about its models, and when; kept in a file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = VERSION
    backend: str
    checked: str
    """The day on which it was asked."""
    catalog: str
    """The date of the catalog that shipped then."""
    models: tuple[ModelFacts, ...]

    def is_outdated_by(self, shipped: Catalog) -> bool:
        """Whether a later program ships newer facts.

        Both dates must say so: a computer whose clock is wrong must not lose what it just asked.
        """
        return shipped.date > self.catalog and shipped.date > self.checked

    def facts(self, endpoint_id: str) -> ModelFacts | None:
        return next((each for each in self.models if each.endpoint_id == endpoint_id), None)


def merged(older: Overlay | None, newer: Iterable[ModelFacts], date: str) -> tuple[ModelFacts, ...]:
    """The newer facts; what they leave open is as it was told before."""
    return tuple(
        each.asked_on(date).over(older.facts(each.endpoint_id) if older else None) for each in newer
    )


def overlaid(shipped: Catalog, overlay: Overlay | None) -> Catalog:
    """The catalog that counts: the shipped one with what the backend told since."""
    if overlay is None or overlay.is_outdated_by(shipped):
        return shipped
    endpoints = tuple(
        renewed(each, facts) if (facts := overlay.facts(each.id)) else each
        for each in shipped.endpoints
    )
    return shipped.model_copy(update={"endpoints": endpoints, "checked": overlay.checked})


def renewed(endpoint: Endpoint, facts: ModelFacts) -> Endpoint:
    """The endpoint as fal describes it now."""
    told = {each.name: each for each in facts.fields or ()}
    fields = tuple(
        renewed_field(each, told[each.name]) if each.name in told else each
        for each in endpoint.fields
    )
    retired = endpoint.retired if facts.standing is None else facts.standing is Standing.DEPRECATED
    return endpoint.model_copy(
        update={"fields": fields, "retired": retired, "price": _price(endpoint, facts)}
    )


def renewed_field(field: Field, told: PublishedField) -> Field:
    """The field with what fal tells of it, or just as it was if that cannot be used."""
    return field if misfit(field, told) else _with_facts(field, told)


def misfit(field: Field, told: PublishedField) -> str:
    """Why this program cannot use what fal tells of a field; empty if it can."""
    if told.shape is not None and told.shape is not _SHAPES[field.kind]:
        return f"fal now takes {field.name} in another form ({told.shape})"
    if not _is_sound(_with_facts(field, told)):
        return f"fal's bounds of {field.name} contradict one another or ours"
    return ""


def unusable_choices(field: Field, told: PublishedField) -> tuple[str, ...]:
    """Choices that stand for something this program cannot reckon with, such as no number."""
    if field.kind is not FieldKind.CHOICE:
        return ()
    return tuple(each for each in told.choices if not _is_usable(field, each))


def _with_facts(field: Field, told: PublishedField) -> Field:
    facts: dict[str, object] = {"required": told.required}
    for name in _BOUNDS[field.kind]:
        if (bound := getattr(told, name)) is not None:
            facts[name] = bound
    if field.kind is FieldKind.CHOICE:
        facts["choices"] = _choices(field, told)
    bounded = field.model_copy(update=facts)
    return bounded.model_copy(update={"default": _default(bounded, told.default)})


def _choices(field: Field, told: PublishedField) -> tuple[str, ...]:
    return tuple(each for each in told.choices if _is_usable(field, each)) or field.choices


def _is_usable(field: Field, choice: str) -> bool:
    """Where all our choices are whole numbers, they are counted with (the length of a clip)."""
    return _is_count(choice) or not all(_is_count(each) for each in field.choices)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 4 and text[0] != "0"


def _default(field: Field, told: Value | None) -> Value | None:
    """That of fal if it is one, else ours if it still is one, else the first choice."""
    if field.kind is FieldKind.CHOICE and isinstance(told, float) and not isinstance(told, bool):
        told = f"{told:g}"
    for value in (told, field.default):
        if value is not None and _is_value(field, value):
            return value
    return field.choices[0] if field.choices and field.default is not None else None


def _is_value(field: Field, value: Value) -> bool:
    match field.kind, value:
        case FieldKind.CHOICE, str():
            return value in field.choices
        case FieldKind.TEXT, str():
            return field.max_length is None or len(value) <= field.max_length
        case FieldKind.FLAG, bool():
            return True
        case FieldKind.NUMBER | FieldKind.COUNT, float():
            low, high = field.minimum, field.maximum
            return (low is None or value >= low) and (high is None or value <= high)
        case _:
            return False


def _is_sound(field: Field) -> bool:
    """Whether some value fits between the bounds; a slider needs more than one."""
    if field.max_length is not None and field.max_length < 1:
        return False
    if field.max_items is not None and field.max_items < max(1, field.min_items or 0):
        return False
    low, high = field.minimum, field.maximum
    return low is None or high is None or low < high


def _with_unit(before: Price, told: UnitPrice) -> Price:
    """One price cannot tell what a second with sound and one without take of a unit."""
    if told.amount == before.usd_per_second:
        return before
    note = f"A unit of fal's costs {told.amount.normalize():f} {told.currency}, whatever it is of."
    return before.model_copy(update={"note": note})


def _price(endpoint: Endpoint, facts: ModelFacts) -> Price | None:
    told = facts.price
    if told is None:
        return endpoint.price
    before, source = endpoint.price, f"{SOURCE}, {told.date}"
    if before is not None and before.with_sound is not None:
        return _with_unit(before, told)
    if before is not None and before.usd_per_clip is not None and told.is_dollars_a_clip:
        return Price(usd_per_clip=told.amount, date=told.date, source=source)
    if not told.is_dollars_a_second:
        return None
    of_input = before.of_input if before else 0
    return Price(usd_per_second=told.amount, of_input=of_input, date=told.date, source=source)
