"""``jobs report``, ``jobs doubtful`` and ``jobs bill``: money, for people, sheets and scripts."""

from __future__ import annotations

import csv
import io
import os
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.cli import records
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.cli.session import engine_on
from kling_desktop.cli.table import aligned
from kling_desktop.domain.days import midnight
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.money import exact_dollars
from kling_desktop.domain.reports import DOUBTFUL, By, Row, known_by, report
from kling_desktop.domain.spending import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import date, datetime

    from kling_desktop.domain.jobs import Job

_NOTE = "Open: counts as spent, not billed yet. Uncertain: the part of it that may be free."
_NO_PROJECT = "(none)"


async def report_spending(args: argparse.Namespace) -> Exit:
    """Sums of what the jobs of one backend have cost. Raises KlingDesktopError."""
    backend = await wiring.likely(wiring.Wish(args.wish), os.environ)
    since, until = _span(args.since, args.until)
    by = By(args.by)
    made = report(records.spent(backend, since=since, until=until), by)
    rows = [_row(each) for each in (*made.rows, made.total)]
    if args.csv:
        show(_csv([{"backend": backend, by.value: row.pop("key"), **row} for row in rows]))
    elif args.json:
        show_json(
            {
                "backend": backend,
                "by": by.value,
                "since": since and since.isoformat(),
                "until": until and until.isoformat(),
                "rows": rows[:-1],
                "total": rows[-1],
            }
        )
    else:
        show("\n".join(aligned([_header(by), *map(_cells, (*made.rows, made.total))])))
        say(_where(backend, _NOTE))
    return Exit.DONE


async def list_doubtful(args: argparse.Namespace) -> Exit:
    """Jobs without a clip that may have been charged, as fal's support needs them."""
    backend = await wiring.likely(wiring.Wish(args.wish), os.environ)
    jobs = [job for _, job in records.spent(backend, states=DOUBTFUL)]
    rows = [_doubt(job) for job in jobs]
    if args.csv:
        show(_csv(rows, names=_DOUBT))
    elif args.json:
        show_json(rows)
    elif not rows:
        say(_where(backend, "No job without a clip may have been charged."))
    else:
        show("\n".join(aligned([[name.upper() for name in _SHOWN], *map(_shown, rows)])))
        say(_where(backend, "Give the request ids to fal's support (support@fal.ai)."))
    return Exit.DONE


async def ask_bill(args: argparse.Namespace) -> Exit:
    """Ask now what was billed for the jobs that wait for it. Raises KlingDesktopError."""
    choice = await wiring.choose(wiring.Wish(args.wish), os.environ)
    async with engine_on(choice) as engine:
        found = await engine.ask_bill()
    if args.json:
        show_json([job_json(job) for job in found])
    else:
        for job in found:
            show(f"{job.id}  {exact_dollars(job.cost_usd or Decimal(0))}  {job.request_id}")
    say(_where(choice.name, f"The bill of {len(found)} more jobs is known now."))
    return Exit.DONE


def _span(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """From the first moment of a day to the last moment of another."""
    begin = midnight(since) if since else None
    return begin, midnight(until + timedelta(days=1)) if until else None


def _row(row: Row) -> dict[str, Any]:
    """Amounts are text: a number with a point is not exact in JSON."""
    return {
        "key": row.key,
        "jobs": row.jobs,
        "estimate_usd": exact(row.estimate_usd),
        "billed_usd": exact(row.billed_usd),
        "open_usd": exact(row.open_usd),
        "uncertain_usd": exact(row.uncertain_usd),
        "spent_usd": exact(row.spent_usd),
        "unknown": row.unknown,
    }


def _header(by: By) -> Sequence[str]:
    names = ("JOBS", "ESTIMATE", "BILLED", "OPEN", "UNCERTAIN", "SPENT", "UNKNOWN")
    return (by.value.upper(), *names)


def _cells(row: Row) -> Sequence[str]:
    amounts = (row.estimate_usd, row.billed_usd, row.open_usd, row.uncertain_usd, row.spent_usd)
    told = (exact_dollars(each) for each in amounts)
    return (row.key or _NO_PROJECT, str(row.jobs), *told, str(row.unknown or "-"))


_SHOWN = ("job_id", "request_id", "status", "charge", "sent_at", "amount_usd", "endpoint")
_DOUBT = (*_SHOWN, "amount_from", "ended_at", "code", "detail", "project", "backend")


def _doubt(job: Job) -> dict[str, Any]:
    amount, trouble = counted(job), job.trouble
    facts = {
        "job_id": job.id,
        "request_id": job.request_id,
        "status": job.state.value,
        "charge": trouble.charge if trouble else Charge.MAYBE.value,
        "sent_at": job.sent_at and job.sent_at.isoformat(),
        "amount_usd": None if amount is None else exact(amount),
        "endpoint": job.endpoint,
        "amount_from": known_by(job),
        "ended_at": (job.ended_at or job.updated_at).isoformat(),
        "code": trouble.code if trouble else "",
        "detail": trouble.detail if trouble else "",
        "project": job.project,
        "backend": job.backend,
    }
    return {name: facts[name] for name in _DOUBT}


def _shown(facts: Mapping[str, Any]) -> Sequence[str]:
    empty = {"request_id": "none", "amount_usd": "unknown"}
    return [str(facts[name] or empty.get(name, "-")) for name in _SHOWN]


def exact(amount: Decimal) -> str:
    """An amount to its last digit, without an exponent."""
    return f"{amount:f}"


def _csv(rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, names or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


def _where(backend: str, sentence: str) -> str:
    return f"Sandbox, play money: {sentence}" if backend == "sandbox" else sentence


ACTIONS: Mapping[str, Callable[[argparse.Namespace], Awaitable[Exit]]] = {
    "report": report_spending,
    "doubtful": list_doubtful,
    "bill": ask_bill,
}
"""What ``jobs`` leaves to this module."""
