"""The line of waiting jobs from the terminal; each command runs in this process."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import main
from kling_desktop.cli.line import cancel_unsent, when
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.paths import Places
from kling_desktop.wiring import open_ledger
from tests.cli.conftest import keep
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kling_desktop.domain.jobs import Job
    from kling_desktop.storage.ledger import SqliteLedger

S = JobState


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run_it(*words: str) -> tuple[int, str, str]:
        code = main.main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return run_it


def _job(name: str, state: JobState = S.INTENT, **facts: Any) -> Job:
    return a_job(state, id=JobId(name), backend="sandbox", **facts)


@contextmanager
def _elsewhere(home: Path) -> Iterator[SqliteLedger]:
    """Another program: what is added here is its own."""
    ledger = open_ledger(Places(home, home / "clips"))
    try:
        yield ledger
    finally:
        ledger.close()


def _line(home: Path) -> list[str]:
    ledger = open_ledger(Places(home, home / "clips"))
    names = [str(job.id) for job in ledger.waiting("sandbox")]
    ledger.close()
    return names


def test_a_job_is_held_and_says_how_to_go_on(home: Path, run: Any) -> None:
    keep(home, _job("a1"))
    code, out, err = run("jobs", "hold", "a1", "--json")
    assert code == 0
    assert json.loads(out)["status"] == "held"
    assert "jobs release a1" in err


def test_a_job_that_was_sent_is_not_held(home: Path, run: Any) -> None:
    keep(home, _job("a1", S.RUNNING))
    code, out, err = run("jobs", "hold", "a1", "--json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "not_waiting"
    assert "does not wait here" in err


@pytest.mark.parametrize("state", [S.HELD, S.INTENT, S.UPLOADING])
def test_a_job_that_was_never_sent_is_cancelled_without_a_key(
    home: Path, run: Any, state: JobState
) -> None:
    keep(home, a_job(state, id=JobId("a1"), backend="live", account="1" * 16, profile="gone"))
    code, out, err = run("jobs", "cancel", "a1", "--json")
    assert code == 0
    assert (json.loads(out)["status"], json.loads(out)["error"]["charge"]) == ("cancelled", "no")
    assert "Cancelled before it was sent." in err


def test_one_that_was_sent_is_not_cancelled_without_its_key(home: Path, run: Any) -> None:
    keep(home, a_job(S.RUNNING, id=JobId("a1"), backend="live"))
    code, out, _ = run("jobs", "cancel", "a1", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (3, "missing_key")


@pytest.mark.parametrize(
    ("step", "facts"), [(S.CANCELLED, {}), (S.SENDING, {"body": {"prompt": "a boat"}})]
)
async def test_a_job_that_another_program_is_at_is_left_to_it(
    home: Path, step: JobState, facts: dict[str, Any]
) -> None:
    job = _job("a1", S.UPLOADING)
    with _elsewhere(home) as ledger:
        ledger.add(job, "test")
        wait = asyncio.create_task(cancel_unsent(job, look_every=0.01))
        await asyncio.sleep(0)  # It goes on until it waits.
        assert ledger.get(job.id).cancel_asked
        assert not wait.done()
        ledger.save(ledger.get(job.id).step(step, job.updated_at, **facts), "by its owner")
        assert (await wait).state is step


async def test_a_job_whose_program_dies_meanwhile_is_cancelled_all_the_same(home: Path) -> None:
    job = _job("a1", S.UPLOADING)
    with _elsewhere(home) as ledger:
        ledger.add(job, "test")
        wait = asyncio.create_task(cancel_unsent(job, look_every=0.01))
        await asyncio.sleep(0)
        assert ledger.get(job.id).cancel_asked
    assert (await wait).state is S.CANCELLED


def test_jobs_are_moved(home: Path, run: Any) -> None:
    keep(home, *(_job(name, place=float(n)) for n, name in enumerate(["a1", "b2", "c3"])))
    assert run("jobs", "move", "c3", "--first")[0] == 0
    assert _line(home) == ["c3", "a1", "b2"]
    assert run("jobs", "move", "c3", "--before", "b2")[0] == 0
    assert _line(home) == ["a1", "c3", "b2"]
    assert run("jobs", "move", "a1", "--last")[0] == 0
    assert _line(home) == ["c3", "b2", "a1"]
    assert run("jobs", "move", "a1")[0] == 2


def test_a_held_job_is_edited(home: Path, run: Any) -> None:
    keep(home, _job("a1", S.HELD))
    code, _, err = run("jobs", "edit", "a1", "--set", "prompt=a ship", "--set", "duration=10")
    assert code == 0
    assert "nothing was sent" in err
    shown = json.loads(run("jobs", "show", "a1", "--json")[1])
    assert shown["prompt"] == "a ship"
    assert shown["history"][-1]["cause"] == "edited by the user"
    assert shown["history"][-1]["facts"]["params"]["duration"] == "10"


def test_only_a_held_job_is_edited(home: Path, run: Any) -> None:
    keep(home, _job("a1"))
    code, _, err = run("jobs", "edit", "a1", "--set", "prompt=a ship")
    assert code == 2
    assert "hold it first" in err


def test_all_is_paused_and_goes_on_for_every_program(home: Path, run: Any) -> None:
    keep(home, _job("a1"))
    code, out, err = run("jobs", "--sandbox", "pause", "--json")
    assert (code, json.loads(out)["paused"]) == (0, True)
    assert "Everything is paused" in err
    assert "It has not begun: paused." in run("jobs", "show", "a1")[1]
    assert json.loads(run("jobs", "--sandbox", "go-on", "--json")[1])["paused"] is False
    assert "It has not begun" not in run("jobs", "show", "a1")[1]


def test_the_list_says_what_each_job_waits_for_and_that_all_is_paused(home: Path, run: Any) -> None:
    later = datetime.now(UTC) + timedelta(days=400)
    keep(home, _job("a1", run_at=later), _job("b2"), _job("c3", S.HELD))
    _, out, err = run("jobs")
    assert "begins at " in out
    assert "paused" not in out + err
    run("jobs", "--sandbox", "pause")
    code, out, err = run("jobs")
    assert code == 0
    assert out.count("paused") == 2
    assert "jobs go-on" in err
    assert [each["status"] for each in json.loads(run("jobs", "--json")[1])].count("intent") == 2


def test_the_limit_is_set_shown_and_taken_away(home: Path, run: Any) -> None:
    assert "no limit" in run("jobs", "--sandbox", "limit")[2]
    assert "At most 1 job runs at once" in run("jobs", "--sandbox", "limit", "1")[2]
    assert "At most 3 jobs run" in run("jobs", "--sandbox", "limit", "3")[2]
    assert json.loads(run("jobs", "--sandbox", "limit", "--json")[1])["limit"] == 3
    assert "no limit" in run("jobs", "--sandbox", "limit", "none")[2]
    assert run("jobs", "limit", "0")[0] == 2


def test_what_was_learned_is_offered(home: Path, run: Any) -> None:
    home.mkdir()
    (home / "steering.json").write_text('{"sandbox": {"learned": 4}}')
    assert "`jobs limit 4` would suit it" in run("jobs", "--sandbox", "limit")[2]


def test_a_time_of_the_day_is_the_next_one() -> None:
    now = datetime(2026, 1, 1, 15, 0, tzinfo=UTC).astimezone()
    assert when(f"{now:%H}:30", now) == now + timedelta(minutes=30)
    assert when(f"{now:%H}:00", now) == now + timedelta(days=1)
    assert when("2026-05-04T12:00:00+00:00") == datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "25:00", "tomorrow at noon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidParams):
        when(text)


def test_a_clip_is_kept_on_hold_and_made_once_it_is_released(home: Path, run: Any) -> None:
    words = ("generate", T2V, "--set", "prompt=a boat", "--sandbox", "--json")
    code, out, err = run(*words, "--hold")
    job = json.loads(out)
    assert (code, job["status"]) == (0, "held")
    assert "jobs release" in err
    code, out, _ = run("jobs", "release", job["job_id"], "--json")
    released = json.loads(out)
    assert (code, released["status"], released["job_id"]) == (0, "done", job["job_id"])


def test_a_hold_and_a_time_do_not_go_together(home: Path, run: Any) -> None:
    assert run("generate", T2V, "--hold", "--at", "14:30")[0] == 2
