"""``jobs report``, ``jobs doubtful`` and ``jobs bill``: money, for people, sheets and scripts."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli import records
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.cli.session import choice_for, engine_on
from kling_desktop.cli.table import aligned
from kling_desktop.domain.days import midnight
from kling_desktop.domain.money import exact_dollars
from kling_desktop.domain.reports import DOUBTFUL, By, Row, report
from kling_desktop.domain.sheets import (
    DOUBT_FIRST,
    doubtful_csv,
    doubtful_rows,
    report_csv,
    report_document,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import date, datetime


_NOTE = "Open: counts as spent, not billed yet. Uncertain: the part of it that may be free."
_NO_PROJECT = "(none)"


async def report_spending(args: argparse.Namespace) -> Exit:
    """Sums of what the jobs of one backend have cost. Raises KlingDesktopError."""
    backend = await wiring.likely(wiring.Wish(args.wish), os.environ)
    since, until = _span(args.since, args.until)
    by = By(args.by)
    made = report(records.spent(backend, since=since, until=until), by)
    if args.csv:
        show(report_csv(backend, by, made))
    elif args.json:
        show_json(report_document(backend, by, since, until, made))
    else:
        show("\n".join(aligned([_header(by), *map(_cells, (*made.rows, made.total))])))
        say(_where(backend, _NOTE))
    return Exit.DONE


async def list_doubtful(args: argparse.Namespace) -> Exit:
    """Jobs without a clip that may have been charged, as fal's support needs them."""
    backend = await wiring.likely(wiring.Wish(args.wish), os.environ)
    jobs = [job for _, job in records.spent(backend, states=DOUBTFUL)]
    rows = doubtful_rows(jobs)
    if args.csv:
        show(doubtful_csv(jobs))
    elif args.json:
        show_json(rows)
    elif not rows:
        say(_where(backend, "No job without a clip may have been charged."))
    else:
        show("\n".join(aligned([[name.upper() for name in DOUBT_FIRST], *map(_shown, rows)])))
        say(_where(backend, "Give the request ids to fal's support (support@fal.ai)."))
    return Exit.DONE


async def ask_bill(args: argparse.Namespace) -> Exit:
    """Ask now what was billed for the jobs that wait for it. Raises KlingDesktopError."""
    choice = await choice_for(args)
    async with engine_on(choice) as engine:
        found = await engine.ask_bill()
    if args.json:
        show_json([job_json(job) for job in found])
    else:
        for job in found:
            show(f"{job.id}  {exact_dollars(job.cost_usd or Decimal(0))}  {job.request_id}")
    jobs = "1 more job" if len(found) == 1 else f"{len(found)} more jobs"
    say(_where(choice.name, f"The bill of {jobs} is known now."))
    return Exit.DONE


def _span(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """From the first moment of a day to the last moment of another."""
    begin = midnight(since) if since else None
    return begin, midnight(until + timedelta(days=1)) if until else None


def _header(by: By) -> Sequence[str]:
    names = ("JOBS", "ESTIMATE", "BILLED", "OPEN", "UNCERTAIN", "SPENT", "UNKNOWN")
    return (by.value.upper(), *names)


def _cells(row: Row) -> Sequence[str]:
    amounts = (row.estimate_usd, row.billed_usd, row.open_usd, row.uncertain_usd, row.spent_usd)
    told = (exact_dollars(each) for each in amounts)
    return (row.key or _NO_PROJECT, str(row.jobs), *told, str(row.unknown or "-"))


def _shown(facts: Mapping[str, Any]) -> Sequence[str]:
    empty = {"request_id": "none", "amount_usd": "unknown"}
    return [str(facts[name] or empty.get(name, "-")) for name in DOUBT_FIRST]


def _where(backend: str, sentence: str) -> str:
    return f"Sandbox, play money: {sentence}" if backend == "sandbox" else sentence


ACTIONS: Mapping[str, Callable[[argparse.Namespace], Awaitable[Exit]]] = {
    "report": report_spending,
    "doubtful": list_doubtful,
    "bill": ask_bill,
}
"""What ``jobs`` leaves to this module."""
