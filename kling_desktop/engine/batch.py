"""A batch: many wishes that are all checked before one of them becomes a job.

What a batch is follows from what it asks for, and the id of a row's job follows from the batch and
the row: so the ledger itself is the record of which row became which job. The same batch, begun
again after any end of the program, finds its jobs there and adds only those that are missing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from kling_desktop.domain.errors import (
    BadMedia,
    BadPicture,
    InvalidParams,
    Problem,
    UnknownJob,
)
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.typed import of_text
from kling_desktop.engine.intake import Draft, Plan, make_plan
from kling_desktop.engine.kept_once import KeptOnce
from kling_desktop.engine.twins import with_clips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.domain.matrix import Entry
    from kling_desktop.engine.batch_source import Wanted
    from kling_desktop.engine.disk_ports import Files

AT_ONCE = 4
"""Pictures that are prepared side by side."""


class Fate(StrEnum):
    """What becomes of a row."""

    READY = "ready"
    """It will be a job."""
    BAD = "bad"
    DUPLICATE = "duplicate"
    """The same was made, or is being made; it is skipped and costs nothing."""
    BEGUN = "begun"
    """It is a job of this batch already."""
    LATER = "later"
    """It could be made, and somebody wants it to wait, or to be left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One clip of a batch."""

    entry: Entry
    fate: Fate
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    same_as: int = 0
    """The row of this batch that asks for the same."""
    job: Job | None = None
    """The one that it became, or the earlier one that made the same."""
    gone: frozenset[JobId] = frozenset()
    """Jobs that made the same, and whose clips were no longer there when the ledger was asked."""

    @property
    def price(self) -> Decimal | None:
        return self.plan.estimate_usd if self.plan else None


@dataclass(frozen=True, slots=True)
class Batch:
    """All of it, checked."""

    id: str
    endpoint: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    project: str = ""
    out_dir: Path | None = field(default=None, compare=False)
    backend: str = ""
    """Who would make it, and whose jobs it was compared with."""

    def of(self, fate: Fate) -> list[Row]:
        return [each for each in self.rows if each.fate is fate]

    def job_id(self, row: Row, backend: str) -> JobId:
        """The id that the job of a row has, or would have."""
        assert row.plan is not None
        return JobId(_hash([backend, self.id, row.entry.number, row.plan.fingerprint]))


class Known(Protocol):
    """What the ledger must tell."""

    def get(self, job_id: JobId) -> Job: ...

    def alike(self, backend: str, fingerprint: str) -> list[Job]: ...


async def check(
    catalog: Catalog,
    files: Files,
    endpoint: str,
    wanted: Wanted,
    *,
    project: str = "",
    on_progress: Callable[[int], None] = lambda _: None,
) -> Batch:
    """Check every row; nothing is sent. Raises UnknownEndpoint, FolderUnusable."""
    catalog.endpoint(endpoint)
    room, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(entry: Entry) -> Row:
        nonlocal done
        async with room:
            row = await check_row(catalog, once, endpoint, entry, project)
            await asyncio.sleep(0)  # Whoever shares the loop has its turn.
        done += 1
        on_progress(done)
        return row

    async with KeptOnce(files) as once:
        rows = await _all(one(each) for each in wanted.entries)
    return Batch(_identity(endpoint, rows), endpoint, rows, wanted.notes, project)


async def settle(batch: Batch, known: Known, backend: str) -> Batch:
    """The batch with the rows that the ledger knows: jobs of its own, and what was made before."""
    first: dict[str, int] = {}
    rows = []
    for number, each in enumerate(batch.rows):
        if each.plan is None:
            rows.append(each)
            continue
        row = replace(each, fate=Fate.READY, job=None, same_as=0, gone=frozenset())
        same = first.setdefault(each.plan.fingerprint, each.entry.number)
        if same != each.entry.number:
            rows.append(replace(row, fate=Fate.DUPLICATE, same_as=same))
        else:
            rows.append(await _known(batch, row, known, backend))
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    return replace(batch, rows=tuple(rows), backend=backend)


def own_job(known: Known, job_id: JobId) -> Job | None:
    """The job that a row became, if it did."""
    try:
        return known.get(job_id)
    except UnknownJob:
        return None


def check_backend(batch: Batch, backend: str) -> None:
    """Raises InvalidParams: what was said of its price is not true here."""
    if batch.backend != backend:
        raise InvalidParams((Problem("The backend", "changed meanwhile; begin again"),))


def stands_for(known: Known, backend: str, row: Row) -> Job | None:
    """A job that is about to make the same, or may be, or has made it since the ledger was asked.

    Whether its clip is still there is not asked once more: it was not known a moment ago.
    """
    assert row.plan is not None
    alike = known.alike(backend, row.plan.fingerprint)
    made = [each for each in alike if each.state is JobState.DONE and each.id not in row.gone]
    return next((each for each in alike if not each.is_over), None) or next(iter(made), None)


async def _known(batch: Batch, row: Row, known: Known, backend: str) -> Row:
    assert row.plan is not None
    if own := own_job(known, batch.job_id(row, backend)):
        return replace(row, fate=Fate.BEGUN, job=own)
    alike = known.alike(backend, row.plan.fingerprint)
    open_ones = [each for each in alike if not each.is_over]
    done = [each for each in alike if each.state is JobState.DONE]
    found = open_ones or (await with_clips(done))
    if found:
        return replace(row, fate=Fate.DUPLICATE, job=found[0])
    return replace(row, gone=frozenset(each.id for each in done))


async def check_row(
    catalog: Catalog, files: Files, endpoint: str, entry: Entry, project: str = ""
) -> Row:
    """One row, good or bad. Raises UnknownEndpoint, FolderUnusable."""
    if entry.problems:
        return Row(entry, Fate.BAD, problems=entry.problems)
    try:
        draft = Draft(endpoint=endpoint, values=entry.values, project=project)
        return Row(entry, Fate.READY, await make_plan(catalog, files, draft))
    except InvalidParams as error:
        return Row(entry, Fate.BAD, problems=error.problems)
    except (BadPicture, BadMedia) as error:
        field_name = _field_of(entry, error.name)
        return Row(
            entry, Fate.BAD, problems=(Problem(field_name, f"{error.name}: {error.detail}"),)
        )


def retyped(endpoint: Endpoint, entry: Entry, name: str, text: str) -> Entry:
    """The entry with another value in one field, as a person typed it."""
    values = {each: value for each, value in entry.values.items() if each != name}
    problems = [each for each in entry.problems if each.field not in {"", name}]
    if text.strip():
        values[name] = text
        try:
            values[name] = of_text(endpoint, name, text)
        except InvalidParams as error:
            problems += error.problems
    return replace(entry, values=values, problems=tuple(problems))


def _field_of(entry: Entry, name: str) -> str:
    """The field that names the file; files are known by their names alone."""
    for each, value in entry.values.items():
        if isinstance(value, str | list) and name in str(value):
            return each
    return ""


async def _all(work: Iterable[Any]) -> tuple[Row, ...]:
    """Every row; the first error that is not of a row ends the rest."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return tuple(each.result() for each in tasks)


def _identity(endpoint: str, rows: Sequence[Row]) -> str:
    told = [
        row.plan.fingerprint if row.plan else json.dumps(row.entry.values, default=str)
        for row in rows
    ]
    return _hash([endpoint, told])


def _hash(document: Any) -> str:
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
