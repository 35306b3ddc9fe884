"""``models``: the catalog, and what has changed in it."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say, show, show_json
from kling_desktop.cli.session import choice_for
from kling_desktop.domain.catalog import Endpoint, Field, FieldKind, load_catalog
from kling_desktop.domain.differences import AS_KNOWN
from kling_desktop.domain.money import rate
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.catalog import Price
    from kling_desktop.domain.differences import Difference


async def run(args: argparse.Namespace) -> Exit:
    """Print every endpoint with its fields and price, or ask what has changed.

    Raises:
        KlingDesktopError: there was no answer; the catalog is as it was.
    """
    if args.refresh:
        return await _refresh(args)
    catalog = load_catalog()
    if not args.shipped:
        catalog = await wiring.known_catalog(wiring.Wish(args.wish), os.environ, places())
    if args.json:
        document = catalog.model_dump(mode="json")
        for endpoint in document["endpoints"]:
            endpoint["endpoint_id"] = endpoint["id"]
            endpoint["two_picture_scenes"] = sorted(endpoint["two_picture_scenes"])
            price = catalog.endpoint(endpoint["id"]).price
            endpoint["price"] = None if price is None else price_json(price)
        show_json(document)
        return Exit.DONE
    for endpoint in catalog.endpoints:
        show("\n".join(_lines(endpoint)) + "\n")
    show("Not offered:")
    for each in catalog.not_offered:
        show(f"  {each.id}: {each.reason}")
    return Exit.DONE


async def _refresh(args: argparse.Namespace) -> Exit:
    choice = await choice_for(args)
    found = await wiring.refresh_models(choice, places())
    if args.json:
        show_json(_difference_json(found))
    else:
        _show_difference(found)
    return Exit.DONE


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "checked": found.checked,
        "backend": found.backend,
        "changes": [
            {"endpoint_id": each.endpoint_id, "kind": each.kind.value, "message": each.message}
            for each in found.changes
        ],
    }


def _show_difference(found: Difference) -> None:
    for endpoint_id, changes in groupby(found.changes, lambda each: each.endpoint_id):
        show("\n".join([endpoint_id, *(f"  {each.message}" for each in changes)]) + "\n")
    if not found.changes:
        show(AS_KNOWN)
    say(f"Asked {found.backend} on {found.checked}.")


def price_json(price: Price, *, with_note: bool = True) -> dict[str, Any]:
    """A price as JSON numbers; what does not concern it is left out."""
    amounts = ("usd_per_second", "with_sound", "with_voice", "usd_per_clip")
    left = set() if with_note else {"note"}
    told = price.model_dump(exclude_none=True, exclude_defaults=True, exclude=left)
    return {name: float(each) if name in amounts else each for name, each in told.items()}


def _lines(endpoint: Endpoint) -> list[str]:
    price = endpoint.price
    cost = "price unknown"
    if price is not None:
        source = price.source.removesuffix(f", {price.date}")
        cost = f"{rate(price, '/s')} as of {price.date} ({source})"
    name = f"{endpoint.id}  RETIRED by fal" if endpoint.retired else endpoint.id
    return [name, f"  {endpoint.title}; {cost}", *(_line(each) for each in endpoint.fields)]


def _line(field: Field) -> str:
    mark = "*" if field.required else " "
    default = "" if field.default is None else f" [default: {field.default}]"
    return f"  {mark} {field.name}: {_values(field)}{default}"


def _values(field: Field) -> str:
    return _IN_WORDS[field.kind](field)


def _choices(field: Field) -> str:
    if len(field.choices) > 12:
        return f"one of {len(field.choices)} (see --json): {', '.join(field.choices[:6])}, ..."
    return " | ".join(field.choices)


def _text(field: Field) -> str:
    return f"text, up to {field.max_length} characters" if field.max_length else "text"


def _several(field: Field) -> str:
    most = f"up to {field.max_items} " if field.max_items else ""
    return f"{most}{field.kind}: one, or a JSON list"


def _pictures(field: Field) -> str:
    most = f"up to {field.max_items} " if field.max_items else ""
    return f"{most}pictures: paths or addresses"


def _range(field: Field) -> str:
    return f"{field.minimum:g} to {field.maximum:g}"


def _file(field: Field) -> str:
    return f"{field.kind}: path or address"


def _record(field: Field) -> str:
    names = (f"{each.name}*" if each.required else each.name for each in field.fields)
    return "{" + ", ".join(names) + "}"


_IN_WORDS: Mapping[FieldKind, Callable[[Field], str]] = {
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _choices,
    FieldKind.NUMBER: _range,
    FieldKind.COUNT: _range,
    FieldKind.FLAG: lambda _: "true | false",
    FieldKind.WORDS: _several,
    FieldKind.PICTURE: _file,
    FieldKind.VIDEO: _file,
    FieldKind.SOUND: _file,
    FieldKind.PICTURES: _pictures,
    FieldKind.MASKS: lambda _: "JSON: [{mask_url, trajectories: [{x, y}]}]",
    FieldKind.RECORD: lambda field: f"JSON: {_record(field)}",
    FieldKind.RECORDS: lambda field: f"JSON: [{_record(field)}]",
}
