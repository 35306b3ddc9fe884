"""The difference between what this program knew of the models and what fal tells, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain.money import exact_dollars, rate
from kling_desktop.domain.renewal import Value, misfit, unusable_choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.catalog import Endpoint, Field, Price
    from kling_desktop.domain.published import ModelFacts, PublishedField, UnitPrice

AS_KNOWN = "Everything is as this program knows it."
RETIRED = "fal has retired this endpoint"
_MOST_NAMED = 6
"""Choices that a sentence names before it counts the rest."""
_LONGEST = 60
"""Characters of a value that a sentence quotes."""


class ChangeKind(StrEnum):
    """What a difference is about; scripts read these."""

    RETIRED = "retired"
    RESTORED = "restored"
    PRICE = "price"
    CHOICES = "choices"
    DEFAULT = "default"
    BOUNDS = "bounds"
    REQUIRED = "required"
    NEW_FIELD = "new_field"
    MISSING_FIELD = "missing_field"
    NOT_USED = "not_used"
    """fal tells something that this program cannot use; the field stays as it was."""
    UNKNOWN = "unknown"
    """fal tells nothing, or nothing that makes sense; the fact stays as it was."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    endpoint_id: str
    kind: ChangeKind
    message: str
    """A sentence without a capital and without a full stop."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences that one check has found."""

    backend: str
    checked: str
    changes: tuple[Change, ...]


Told = tuple[ChangeKind, str]


def differences(before: Endpoint, after: Endpoint, facts: ModelFacts) -> tuple[Change, ...]:
    """What is new of an endpoint: ``before`` is what was known, ``after`` what counts now."""
    told = [
        *_standing(before, after),
        *_price(before.price, after.price, facts.price),
        *_fields(before, after, facts),
        *_silence(before, facts),
    ]
    return tuple(Change(before.id, kind, message) for kind, message in told)


def _standing(before: Endpoint, after: Endpoint) -> Iterator[Told]:
    if after.retired and not before.retired:
        yield ChangeKind.RETIRED, RETIRED
    elif before.retired and not after.retired:
        yield ChangeKind.RESTORED, "fal offers this endpoint again"


def _price(before: Price | None, after: Price | None, told: UnitPrice | None) -> Iterator[Told]:
    was = exact_dollars(before.usd_per_unit) if before else "unknown"
    if after is not None:
        if before is None or after.usd_per_unit != before.usd_per_unit:
            yield ChangeKind.PRICE, f"price is now {rate(after)} (was {was})"
        elif after.with_sound is not None and after.note != before.note:
            text = (
                f"prices with and without sound are kept: {after.note[:1].lower()}{after.note[1:]}"
            )
            yield ChangeKind.NOT_USED, text
    elif before is not None and told is not None:
        asks = f"{told.amount.normalize():f} {told.currency} per {told.unit}"
        text = f"price is no longer known: fal asks {asks}, not dollars per second (was {was})"
        yield ChangeKind.PRICE, text


def _fields(before: Endpoint, after: Endpoint, facts: ModelFacts) -> Iterator[Told]:
    if facts.fields is None:
        return
    published = {each.name: each for each in facts.fields}
    for old, new in zip(before.fields, after.fields, strict=True):
        if old.name in published:
            yield from _changed(old, new)
            yield from _unused(old, published[old.name])
        else:
            kept = f"fal's schema no longer lists {old.name}; it is kept, as the founding "
            yield ChangeKind.MISSING_FIELD, kept + "document has it"
    for name, each in published.items():
        if not before.has(name):
            which = "needed by fal, and " if each.required else ""
            yield ChangeKind.NEW_FIELD, f"new field {name} ({which}not used by this program yet)"


def _changed(old: Field, new: Field) -> Iterator[Told]:
    name = new.name
    if more := [each for each in new.choices if each not in old.choices]:
        yield ChangeKind.CHOICES, f"{name} also takes {_named(more)}"
    if less := [each for each in old.choices if each not in new.choices]:
        yield ChangeKind.CHOICES, f"{name} no longer takes {_named(less)}"
    if new.default != old.default:
        was = "" if old.default is None else f" (was {_said(old.default)})"
        yield ChangeKind.DEFAULT, f"{name} now defaults to {_said(new.default)}{was}"
    yield from _bounds(old, new)
    if new.required != old.required:
        now = "now" if new.required else "no longer"
        yield ChangeKind.REQUIRED, f"{name} is {now} required"


def _bounds(old: Field, new: Field) -> Iterator[Told]:
    pairs = (
        ("goes from", (old.minimum, old.maximum), (new.minimum, new.maximum), ""),
        ("takes", (None, old.max_length), (None, new.max_length), " characters"),
        ("takes", (old.min_items, old.max_items), (new.min_items, new.max_items), " entries"),
    )
    for verb, was, now, what in pairs:
        if was != now:
            text = f"{new.name} now {verb} {_range(*now)}{what} (was {_range(*was)})"
            yield ChangeKind.BOUNDS, text


def _unused(field: Field, told: PublishedField) -> Iterator[Told]:
    if reason := misfit(field, told):
        yield ChangeKind.NOT_USED, f"{reason}; this program keeps it as it was"
    elif odd := unusable_choices(field, told):
        yield ChangeKind.NOT_USED, f"{field.name} also takes {_named(odd)}, not used here yet"


def _silence(before: Endpoint, facts: ModelFacts) -> Iterator[Told]:
    if facts.standing is None and facts.fields is None and facts.price is None:
        yield ChangeKind.UNKNOWN, "fal does not name this endpoint; all of it is kept as it was"
        return
    if facts.standing is None:
        yield ChangeKind.UNKNOWN, "fal does not say whether it still offers this endpoint"
    if facts.fields is None:
        yield ChangeKind.UNKNOWN, "fal's schema could not be read; the fields are kept"
    if facts.price is None and before.price is not None:
        yield ChangeKind.UNKNOWN, "fal names no price; the one that was known is kept"


def _range(low: float | None, high: float | None) -> str:
    match low, high:
        case None, None:
            return "any"
        case None, _:
            return f"up to {high:g}"
        case _, None:
            return f"{low:g} or more"
        case _:
            return f"{low:g} to {high:g}"


def _named(choices: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(choices[:_MOST_NAMED])
    rest = len(choices) - _MOST_NAMED
    return f"{shown} and {rest} more" if rest > 0 else shown


def _said(value: Value | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return "nothing" if value is None else f"{value:g}"
    text = " ".join(value.split())
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
    return text if text and " " not in text else f'"{text}"'
