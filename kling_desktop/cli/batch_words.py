"""What ``batch`` tells: rows as a table, sums, and how it ended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.output import job_json, say, show, show_json
from kling_desktop.cli.table import aligned, short
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.many import total_of
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.money import dollars
from kling_desktop.engine.batch import Fate
from kling_desktop.engine.batch_words import named, trouble_of, why

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.batch import Batch, Row

_WORST = (
    Exit.UNEXPECTED, Exit.UNCERTAIN, Exit.KEY, Exit.PROVIDER, Exit.NETWORK, Exit.STOPPED,
    Exit.BAD_INPUT,
)  # fmt: skip
"""Of the ways in which rows end, the first of these is how the command ends."""
_HEADER = ("ROW", "LINE", "PRICE", "WHAT", "CLIP")
_TEXT = 60


def plan_lines(batch: Batch) -> Iterator[str]:
    """The table of ``--dry-run``, and its last line with the sum."""
    rows = [_HEADER]
    for each in batch.rows:
        price = dollars(each.price) if each.fate is Fate.READY else "-"
        number, line = str(each.entry.number), str(each.entry.row)
        rows.append((number, line, price, each.fate.value, _text(each)))
    yield from aligned(rows)
    ready = batch.of(Fate.READY)
    yield f"Total: {_clips(len(ready))}, {total_of(each.price for each in ready)}. Nothing is sent."


def say_bad(batch: Batch) -> None:
    """Each bad row with its field and what is wrong."""
    for each in batch.of(Fate.BAD):
        say(f"{named(each)}: {trouble_of(each)}")


def say_skipped(batch: Batch) -> None:
    """What was made before, by name."""
    for each in batch.of(Fate.DUPLICATE):
        say(f"{named(each)}: {why(each)}")


def sums(batch: Batch, *, is_play: bool) -> Iterator[str]:
    """How many of what, and the price of those that will be made."""
    number = {fate: len(batch.of(fate)) for fate in Fate}
    parts = [
        f"{number[fate]} {text}"
        for fate, text in (
            (Fate.READY, "to make"),
            (Fate.BEGUN, "begun before"),
            (Fate.DUPLICATE, "skipped, as the same exists (free)"),
            (Fate.LATER, "left for the next time"),
            (Fate.BAD, "cannot be made"),
        )
        if number[fate]
    ]
    yield f"Batch {batch.id}: {_clips(len(batch.rows))}: {', '.join(parts)}."
    play = " of play money" if is_play else ""
    yield f"Those to make cost {total_of(each.price for each in batch.of(Fate.READY))}{play}."


def ending(
    batch: Batch, jobs: Mapping[int, Job], *, left: Exit | None = None, as_json: bool
) -> Exit:
    """Say how every row ended, and return how the command ends."""
    now = {each.entry.number: jobs.get(each.entry.number) or each.job for each in batch.rows}
    own = {
        each.entry.number: job
        for each in batch.rows
        if each.fate in {Fate.READY, Fate.BEGUN} and (job := now[each.entry.number]) is not None
    }
    if as_json:
        show_json(batch_json(batch, jobs=own, sent=bool(jobs)))
    else:
        for job in own.values():
            for clip in job.clips:
                show(clip.path)
    for number, job in own.items():
        if job.state is not JobState.DONE and job.trouble:
            say(f"Row {number}, job {job.id}: {explain_trouble(job.trouble, waiting=job.goes_on)}")
    say(_last_words(batch, own))
    return _exit(batch, own, left)


def _last_words(batch: Batch, own: Mapping[int, Job]) -> str:
    states = Counter(
        "done" if job.state is JobState.DONE
        else "failed" if job.is_over
        else "uncertain" if job.state is JobState.UNCERTAIN
        else "held back" if job.state is JobState.HELD
        else "under way"
        for job in own.values()
    )  # fmt: skip
    told = [f"{number} {state}" for state, number in states.items()]
    for fate, text in ((Fate.DUPLICATE, "skipped"), (Fate.LATER, "left"), (Fate.BAD, "bad")):
        if number := len(batch.of(fate)):
            told.append(f"{number} {text}")
    again = ""
    if states["under way"] or states["held back"] or batch.of(Fate.LATER):
        again = " The same command goes on from here; no row is sent twice."
    return f"Batch {batch.id}: {', '.join(told) or 'nothing to do'}.{again}"


def _exit(batch: Batch, own: Mapping[int, Job], left: Exit | None) -> Exit:
    codes = {Exit.STOPPED if job.goes_on else exit_of_job(job) for job in own.values()}
    if left is not None:
        codes = (codes - {Exit.STOPPED}) | {left}
    if batch.of(Fate.BAD):
        codes.add(Exit.BAD_INPUT)
    return next((each for each in _WORST if each in codes), Exit.DONE)


def batch_json(
    batch: Batch, *, jobs: Mapping[int, Job] | None = None, sent: bool
) -> dict[str, Any]:
    """The one document of ``batch --json``."""
    jobs = jobs or {}
    ready = total_of(each.price for each in batch.of(Fate.READY))
    return {
        "batch": batch.id,
        "endpoint": batch.endpoint,
        "sent": sent,
        "to_make": ready.number,
        "estimate_usd": None if ready.unknown else float(ready.usd),
        "unknown_prices": ready.unknown,
        "counts": {fate.value: len(batch.of(fate)) for fate in Fate},
        "notes": list(batch.notes),
        "rows": [_row_json(each, jobs.get(each.entry.number)) for each in batch.rows],
    }


def _row_json(row: Row, job: Job | None) -> dict[str, Any]:
    price = row.price
    told: dict[str, Any] = {
        "row": row.entry.number,
        "line": row.entry.row,
        "status": row.fate.value,
        "estimate_usd": None if price is None else float(price),
        "message": why(row),
    }
    if row.problems:
        told["problems"] = [{"field": p.field, "message": p.message} for p in row.problems]
    if row.same_as:
        told["same_as_row"] = row.same_as
    if row.fate is Fate.DUPLICATE and row.job:
        told["same_as_job"] = row.job.id
        told["files"] = [clip.path for clip in row.job.clips]
    elif job or row.job:
        told["job"] = job_json(job or row.job)  # type: ignore[arg-type]
    return told


def _text(row: Row) -> str:
    if row.fate in {Fate.BAD, Fate.DUPLICATE}:
        return why(row)
    values = row.entry.values
    picture = next(
        (Path(each).name for each in values.values()
         if isinstance(each, str) and Path(each).suffix and Path(each).is_absolute()), "",
    )  # fmt: skip
    prompt = str(values.get("prompt") or values.get("effect_scene") or "")
    return short("  ".join(filter(None, (picture, prompt))), _TEXT)


def _clips(number: int) -> str:
    return "1 clip" if number == 1 else f"{number} clips"
