"""Which answers about a sent request are final, and how a job ends by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.requests import RequestRef

if TYPE_CHECKING:
    from kling_desktop.engine.errand import Errand

VERDICTS = (e.ContentRefused, e.InputRefused, e.ProviderFailed, e.RequestCancelled, e.ResultGone)
"""Everything else is waited out, because the request may be paid for."""


def end_by_verdict(errand: Errand, error: e.KlingDesktopError) -> None:
    match error:
        case e.RequestCancelled():
            errand.end(JobState.CANCELLED, error)
        case e.ContentRefused() | e.InputRefused():
            errand.end(JobState.REFUSED, error)
        case _:
            errand.end(JobState.FAILED, error)


def ref_of(errand: Errand) -> RequestRef:
    """The request that this job is waiting for."""
    assert errand.job.request_id is not None
    return RequestRef(errand.job.endpoint, errand.job.request_id)
