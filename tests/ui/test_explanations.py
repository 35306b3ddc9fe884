from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from tests.helpers.worlds import a_job
from tests.ui.looks import notice

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
LOST = Trouble("uncertain", "the connection broke", "maybe")
REFUSED = a_job(S.REFUSED, id=JobId("refused"), trouble=Trouble("content_refused", "", "maybe"))
FAILED = a_job(S.FAILED, id=JobId("failed"), trouble=Trouble("provider_failed", "HTTP 500", "no"))
CANCELLED = a_job(S.CANCELLED, id=JobId("cancelled"), trouble=Trouble("cancelled", "", "no"))
UNCERTAIN = a_job(S.UNCERTAIN, id=JobId("uncertain"), trouble=LOST)
WAITING = a_job(S.QUEUED, id=JobId("waiting"), trouble=Trouble("network_down"))
RUNNING = a_job(S.RUNNING, id=JobId("running"))


def choose(studio: Studio, window: MainWindow, job: Job) -> None:
    studio.hear((JobAdded(job),))
    window.queue.choose(job.id)


@pytest.mark.parametrize(
    ("job", "parts"),
    [
        (REFUSED, ("content filter refused", "may have been charged", "Change the prompt")),
        (FAILED, ("HTTP 500", "You are not charged", "Try it again")),
        (CANCELLED, ("Cancelled before it was sent", "nothing will be charged")),
        (UNCERTAIN, ("no answer came back", "counts as spent", "fal dashboard")),
        (WAITING, ("no connection", "goes on by itself")),
    ],
    ids=lambda each: each.id if isinstance(each, Job) else "",
)
async def test_a_chosen_job_says_all_that_its_row_has_no_room_for(
    studio: Studio, window: MainWindow, job: Job, parts: tuple[str, ...]
) -> None:
    choose(studio, window, job)
    for part in parts:
        assert part in notice(window)


async def test_what_was_said_of_one_job_is_not_said_of_the_next(
    studio: Studio, window: MainWindow
) -> None:
    choose(studio, window, REFUSED)
    choose(studio, window, RUNNING)
    assert notice(window) == ""


async def test_a_choice_takes_no_other_message_away(studio: Studio, window: MainWindow) -> None:
    studio.report(BadPicture("boat.jpg", "it is too small"))
    choose(studio, window, RUNNING)
    assert "it is too small" in notice(window)


async def test_the_explanation_keeps_up_with_its_job(studio: Studio, window: MainWindow) -> None:
    choose(studio, window, WAITING)
    studio.hear((JobChanged(a_job(S.RUNNING, id=WAITING.id)),))
    assert notice(window) == ""


async def test_a_job_that_nobody_chose_explains_nothing(studio: Studio, window: MainWindow) -> None:
    choose(studio, window, RUNNING)
    studio.hear((JobAdded(REFUSED), JobChanged(REFUSED)))
    assert notice(window) == ""


async def test_an_explanation_that_was_closed_stays_closed(
    studio: Studio, window: MainWindow
) -> None:
    choose(studio, window, WAITING)
    window.stage.notice.hide()
    studio.hear((JobChanged(WAITING),))
    assert notice(window) == ""
