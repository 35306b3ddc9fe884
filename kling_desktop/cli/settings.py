"""``settings``: everything of the page of settings, by the same table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop import tuning, wiring
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say, show, show_json
from kling_desktop.cli.table import aligned
from kling_desktop.domain.allowances import with_limit
from kling_desktop.domain.budgets import Kind
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.settings.table import ITEMS, Home, Item, item
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from decimal import Decimal

    from kling_desktop.domain.settings.kinds import Value

WEATHER = "sandbox.weather"
NEXT = "It counts from the next start of the window."
OPEN = "A window that is open takes it at once."


async def run(args: argparse.Namespace) -> Exit:
    """Show, set or reset items. Raises KlingDesktopError."""
    homes = _Homes(await wiring.likely(wiring.Wish(args.wish), os.environ))
    for each in homes.news():
        say(each)
    words: list[str] = args.words
    match args.action, len(words):
        case "list", _:
            _list(homes, " ".join(words), as_json=args.json)
        case "get", 1:
            _get(homes, item(words[0]), as_json=args.json)
        case "set", 2:
            await _set(homes, item(words[0]), words[1], as_json=args.json)
        case "reset", number if number:
            await _reset(homes, words, as_json=args.json)
        case action, _:
            raise _bad(_WANTED[action], " ".join(words))
    return Exit.DONE


_WANTED = {
    "get": "get takes one item",
    "set": "set takes an item and a value; a value with spaces needs quotation marks",
    "reset": "reset takes items, or all",
}


@dataclass(frozen=True, slots=True)
class _Homes:
    """Where each item lives; those of money and line belong to a backend."""

    backend: str

    def news(self) -> tuple[str, ...]:
        return tuning.settings_file(places()).load().news

    def value(self, which: Item) -> Value:
        match which.home:
            case Home.FILE:
                value: Value = getattr(tuning.settings_file(places()).current, which.field)
                return value
            case Home.LINE:
                return wiring.steering_file(places()).load(self.backend).limit
            case Home.BUDGETS:
                limit: Decimal | None = getattr(
                    wiring.budget_file(places()).load(self.backend), _kind(which).value
                )
                return limit
            case _:
                return None

    def put(self, which: Item, value: Any) -> None:
        match which.home:
            case Home.FILE:
                tuning.settings_file(places()).change(which, value)
            case Home.LINE:
                wiring.steering_file(places()).change(self.backend, limit=value)
            case Home.BUDGETS:
                wiring.budget_file(places()).change(
                    self.backend, lambda known: with_limit(known, _kind(which), value)
                )
            case _:
                raise _bad(which.kind.allowed, which.key)


def _kind(which: Item) -> Kind:
    return Kind(which.key.removeprefix("budget."))


async def _set(homes: _Homes, which: Item, text: str, *, as_json: bool) -> None:
    value = _settable(which).read(text)
    await _put(homes, which, value)
    _get(homes, which, as_json=as_json)
    if which.home is Home.FILE and which.key != WEATHER and not as_json:
        say(NEXT if which.at_next_start else OPEN)


async def _reset(homes: _Homes, keys: Sequence[str], *, as_json: bool) -> None:
    if list(keys) == ["all"]:
        for each in ITEMS:
            if each.home is Home.FILE:
                await _put(homes, each, each.default)
        say("Every item of the settings is as usual again; budgets and the limit of jobs stay.")
        return
    for which in [_settable(item(each)) for each in keys]:
        await _put(homes, which, which.default)
        _get(homes, which, as_json=as_json)


async def _put(homes: _Homes, which: Item, value: Value) -> None:
    """A sky is tried before it is kept, and the sandbox hears of it at once."""
    if which.key == WEATHER:
        tuning.rules_of(str(value))
    homes.put(which, value)
    if which.key == WEATHER:
        await tuning.change_weather(places().sandbox, str(value))


def _settable(which: Item) -> Item:
    if which.home is Home.ELSEWHERE:
        raise InvalidParams((Problem(which.key, which.kind.allowed),))
    return which


def _list(homes: _Homes, wanted: str, *, as_json: bool) -> None:
    found = [each for each in ITEMS if each.has(wanted)]
    if as_json:
        return show_json({"backend": homes.backend, "items": [_facts(homes, e) for e in found]})
    if not found:
        say(f"Nothing among the settings has to do with {wanted!r}.")
        return None
    rows = [
        (each.key, _shown(each, homes.value(each)), _shown(each, each.default), each.label)
        for each in found
    ]
    show("\n".join(aligned([("ITEM", "VALUE", "USUAL", "WHAT"), *rows])))
    if any(each.home in {Home.LINE, Home.BUDGETS} for each in found):
        say(f"budget.* and jobs.limit are those of {homes.backend}.")
    return None


def _get(homes: _Homes, which: Item, *, as_json: bool) -> None:
    if as_json:
        return show_json(_facts(homes, which))
    show(_shown(which, homes.value(which)))
    return None


def _facts(homes: _Homes, which: Item) -> dict[str, Any]:
    value = homes.value(which)
    return {
        "key": which.key,
        "value": which.kind.text(value) if which.home is not Home.ELSEWHERE else None,
        "default": which.kind.text(which.default) if which.home is not Home.ELSEWHERE else None,
        "is_default": value == which.default,
        "allowed": which.kind.allowed,
        "section": which.section,
        "label": which.label,
        "help": which.help,
    }


def _shown(which: Item, value: Value) -> str:
    return which.kind.text(value) or "(usual)"


def _bad(message: str, value: str) -> InvalidParams:
    return InvalidParams((Problem("settings", message, value or None),))
