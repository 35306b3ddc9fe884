"""What scripts read: names and kinds of the JSON documents."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.cli.output import fail, job_json, say, show_json
from kling_desktop.domain.jobs import JobState, Trouble
from tests.helpers.fakes import START, a_clip
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    import pytest

JOB = a_job(
    JobState.DONE,
    request_id="r-1",
    clips=(a_clip("/clips/a.mp4"),),
    cost_usd=Decimal("0.49"),
    updated_at=START + timedelta(seconds=12.3456),
)


def test_the_settled_names_come_first_in_their_order() -> None:
    settled = ["job_id", "endpoint", "request_id", "status", "files", "cost_usd", "seconds"]
    assert list(job_json(JOB))[:7] == settled


def test_their_values_are_plain() -> None:
    found = job_json(JOB)
    assert [found[name] for name in list(found)[:7]] == [
        "job-1", T2V, "r-1", "done", ["/clips/a.mp4"], 0.49, 12.346,
    ]  # fmt: skip


def test_what_is_unknown_is_null() -> None:
    found = job_json(a_job())
    assert (found["request_id"], found["cost_usd"], found["error"]) == (None, None, None)
    assert (found["files"], found["clips"]) == ([], [])


def test_a_clip_is_measured() -> None:
    (clip,) = job_json(JOB)["clips"]
    assert (clip["frames"], clip["fps"], clip["duration"], clip["codec"]) == (150, 30, 5, "h264")


def test_trouble_has_a_code_a_message_and_a_word_about_money() -> None:
    job = a_job(JobState.FAILED, trouble=Trouble("provider_failed", "500", "no"))
    assert job_json(job)["error"] == {
        "code": "provider_failed",
        "message": "fal could not make this clip. (500) You are not charged for it. Try it again.",
        "charge": "no",
        "actor": "provider",
        "retry": "anew",
    }


def test_every_job_can_be_written_as_json() -> None:
    for state in JobState:
        json.dumps(job_json(a_job(state)))


def test_a_job_that_goes_on_says_so_and_nothing_of_its_money_is_known() -> None:
    job = a_job(JobState.RUNNING, trouble=Trouble("network_down", "", "no"))
    assert job_json(job)["error"] == {
        "code": "network_down",
        "message": "There is no connection to the service. "
        "The job goes on by itself; nothing is lost.",
        "charge": "maybe",
        "actor": "user",
        "retry": "later",
    }


def test_a_job_that_was_not_sent_costs_nothing_yet() -> None:
    job = a_job(JobState.UPLOADING, trouble=Trouble("network_down", "", "no"))
    assert job_json(job)["error"]["charge"] == "no"


def test_an_uncertain_job_does_not_go_on() -> None:
    job = a_job(JobState.UNCERTAIN, trouble=Trouble("uncertain", "", "maybe"))
    error = job_json(job)["error"]
    assert "counts as spent" in error["message"]
    assert "goes on" not in error["message"]
    assert error["charge"] == "maybe"


def test_a_failure_is_a_sentence_and_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    fail("unknown_job", "There is no such job.", as_json=True)
    shown = capsys.readouterr()
    assert shown.err == "There is no such job.\n"
    assert json.loads(shown.out) == {
        "error": {"code": "unknown_job", "message": "There is no such job."}
    }


def test_documents_go_to_stdout_and_people_read_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"prompt": "Boot auf See, ü"})
    say("hello")
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"prompt": "Boot auf See, ü"}
    assert shown.out.isascii()
    assert shown.err == "hello\n"
