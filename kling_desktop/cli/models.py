"""``models``: the catalog, and what has changed in it."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say, show, show_json
from kling_desktop.domain.catalog import Endpoint, Field, FieldKind, load_catalog
from kling_desktop.domain.differences import AS_KNOWN
from kling_desktop.domain.money import exact_dollars
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse

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
            _money_as_numbers(endpoint)
        show_json(document)
        return Exit.DONE
    for endpoint in catalog.endpoints:
        show("\n".join(_lines(endpoint)) + "\n")
    return Exit.DONE


async def _refresh(args: argparse.Namespace) -> Exit:
    choice = await wiring.choose(wiring.Wish(args.wish), os.environ)
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


def _money_as_numbers(endpoint: dict[str, Any]) -> None:
    price = endpoint["price"]
    if price is not None:
        price["usd_per_second"] = float(price["usd_per_second"])


def _lines(endpoint: Endpoint) -> list[str]:
    price = endpoint.price
    cost = "price unknown"
    if price is not None:
        source = price.source.removesuffix(f", {price.date}")
        cost = f"{exact_dollars(price.usd_per_second)}/s as of {price.date} ({source})"
    name = f"{endpoint.id}  RETIRED by fal" if endpoint.retired else endpoint.id
    return [name, f"  {endpoint.title}; {cost}", *(_line(each) for each in endpoint.fields)]


def _line(field: Field) -> str:
    mark = "*" if field.required else " "
    default = "" if field.default is None else f" [default: {field.default}]"
    return f"  {mark} {field.name}: {_values(field)}{default}"


def _values(field: Field) -> str:
    match field.kind:
        case FieldKind.CHOICE if len(field.choices) > 12:
            return f"one of {len(field.choices)} (see --json): {', '.join(field.choices[:6])}, ..."
        case FieldKind.CHOICE:
            return " | ".join(field.choices)
        case FieldKind.NUMBER:
            return f"{field.minimum:g} to {field.maximum:g}"
        case FieldKind.TEXT:
            return f"text, up to {field.max_length} characters"
        case FieldKind.PICTURE:
            return "picture: path or address"
        case FieldKind.PICTURES:
            return f"up to {field.max_items} pictures: paths or addresses"
        case FieldKind.MASKS:
            return "JSON: [{mask_url, trajectories: [{x, y}]}]"
