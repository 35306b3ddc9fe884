"""``budget``: what may be spent, and how much of it is."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kling_desktop import wiring
from kling_desktop.cli import records
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say, show, show_json
from kling_desktop.cli.table import aligned
from kling_desktop.domain.allowances import Standing, read_amount, with_limit
from kling_desktop.domain.budgets import Budgets, Kind, Limit, all_limits, left, limits_for
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.money import exact_dollars
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

_AMOUNTS = ("job", "day", "month")
_UNKNOWN = "unknown"
_PROJECT = "project:"
_WORDS = ("job", "day", "month", "project:NAME", _UNKNOWN)


async def run(args: argparse.Namespace) -> Exit:
    """Change the budgets if the line says so, then show them. Raises KlingDesktopError."""
    backend = await wiring.likely(wiring.Wish(args.wish), os.environ)
    book = wiring.budget_file(places())
    match args.action:
        case "set":
            book.change(backend, lambda known: _set(known, args.words))
        case "clear":
            book.change(backend, lambda known: _cleared(known, args.words))
        case _ if args.words:
            raise _bad("set and clear take budgets; showing them does not", args.words[0])
    _show(backend, book.load(backend), as_json=args.json)
    return Exit.DONE


def standings_for(backend: str, project: str) -> list[Standing]:
    """How the budgets stand that one more job of a project would have to keep."""
    budgets = wiring.budget_file(places()).load(backend)
    return _standings(backend, limits_for(budgets, datetime.now(UTC), project))


def _standings(backend: str, limits: Iterable[Limit]) -> list[Standing]:
    limits = list(limits)
    return [
        Standing(limit, spent)
        for limit, spent in zip(limits, records.spent_of(backend, limits), strict=True)
    ]


def _show(backend: str, budgets: Budgets, *, as_json: bool) -> None:
    found = _standings(backend, all_limits(budgets, datetime.now(UTC)))
    if as_json:
        document = {
            "backend": backend,
            "limits": [each.as_json() for each in found],
            "allows_unknown": budgets.allows_unknown,
        }
        return show_json(document)
    if not found:
        say(f"No budget is set for {backend}; everything may be spent.")
        return None
    show("\n".join(aligned([("BUDGET", "LIMIT", "SPENT", "LEFT"), *map(_cells, found)])))
    money = "play money; " if backend == "sandbox" else ""
    goes = "sent" if budgets.allows_unknown else "held back"
    say(f"{backend}: {money}a job of unknown price is {goes}.")
    return None


def _cells(standing: Standing) -> Sequence[str]:
    limit, spent = standing.limit, standing.spent
    name = f"{_PROJECT}{limit.project}" if limit.project is not None else limit.kind.value
    if limit.kind is Kind.JOB:
        return (name, exact_dollars(limit.usd), "-", "-")
    beside = f" + {spent.unknown} unknown" if spent.unknown else ""
    rest = exact_dollars(left(limit, spent))
    return (name, exact_dollars(limit.usd), exact_dollars(spent.usd) + beside, rest)


def _set(budgets: Budgets, words: Sequence[str]) -> Budgets:
    if not words:
        raise _bad("needs at least one NAME=AMOUNT, such as day=5", "")
    for word in words:
        name, equals, text = word.rpartition("=")
        if not equals:
            raise _bad("needs the form NAME=AMOUNT", word)
        budgets = _with(budgets, name, text)
    return budgets


def _with(budgets: Budgets, name: str, text: str) -> Budgets:
    if name in _AMOUNTS:
        return with_limit(budgets, Kind(name), read_amount(text))
    if name == _UNKNOWN:
        if text not in {"yes", "no"}:
            raise _bad("must be yes or no: whether a job of unknown price may be sent", text)
        return replace(budgets, allows_unknown=text == "yes")
    if name.startswith(_PROJECT) and (project := name.removeprefix(_PROJECT)):
        return with_limit(budgets, Kind.PROJECT, read_amount(text), project)
    raise _bad("is no budget", name, _WORDS)


def _cleared(budgets: Budgets, words: Sequence[str]) -> Budgets:
    if not words:
        raise _bad("needs the names of what is to be cleared", "", (*_WORDS, "all"))
    for name in words:
        if name == "all":
            budgets = Budgets()
        elif name in _AMOUNTS:
            budgets = with_limit(budgets, Kind(name), None)
        elif name == _UNKNOWN:
            budgets = replace(budgets, allows_unknown=False)
        elif name.startswith(_PROJECT) and name.removeprefix(_PROJECT) in budgets.projects:
            gone = name.removeprefix(_PROJECT)
            budgets = with_limit(budgets, Kind.PROJECT, None, gone)
        else:
            raise _bad("is no budget that is set", name, (*_WORDS, "all"))
    return budgets


def _bad(message: str, value: str, allowed: tuple[str, ...] = ()) -> InvalidParams:
    return InvalidParams((Problem("budget", message, value or None, allowed),))
