"""How long a request may still take, by what the user's own clips took; what to do if it is late.

Nothing here acts: a job that seems stuck is the user's to wait for or to cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import linear_regression, quantiles
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from kling_desktop.domain.history import JobEvent
    from kling_desktop.domain.jobs import Job

FEWEST = 5
"""Clips without which nothing is called usual."""
PATIENCE = 60.0
"""Seconds in which nothing is called late."""
_STILL = 300.0
"""Seconds without a change after which a place in the queue is said to stand still."""
_FASTEST = 7 * 86_400.0
"""Seconds: an estimate that is longer says nothing."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What one clip took, in seconds, as far as it was seen."""

    queue: float | None = None
    run: float | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """What half of the clips, and nine of ten of them, stayed below, in seconds."""

    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be said of a request that goes on."""

    text: str = ""
    is_late: bool = False
    """It takes longer than nine of ten; the text says what can be done."""
    remaining: float | None = None
    """Seconds until it starts (in the queue) or is made (running), where that can be guessed."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is usual at one endpoint; None where too little is known."""

    queue: Usual | None = None
    run: Usual | None = None


def timings_of(moments: Iterable[tuple[str, str, datetime]]) -> list[Timing]:
    """What requests took, by when each of them (by id) first came to each state."""
    lives: dict[str, dict[str, datetime]] = {}
    for job_id, state, at in moments:
        lives.setdefault(job_id, {}).setdefault(state, at)
    return [
        Timing(
            _between(life.get(JobState.QUEUED), life.get(JobState.RUNNING)),
            _between(life.get(JobState.RUNNING), life.get(JobState.FETCHING)),
        )
        for life in lives.values()
    ]


def _between(begin: datetime | None, end: datetime | None) -> float | None:
    if begin is None or end is None or end < begin:
        return None
    return (end - begin).total_seconds()


def habits(timings: Iterable[Timing]) -> Habits:
    """What these clips had in common."""
    known = list(timings)
    return Habits(
        _usual([each.queue for each in known if each.queue is not None]),
        _usual([each.run for each in known if each.run is not None]),
    )


def outlook(job: Job, events: Sequence[JobEvent], known: Habits, now: datetime) -> Outlook:
    """What to expect of a request that is in the queue or runs; nothing is said of others."""
    waited = _waited(job, events, now)
    match job.state:
        case JobState.QUEUED:
            return _in_queue(waited, known.queue, _ahead(events, now))
        case JobState.RUNNING:
            return _running(waited, known.run)
        case _:
            return Outlook()


@dataclass(frozen=True, slots=True)
class _Ahead:
    """How the place in the queue changes."""

    starts_in: float | None
    """Seconds, at the pace that was seen."""
    still_for: float
    """Seconds since the place changed last; 0 where there is none."""


def _in_queue(waited: float, usual: Usual | None, ahead: _Ahead) -> Outlook:
    remaining = ahead.starts_in
    if usual is not None and remaining is None and waited < usual.p90:
        remaining = max(0.0, usual.p50 - waited)
    if usual is None or waited <= max(usual.p90, PATIENCE):
        text = f"It starts in about {time_in_words(remaining)}." if remaining else ""
        return Outlook(text, remaining=remaining)
    late = (
        f"This has been in the queue for {time_in_words(waited)}; "
        f"nine of ten of your clips had started after {time_in_words(usual.p90)}."
    )
    parts = [late]
    if ahead.starts_in:
        parts.append(
            f"At the pace of its queue it starts in about {time_in_words(ahead.starts_in)}."
        )
    elif ahead.still_for >= _STILL:
        parts.append(f"Its place has not changed for {time_in_words(ahead.still_for)}.")
    parts.append("You can wait, or cancel it free of charge while it is still in the queue.")
    return Outlook(" ".join(parts), is_late=True, remaining=remaining)


def _running(waited: float, usual: Usual | None) -> Outlook:
    if usual is None:
        return Outlook()
    if waited <= max(usual.p90, PATIENCE):
        remaining = max(0.0, usual.p50 - waited)
        text = f"It is made in about {time_in_words(remaining)}." if remaining else ""
        return Outlook(text, remaining=remaining)
    text = (
        f"The model has worked on this for {time_in_words(waited)}; "
        f"nine of ten of your clips were made within {time_in_words(usual.p90)}. "
        "You can wait, or cancel it; it may be charged even so."
    )
    return Outlook(text, is_late=True)


def _usual(seconds: Sequence[float]) -> Usual | None:
    if len(seconds) < FEWEST:
        return None
    tenths = quantiles(seconds, n=10, method="inclusive")
    return Usual(tenths[4], tenths[8])


def _waited(job: Job, events: Sequence[JobEvent], now: datetime) -> float:
    """Seconds since the job came to the state that it is in."""
    since = job.updated_at
    for event in reversed(events):
        if event.state is not job.state:
            break
        since = event.at
    return max(0.0, (now - since).total_seconds())


def _ahead(events: Sequence[JobEvent], now: datetime) -> _Ahead:
    """The slope of the queue's position, by the places since it was last in the queue."""
    seen = [
        (event.at, float(event.facts["queue_position"]))
        for event in events
        if event.state is JobState.QUEUED and isinstance(event.facts.get("queue_position"), int)
    ]
    if not seen:
        return _Ahead(None, 0.0)
    last_at, last = seen[-1]
    still_for = max(0.0, (now - last_at).total_seconds())
    times = [(at - seen[0][0]).total_seconds() for at, _ in seen]
    if len(seen) < 2 or times[-1] <= 0 or still_for >= _STILL:
        return _Ahead(None, still_for)
    slope = linear_regression(times, [place for _, place in seen]).slope
    if slope >= 0 or last <= 0:
        return _Ahead(None, still_for)
    left = last / -slope - still_for
    return _Ahead(left if 0 < left < _FASTEST else None, still_for)


def time_in_words(seconds: float | None) -> str:
    """A length of time in words, as exact as anybody needs it."""
    whole = int(seconds or 0)
    if whole < 90:
        return f"{max(1, whole)} s"
    if whole < 5400:
        return f"{round(whole / 60)} min"
    return f"{whole / 3600:.1f} h"
