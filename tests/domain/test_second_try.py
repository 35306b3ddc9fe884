"""What helps a job that is over follows from the facts of its error."""

from __future__ import annotations

import pytest

from kling_desktop.domain.jobs import Job, JobState, Trouble
from kling_desktop.domain.second_try import SecondTry, can_repeat, second_try
from tests.helpers.worlds import a_job

S, T = JobState, SecondTry


def failed(code: str, retry: str = "", **facts: object) -> Job:
    return a_job(S.FAILED, trouble=Trouble(code, "", "no", retry), **facts)


@pytest.mark.parametrize(
    ("job", "helps", "repeats"),
    [
        (failed("provider_failed"), T.ANEW, True),
        (failed("provider_failed", "never"), T.CHANGE, False),
        (failed("took_too_long"), T.ANEW, True),
        (failed("content_refused"), T.CHANGE, False),
        (failed("key_refused"), T.ANEW, True),
        (failed("account_locked"), T.ANEW, True),
        (failed("result_gone", request_id="r"), T.FETCH, True),
        (failed("result_gone", request_id="r", params={}), T.FETCH, False),
        (failed("clip_damaged", request_id="r"), T.FETCH, True),
        (failed("provider_failed", params={}), T.NOTHING, False),
        (a_job(S.CANCELLED, trouble=Trouble("cancelled")), T.ANEW, True),
        (a_job(S.CANCELLED, trouble=Trouble("uncertain")), T.ANEW, True),
        (a_job(S.DONE), T.ANEW, True),
        (a_job(S.RUNNING), T.NOTHING, False),
        (a_job(S.UNCERTAIN, trouble=Trouble("uncertain")), T.NOTHING, False),
    ],
)
def test_what_helps(job: Job, helps: SecondTry, *, repeats: bool) -> None:
    assert second_try(job) is helps
    assert can_repeat(job) is repeats
