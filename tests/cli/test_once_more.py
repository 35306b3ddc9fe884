"""``jobs look`` and ``jobs again``: nothing doubtful is sent without a yes, and all is said."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import once_more, records
from kling_desktop.cli.exits import Exit
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from tests.cli.conftest import keep
from tests.helpers.clips import write_clip
from tests.helpers.worlds import I2V, a_job

if TYPE_CHECKING:
    from pathlib import Path

S = JobState
LOST = Trouble("uncertain", "the connection broke", "maybe")
BODY = {"prompt": "the boat drifts", "duration": "5", "aspect_ratio": "16:9"}


def uncertain(**facts: Any) -> Job:
    now = datetime.now(UTC)
    given = {"backend": "sandbox", "trouble": LOST, "params": BODY, "body": BODY, "sent_at": now}
    return a_job(S.UNCERTAIN, **{**given, **facts})


def again(job: Job, *, yes: bool = False, as_json: bool = True) -> Exit:
    return asyncio.run(once_more.again(job, yes=yes, as_json=as_json))


def count(home: Path) -> int:
    """Jobs in the ledger."""
    assert home.exists()
    return len(records.newest())


def test_an_uncertain_job_is_not_sent_again_without_a_yes(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, job := uncertain(backend="live"))
    assert again(job) is Exit.UNCERTAIN
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert (document["sent"], document["price_usd"]) == (False, 0.49)
    assert document["status"] == "uncertain"
    for part in ("$0.49", "may be paid twice", "Nothing was sent now", "--yes"):
        assert part in shown.err
    assert count(home) == 1
    assert not (home / "sandbox").exists()


@pytest.mark.parametrize(
    ("job", "code", "part"),
    [
        (a_job(S.RUNNING), Exit.BAD_INPUT, "still under way"),
        (a_job(S.DONE, params={}, request_id="r"), Exit.BAD_INPUT, "nobody knows what was asked"),
        (
            a_job(S.REFUSED, trouble=Trouble("content_refused", "", "maybe")),
            Exit.PROVIDER,
            "change something first",
        ),
        (
            a_job(S.FAILED, request_id="r-9", trouble=Trouble("result_gone", "", "yes")),
            Exit.PROVIDER,
            "jobs rescue r-9 --endpoint",
        ),
    ],
    ids=("under way", "rescued", "refused", "gone"),
)
def test_what_would_be_in_vain_is_not_sent_without_a_yes(
    home: Path, capsys: pytest.CaptureFixture[str], job: Job, code: Exit, part: str
) -> None:
    keep(home, job)
    assert again(job) is code
    assert part in capsys.readouterr().err
    assert count(home) == 1


@pytest.mark.parametrize("job", [a_job(S.RUNNING), a_job(S.DONE, params={})], ids=("on", "empty"))
def test_even_a_yes_sends_nothing_where_nothing_can_be_sent(home: Path, job: Job) -> None:
    keep(home, job)
    assert again(job, yes=True) is Exit.BAD_INPUT
    assert count(home) == 1


def test_looking_for_a_job_that_is_not_uncertain_says_so(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, job := a_job(S.DONE))
    assert asyncio.run(once_more.look(job, as_json=True)) is Exit.DONE
    shown = capsys.readouterr()
    assert "nothing to look for" in shown.err
    assert json.loads(shown.out)["status"] == "done"


def test_a_finished_job_makes_another_take_and_says_its_price(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, job := a_job(S.DONE, backend="sandbox", estimate_usd=Decimal("0.1")))
    assert again(job) is Exit.DONE
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert document["job_id"] != job.id
    assert (document["status"], document["estimate_usd"]) == ("done", 0.49)
    assert "costs about $0.49 of play money" in shown.err


def test_with_a_yes_an_uncertain_job_is_given_up_and_made_anew(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, job := uncertain(id=JobId("lost")))
    assert again(job, yes=True) is Exit.DONE
    shown = capsys.readouterr()
    assert "Job lost counts as perhaps charged." in shown.err
    assert records.get(JobId("lost")).state is S.CANCELLED
    assert json.loads(shown.out)["status"] == "done"


def test_an_endpoint_that_takes_pictures_has_its_own_price(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, job := uncertain(backend="live", endpoint=I2V))
    again(job)
    assert json.loads(capsys.readouterr().out)["price_usd"] == 0.475


def test_what_is_priced_by_its_length_says_its_price_before_anything_is_sent(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir(exist_ok=True)
    video = write_clip(home / "talk.mp4", frames=10)
    body = {"video_url": video.as_uri(), "audio_url": video.as_uri()}
    lipsync = "fal-ai/kling-video/lipsync/audio-to-video"
    keep(home, job := uncertain(backend="live", endpoint=lipsync, params=body, body=body))
    again(job)
    assert json.loads(capsys.readouterr().out)["price_usd"] == 0.07
    video.unlink()
    again(job)
    assert json.loads(capsys.readouterr().out)["price_usd"] is None
