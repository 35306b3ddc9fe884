"""Sums of money, asked of the ledger's database in whatever transaction the caller is in."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.budgets import Breach, Kind, breach
from kling_desktop.domain.spending import Spending
from kling_desktop.storage import queries as q
from kling_desktop.storage.rows import time_to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from kling_desktop.domain.budgets import Limit
    from kling_desktop.domain.jobs import Job, JobState

_MICRO = 6
"""Decimals of a sum of dollars that are told; those after it are not exact."""


def spending_of(
    db: sqlite3.Connection,
    backend: str,
    since: datetime | None = None,
    until: datetime | None = None,
    project: str | None = None,
    endpoint: str | None = None,
) -> Spending:
    """What counts as spent in a time, of one kind or of all."""
    limits = {
        "spent_at >= ?": since and time_to_text(since),
        "spent_at < ?": until and time_to_text(until),
        "project = ?": project,
        "endpoint = ?": endpoint,
    }
    asked = {term: value for term, value in limits.items() if value is not None}
    query = " AND ".join((q.SPENDING, *asked))
    usd, jobs, known = db.execute(query, (backend, *asked.values())).fetchone()
    return Spending(Decimal(str(round(usd, _MICRO))), jobs, jobs - known)


def first_breach(
    db: sqlite3.Connection, job: Job, limits: Sequence[Limit], *, allows_unknown: bool
) -> Breach | None:
    """The first limit that one more job would go over; only true inside a transaction."""
    for limit in limits:
        alone = limit.kind is Kind.JOB
        spent = (
            Spending()
            if alone
            else spending_of(db, job.backend, since=limit.since, project=limit.project)
        )
        if breach(limit, spent, job.estimate_usd, allows_unknown=allows_unknown):
            return Breach(limit, spent, job.estimate_usd)
    return None


def spent_rows(
    db: sqlite3.Connection,
    backend: str,
    since: datetime | None,
    until: datetime | None,
    states: Collection[JobState],
) -> list[sqlite3.Row]:
    """Rows of jobs that count as spent in a time, in some states or in all, oldest first."""
    query, values = q.SPENT, [backend]
    for term, moment in ((" AND spent_at >= ?", since), (" AND spent_at < ?", until)):
        if moment is not None:
            query, values = query + term, [*values, time_to_text(moment)]
    if states:
        query += f" AND state IN ({', '.join('?' * len(states))})"
        values += [state.value for state in states]
    return db.execute(query + q.SPENT_IN_ORDER, values).fetchall()
