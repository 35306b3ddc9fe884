"""What the window about batches says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.many import total_of
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.engine.batch import Fate
from kling_desktop.engine.batch_words import why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.batch import Batch, Row
    from kling_desktop.engine.batch_source import Source

INTRO = (
    "One clip for each row of a CSV or each picture of a folder, times each line below. "
    "{red|blue} makes one of each, {column} is what a row says there; {{ is a brace. "
    "All else is as in the form: {endpoint}."
)
NOTHING = "Choose a CSV or a folder, or write lines with alternatives, then press Show the clips."
STALE = "What is asked for has changed: press Show the clips to see what it makes and costs."
CHECKING = "Reading and checking\N{HORIZONTAL ELLIPSIS} Nothing is sent."
NEVER_TWICE = "You can close this window; the clips go on in the queue."
PLAY = " of play money"


def named(source: Source) -> str:
    """Where the rows come from."""
    if source is None:
        return "No rows: the lines below alone"
    if isinstance(source, Path):
        return str(source)
    return f"{len(source)} pictures: {', '.join(each.name for each in source)}"


def count(number: int) -> str:
    return "1 clip" if number == 1 else f"{number} clips"


def state_of(row: Row, job: Job | None) -> str:
    """A row's last column: where it is, or why it is not made."""
    if row.fate is Fate.DUPLICATE or row.fate is Fate.BAD:
        return why(row)
    if job is None:
        return "Ready"
    match job.state:
        case JobState.DONE:
            return "Done"
        case JobState.HELD:
            return "Held back" + (f": {job.trouble.detail}" if job.trouble else "")
        case _ if job.is_over or job.state is JobState.UNCERTAIN:
            reason = str(explain_trouble(job.trouble)) if job.trouble else ""
            return f"{job.state.value.capitalize()}. {reason}".strip()
        case _:
            return job.state.value.capitalize()


def shown(value: Any) -> str:
    """A value in a cell; a path by its name."""
    if isinstance(value, list):
        return ", ".join(shown(each) for each in value)
    text = str(value)
    return Path(text).name if Path(text).is_absolute() else text


def summary(batch: Batch, ready: Sequence[Row], *, is_play: bool) -> str:
    """The sum of what is ticked, and how many rows are not made."""
    parts = [f"{count(len(ready))} to make, {total_of(each.price for each in ready)}"]
    parts[0] += PLAY if is_play else ""
    for fate, text in (
        (Fate.BEGUN, "begun before"),
        (Fate.DUPLICATE, "skipped, as the same exists (free)"),
        (Fate.BAD, "cannot be made"),
    ):
        if number := len(batch.of(fate)):
            parts.append(f"{number} {text}")
    notes = "".join(f" {each}" for each in batch.notes)
    return "; ".join(parts) + f".{notes}"


def start(ready: Sequence[Row]) -> str:
    """What the big button says."""
    if not ready:
        return "&Start"
    price = str(total_of(each.price for each in ready)).removeprefix("about ")
    return f"&Start {count(len(ready))}  \N{MIDDLE DOT}  {price}"
