"""What can still be done for a job that came to an end: the same again, fetch it, or change it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.facts import Retry
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.refusals import kind_of

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job


class SecondTry(StrEnum):
    """What helps."""

    ANEW = "anew"
    """The same request once more, which costs what a request costs."""
    FETCH = "fetch"
    """The clip may still be there: only bringing it home is tried again, which is free."""
    CHANGE = "change"
    """The same again ends the same: something in the request must change first."""
    NOTHING = "nothing"
    """It is not over, or nobody knows any more what was asked for."""


_OUTSIDE = (e.MissingKey, e.KeyRefused, e.AccountLocked)
"""What is put right elsewhere: the request itself was in order."""


def second_try(job: Job) -> SecondTry:
    """What a job that is over allows; the facts of its error decide."""
    if not job.is_over:
        return SecondTry.NOTHING
    retry = _retry(job)
    if retry == Retry.FETCH and job.request_id is not None:
        return SecondTry.FETCH
    if not job.params:  # It was taken in by its request id alone.
        return SecondTry.NOTHING
    return SecondTry.CHANGE if retry == Retry.NEVER else SecondTry.ANEW


def can_repeat(job: Job) -> bool:
    """Whether the same request may be made anew, if only as the last resort."""
    return bool(job.params) and second_try(job) in {SecondTry.ANEW, SecondTry.FETCH}


def _retry(job: Job) -> str:
    if job.trouble is None or job.state is JobState.DONE:
        return Retry.ANEW
    kind = kind_of(job.trouble.code)
    if issubclass(kind, _OUTSIDE):
        return Retry.ANEW
    return job.trouble.retry or kind.retry
