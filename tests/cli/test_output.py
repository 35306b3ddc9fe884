"""What scripts read: names and kinds of the JSON documents."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.cli.output import error_json, job_json, say, show_json
from kling_desktop.domain import errors as e
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
    }


def test_every_job_can_be_written_as_json() -> None:
    for state in JobState:
        json.dumps(job_json(a_job(state)))


def test_an_error_has_a_code_and_a_message() -> None:
    found = error_json(e.UnknownJob("abc"))["error"]
    assert found["code"] == "unknown_job"
    assert "abc" in found["message"]


def test_documents_go_to_stdout_and_people_read_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"prompt": "Boot auf See, ü"})
    say("hello")
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"prompt": "Boot auf See, ü"}
    assert "ü" in shown.out
    assert shown.err == "hello\n"
