"""The numbers of a job: shape, length, time taken and money, as much as a row has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.money import dollars
from kling_desktop.domain.outlook import Outlook, time_in_words
from kling_desktop.domain.requests import CancelAnswer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

CHARGES = {Charge.NO: "not charged", Charge.MAYBE: "perhaps charged"}

CANCELLING = {
    CancelAnswer.REMOVED: "not charged",
    CancelAnswer.ASKED: "charged if it finishes",
    CancelAnswer.TOO_LATE: "charged",
}
"""What the answer to a cancel means for money, until the job has come to its end."""
LATE = "later than usual"
NOTHING_KNOWN = Outlook()


def facts_line(
    job: Job,
    now: datetime,
    fits: Callable[[str], bool] = lambda _: True,
    expected: Outlook = NOTHING_KNOWN,
) -> str:
    """The longest of a job's lines that fits; what matters least gives way first."""
    choices = _from_long_to_short(job, now, _expectation(job, expected))
    lines = ["   ".join(part for part in parts if part) for parts in choices]
    return next((line for line in lines if fits(line)), lines[-1])


def _from_long_to_short(job: Job, now: datetime, soon: str) -> list[tuple[str, ...]]:
    took, price = _time(job, now), money(job)
    if soon:
        return [(took, soon, price), (soon, price)]
    if not job.clips:
        return [(took, price)]
    clip = job.clips[0]
    size = f"{clip.width} \N{MULTIPLICATION SIGN} {clip.height}"
    length = f"{clip.duration:.0f} s clip"
    return [(size, length, took, price), (length, took, price), (length, price)]


def _expectation(job: Job, expected: Outlook) -> str:
    """How long it may still take; its tip says what that is taken from, and what can be done."""
    if expected.is_late:
        return LATE
    if not expected.remaining or job.cancel_asked:
        return ""
    left = time_in_words(expected.remaining)
    return f"starts in {left}" if job.state is JobState.QUEUED else f"{left} left"


def _time(job: Job, now: datetime) -> str:
    """A clock that ticks, or what it showed when it stopped, in words that say so."""
    if job.goes_on:
        return elapsed((now - job.created_at).total_seconds())
    if job.state is JobState.HELD:
        return ""
    took = elapsed(job.seconds)
    if job.state is not JobState.DONE:
        return f"after {took}"
    return f"draft made in {took}" if job.draft_for else f"made in {took}"


def is_free(job: Job) -> bool:
    """The sandbox asks for nothing, however a job ends."""
    return job.backend == "sandbox"


def money(job: Job) -> str:
    """What was billed, or may be, or will be, as far as anybody knows."""
    if is_free(job):
        return "free"
    if job.cost_usd is not None:
        return dollars(job.cost_usd)
    stopped = not job.goes_on and job.state is not JobState.DONE
    if stopped and job.trouble is not None and job.trouble.charge in CHARGES:
        return CHARGES[Charge(job.trouble.charge)]
    if job.goes_on and job.cancel_asked and job.cancel_answer in CANCELLING:
        return CANCELLING[CancelAnswer(job.cancel_answer)]
    return f"about {dollars(job.estimate_usd)}" if job.estimate_usd else ""


def elapsed(seconds: float) -> str:
    """Minutes and seconds, and hours once there are any."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
