"""The files that an input names: pictures, masks, videos and sounds, wherever they stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.params import BRUSH_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kling_desktop.domain.catalog import Endpoint

Loc = tuple[str | int, ...]
"""Where something stands in an input, as in ``("elements", 0, "frontal_image_url")``."""
STATIC, MASK = "static_mask_url", "mask_url"


class Place(NamedTuple):
    """An address, where it stands, and what it is the address of."""

    loc: Loc
    kind: FieldKind
    """``PICTURE``, ``VIDEO`` or ``SOUND``; ``MASKS`` for a mask of the brush."""
    address: str


def places(endpoint: Endpoint, params: Mapping[str, Any]) -> Iterator[Place]:
    """Every address in an input, in the order of its fields."""
    seen: list[Place] = []

    def note(place: Place) -> str:
        seen.append(place)
        return place.address

    _mapped(_kinds(endpoint), params, note)
    yield from seen


def files(endpoint: Endpoint, params: Mapping[str, Any]) -> Iterator[str]:
    """The same without their places."""
    return (each.address for each in places(endpoint, params))


def masks(endpoint: Endpoint, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every mask in the input: the field that names it, and its address."""
    for loc, kind, address in places(endpoint, params):
        if kind is FieldKind.MASKS:
            yield ".".join(str(part) for part in loc), address


def mapped(
    endpoint: Endpoint, params: Mapping[str, Any], change: Callable[[str], str]
) -> dict[str, Any]:
    """The same input with every address passed through ``change``."""
    return _mapped(_kinds(endpoint), params, lambda place: change(place.address))


class _Kind(NamedTuple):
    kind: FieldKind
    inner: Mapping[str, _Kind]


def _kinds(endpoint: Endpoint) -> dict[str, _Kind]:
    """The fields of an endpoint, and those of the brush, which may be sent all the same."""
    brush = {name: _Kind(kind, {}) for name, kind in BRUSH_FIELDS.items()}
    return _inner(endpoint.fields) | brush


def _inner(fields: Iterable[Any]) -> dict[str, _Kind]:
    return {each.name: _Kind(each.kind, _inner(each.fields)) for each in fields}


def _mapped(
    kinds: Mapping[str, _Kind],
    params: Mapping[str, Any],
    change: Callable[[Place], str],
    above: Loc = (),
) -> dict[str, Any]:
    changed = dict(params)
    for name, (kind, inner) in kinds.items():
        value, loc = params.get(name), (*above, name)
        if value is None:
            continue
        match kind:
            case FieldKind.PICTURE | FieldKind.VIDEO | FieldKind.SOUND:
                what = FieldKind.MASKS if name == STATIC else kind
                changed[name] = change(Place(loc, what, value))
            case FieldKind.PICTURES:
                changed[name] = [
                    change(Place((*loc, index), FieldKind.PICTURE, each))
                    for index, each in enumerate(value)
                ]
            case FieldKind.MASKS:
                changed[name] = [
                    each | {MASK: change(Place((*loc, index, MASK), kind, each[MASK]))}
                    for index, each in enumerate(value)
                ]
            case FieldKind.RECORD:
                changed[name] = _mapped(inner, value, change, loc)
            case FieldKind.RECORDS:
                changed[name] = [
                    _mapped(inner, each, change, (*loc, index)) for index, each in enumerate(value)
                ]
            case _:
                pass
    return changed
