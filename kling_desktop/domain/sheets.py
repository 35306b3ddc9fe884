"""Reports of money as files: the same rows for the terminal, for sheets and for scripts.

Amounts are text: a number with a point is not exact in JSON.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.reports import known_by
from kling_desktop.domain.spending import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.reports import By, Report, Row

DOUBT_FIRST = ("job_id", "request_id", "status", "charge", "sent_at", "amount_usd", "endpoint")
"""What support asks for first."""
DOUBT = (*DOUBT_FIRST, "amount_from", "ended_at", "code", "detail", "project", "backend")


def exact(amount: Decimal) -> str:
    """An amount to its last digit, without an exponent."""
    return f"{amount:f}"


def report_document(
    backend: str, by: By, since: datetime | None, until: datetime | None, made: Report
) -> dict[str, Any]:
    """A report as one JSON document."""
    return {
        "backend": backend,
        "by": by.value,
        "since": since and since.isoformat(),
        "until": until and until.isoformat(),
        "rows": [_row(each) for each in made.rows],
        "total": _row(made.total),
    }


def report_csv(backend: str, by: By, made: Report) -> str:
    """A report as a sheet; its last row is the total."""
    rows = [_row(each) for each in (*made.rows, made.total)]
    return as_csv([{"backend": backend, by.value: row.pop("key"), **row} for row in rows])


def doubtful_rows(jobs: Iterable[Job]) -> list[dict[str, Any]]:
    """Jobs without a clip that may have been charged, as fal's support needs them."""
    return [_doubt(job) for job in jobs]


def doubtful_csv(jobs: Iterable[Job]) -> str:
    """The same as a sheet, which has its names even where it has no rows."""
    return as_csv(doubtful_rows(jobs), names=DOUBT)


def as_csv(rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None) -> str:
    """Rows under their names, without an end of line after the last."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


def as_json(document: Any) -> str:
    """One document, in letters that every program reads."""
    return json.dumps(document, indent=2)


def _row(row: Row) -> dict[str, Any]:
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
    return {name: facts[name] for name in DOUBT}
