"""``models``: the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import show, show_json
from kling_desktop.domain.catalog import Endpoint, Field, FieldKind, load_catalog
from kling_desktop.domain.money import dollars

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> Exit:
    """Print every endpoint with its fields and price."""
    catalog = load_catalog()
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


def _money_as_numbers(endpoint: dict[str, Any]) -> None:
    price = endpoint["price"]
    if price is not None:
        price["usd_per_second"] = float(price["usd_per_second"])


def _lines(endpoint: Endpoint) -> list[str]:
    price = endpoint.price
    cost = "price unknown"
    if price is not None:
        cost = f"{dollars(price.usd_per_second)}/s as of {price.date} ({price.source})"
    return [endpoint.id, f"  {endpoint.title}; {cost}", *(_line(each) for each in endpoint.fields)]


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
