"""Which answers about a sent request are final, and how a job ends by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import CancelAnswer, RequestRef

if TYPE_CHECKING:
    from kling_desktop.engine.errand import Errand

VERDICTS = (e.Refused, e.ProviderFailed, e.RequestCancelled, e.ResultGone)
"""Everything else is waited out, because the request may be paid for."""


async def end_by_verdict(errand: Errand, error: e.KlingDesktopError) -> None:
    match error:
        case e.RequestCancelled():
            await errand.end(JobState.CANCELLED, error, _charge_of_cancel(errand))
        case e.Refused():
            await errand.end(JobState.REFUSED, error)
        case _:
            await errand.end(JobState.FAILED, error)


async def end_missing(errand: Errand, error: e.ResultGone, charge: Charge) -> None:
    """The service no longer knows the request: forgotten, or gone by our own wish."""
    if errand.job.cancel_answer is None:
        await errand.end(JobState.FAILED, error, charge)
    else:
        await errand.end(JobState.CANCELLED, e.RequestCancelled(), _charge_of_cancel(errand))


def _charge_of_cancel(errand: Errand) -> Charge:
    """Free is only what the service says it took out of the queue."""
    removed = errand.job.cancel_answer == CancelAnswer.REMOVED
    return Charge.NO if removed else Charge.MAYBE


def ref_of(errand: Errand) -> RequestRef:
    """The request that this job is waiting for."""
    job = errand.job
    assert job.request_id is not None
    return RequestRef(
        job.endpoint, job.request_id, job.status_url, job.response_url, job.cancel_url
    )
