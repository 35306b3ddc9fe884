"""What the ledger says, read without an engine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kling_desktop import wiring
from kling_desktop.cli.output import say_salvage
from kling_desktop.domain.budgets import Kind
from kling_desktop.domain.errors import UnknownJob
from kling_desktop.domain.spending import Spending
from kling_desktop.engine.outlooks import Outlooks
from kling_desktop.paths import places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from kling_desktop.domain.budgets import Limit
    from kling_desktop.domain.history import JobEvent
    from kling_desktop.domain.jobs import Job, JobId, JobState
    from kling_desktop.domain.outlook import Outlook
    from kling_desktop.engine.ports import Ledger

_ENOUGH = 20
"""Jobs that are looked at to tell how many an id could be."""


def newest(limit: int | None = None) -> list[Job]:
    """Jobs of all backends, newest first. Raises LedgerUnusable."""
    with _ledger() as ledger:
        return ledger.newest(limit)


def get(job_id: JobId) -> Job:
    """The job as it is now. Raises UnknownJob, LedgerUnusable."""
    with _ledger() as ledger:
        return ledger.get(job_id)


def alike(backend: str, fingerprint: str) -> list[Job]:
    """Jobs of a backend that ask for the same thing, newest first. Raises LedgerUnusable."""
    with _ledger() as ledger:
        return ledger.alike(backend, fingerprint)


def history(job_id: JobId) -> list[JobEvent]:
    """Every change with its cause, oldest first. Raises LedgerUnusable."""
    with _ledger() as ledger:
        return ledger.history(job_id)


def outlook(job: Job) -> Outlook:
    """What to expect of a request under way. Raises LedgerUnusable."""
    with _ledger() as ledger:
        return Outlooks(ledger, wiring.SystemClock().now).of(job)


def spent(
    backend: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    states: Collection[JobState] = (),
) -> list[tuple[datetime, Job]]:
    """Each job that counts as spent, with the moment since when. Raises LedgerUnusable."""
    with _ledger() as ledger:
        return list(ledger.spent(backend, since=since, until=until, states=states))


def spent_of(backend: str, limits: Sequence[Limit]) -> list[Spending]:
    """What is spent of each limit; without any the ledger is not even opened.

    Raises LedgerUnusable.
    """
    if not limits:
        return []
    with _ledger() as ledger:
        return [
            Spending()
            if each.kind is Kind.JOB
            else ledger.spending(backend, since=each.since, project=each.project)
            for each in limits
        ]


def find(start: str) -> Job:
    """The one job whose id begins so.

    Raises:
        UnknownJob: there is none, or there are several.
        LedgerUnusable: nobody can tell.
    """
    with _ledger() as ledger:
        found = ledger.beginning_with(start, _ENOUGH) if start else []
    if len(found) == 1:
        return found[0]
    number = f"{len(found)} jobs" if len(found) < _ENOUGH else "many jobs"
    raise UnknownJob(start if not found else f"{start} could be {number}")


@contextmanager
def reading() -> Iterator[Ledger]:
    """The ledger for several questions. Raises LedgerUnusable."""
    with _ledger() as ledger:
        yield ledger


@contextmanager
def _ledger() -> Iterator[Ledger]:
    ledger = wiring.open_ledger(places(), say_salvage)
    try:
        yield ledger
    finally:
        ledger.close()
