"""What a command says at its end, and the exit code that goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.cli.exits import Exit, exit_of_job
from kling_desktop.cli.follow import Ending
from kling_desktop.cli.report import as_it_is, report
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from tests.cli.conftest import keep
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.jobs import Job

UNCERTAIN = Trouble("uncertain", "the answer was lost", "maybe")
GOES_ON = "Stopped watching; job job-1 goes on when the program starts next.\n"


def _said(ending: Ending, capsys: pytest.CaptureFixture[str]) -> str:
    assert report(ending, as_json=False) is ending.code
    return capsys.readouterr().err


def test_an_uncertain_job_is_explained_and_never_called_waiting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = a_job(JobState.UNCERTAIN, trouble=UNCERTAIN)
    said = _said(Ending(job, Exit.UNCERTAIN), capsys)
    assert "counts as spent" in said
    assert "goes on by itself" not in said


def test_a_job_that_rests_while_being_sent_is_uncertain(capsys: pytest.CaptureFixture[str]) -> None:
    job = a_job(JobState.SENDING)
    assert exit_of_job(job) is Exit.UNCERTAIN
    assert "counts as spent" in _said(Ending(job, Exit.UNCERTAIN), capsys)


def test_a_job_that_we_left_for_want_of_a_network_goes_on_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = _said(Ending(a_job(JobState.UPLOADING), Exit.NETWORK), capsys)
    assert "nothing was sent yet; job job-1 goes on" in said


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (a_job(JobState.QUEUED), Exit.STOPPED),
        (a_job(JobState.SENDING), Exit.UNCERTAIN),
        (a_job(JobState.UNCERTAIN, trouble=UNCERTAIN), Exit.UNCERTAIN),
        (a_job(JobState.DONE), Exit.DONE),
    ],
)
def test_a_stopped_watching_ends_by_what_the_job_came_to_while_the_engine_closed(
    later: Job, code: Exit, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, later)
    ending = as_it_is(Ending(a_job(JobState.SENDING), Exit.STOPPED))
    assert (ending.job.state, ending.code) == (later.state, code)
    assert (_said(ending, capsys) == GOES_ON) == (code is Exit.STOPPED)


def test_an_ending_that_is_final_is_left_alone() -> None:
    ending = Ending(a_job(JobState.CANCELLED, id=JobId("not kept")), Exit.NETWORK)
    assert as_it_is(ending) is ending
