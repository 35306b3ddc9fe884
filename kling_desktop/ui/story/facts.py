"""The facts of a job, as people read them and as support needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.money import dollars, rate
from kling_desktop.domain.spending import counts
from kling_desktop.ui.queue import words
from kling_desktop.ui.queue.facts import is_free

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.story import Line

NONE = "None known"


def facts_of(job: Job, endpoint: Endpoint | None) -> dict[str, str]:
    """Name to text, in the order in which they matter."""
    return {
        "Prompt": " ".join(job.prompt.split()) or "None",
        "Model": endpoint.title if endpoint else words.kind(job),
        "Endpoint": job.endpoint,
        "Expected": _expected(job, endpoint),
        "Billed": _billed(job),
    }


def times(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """When and what; the day stands wherever it is another one than in the line before."""
    told, day = [], None
    for line in lines:
        at = line.at.astimezone()
        date = f"{at:%Y-%m-%d} " if at.date() != day else ""
        told.append((f"{date}{at:%H:%M:%S}", line.text))
        day = at.date()
    return told


def as_text(job: Job, endpoint: Endpoint | None, lines: Sequence[Line]) -> str:
    """All of it for a message to somebody who helps; the times name their zone."""
    return "\n".join(_text(job, endpoint, lines)) + "\n"


def _text(job: Job, endpoint: Endpoint | None, lines: Sequence[Line]) -> Iterator[str]:
    yield f"Job: {job.id} ({job.state})"
    yield f"Backend: {job.backend}"
    for name, text in facts_of(job, endpoint).items():
        yield f"{name}: {text}"
    yield f"Request id: {job.request_id or 'none'}"
    yield from (f"File: {clip.path}" for clip in job.clips)
    yield ""
    yield from (f"{_exactly(line.at)}  {line.text}" for line in lines)


def _exactly(at: datetime) -> str:
    return at.astimezone().isoformat(sep=" ", timespec="seconds")


def _expected(job: Job, endpoint: Endpoint | None) -> str:
    if job.estimate_usd is None:
        return "The price is not known."
    text = f"About {_money(job, dollars(job.estimate_usd))}"
    price = endpoint.price if endpoint else None
    if price is None:
        return f"{text}."
    return f"{text}. Today's price is {rate(price)}, as of {price.date} ({price.source})."


def _billed(job: Job) -> str:
    if job.cost_usd is not None:
        return f"{_money(job, dollars(job.cost_usd))}, as the service says."
    if not counts(job):
        return "Nothing."
    return "Not known; it counts with what was expected."


def _money(job: Job, amount: str) -> str:
    return f"{amount} of play money" if is_free(job) else amount
