"""A probe in words: what became of it, and what a button says that sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.calibration import cost_of, finding_of, outcome
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.jobs import Job, JobState
from kling_desktop.domain.messages import explain_trouble
from kling_desktop.domain.money import dollars
from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.ui.queue.words import STATES

if TYPE_CHECKING:
    from decimal import Decimal

DOT = "\N{MIDDLE DOT}"
GOES_ON = "You can close this window, and the program: the answer is kept once the clip is home."
LOOKING = "The clip is home and is being looked at."
UNCERTAIN = (
    "Whether the probe was accepted is not known, so it counts as spent and is not sent again. "
    "Its row in the queue offers what can be done."
)


def send(price: Decimal | None) -> str:
    """What the button says."""
    return f"Send the probe  {DOT}  {dollars(price)}"


def became(job: Job) -> str:
    """Where a probe is, or what its clip has shown."""
    if job.state is JobState.UNCERTAIN:
        return UNCERTAIN
    if job.state is JobState.DONE:
        return LOOKING if job.brush is None else _shown(job)
    if job.goes_on:
        return f"The probe is under way: {STATES[job.state].lower()}. {GOES_ON}"
    why = str(explain_trouble(job.trouble)) if job.trouble else NOTHING_SENT
    return f"The probe is {job.state}. {why}"


def is_open(job: Job | None) -> bool:
    """Whether its answer is still to come, so that another would be paid in vain."""
    return job is not None and (
        not job.is_over or (job.state is JobState.DONE and job.brush is None)
    )


def _shown(job: Job) -> str:
    at = (job.ended_at or job.updated_at).astimezone().date()
    sent = Origin(job.origin) if job.origin else Origin.BOTTOM_LEFT
    return f"Probe of {at}: {outcome(finding_of(job.brush), sent, cost_of(job))}"
