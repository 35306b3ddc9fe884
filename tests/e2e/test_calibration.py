"""The probe against the real sandbox, whichever way it counts; and the ladder from the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kling_desktop import wiring
from kling_desktop.domain.calibration import Finding, finding_of
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.jobs import JobState
from kling_desktop.paths import Places
from tests.e2e.test_preview import PRO, painted, saved
from tests.helpers.worlds import until

if TYPE_CHECKING:
    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

CHEAP = "fal-ai/kling-video/v1/standard/image-to-video"
SANDBOX = wiring.Choice("sandbox")


def under(bill: Bill, *faults: str) -> None:
    rules = [{"fault": each, "stage": "model"} for each in faults]
    key = {"Authorization": f"Key {bill.lease.key}"}
    httpx.put(f"{bill.lease.url}/sandbox/weather", json=rules, headers=key).raise_for_status()


@pytest.fixture
def places(kling: Kling) -> Places:
    return Places(state=kling.home, clips=kling.home / "clips")


@pytest.mark.parametrize(
    ("faults", "finding", "edge"),
    [((), "up", "bottom-left"), (("other_origin",), "down", "top-left")],
)
def test_one_clip_shows_where_y_counts_from_and_paths_are_sent_that_way(
    kling: Kling,
    bill: Bill,
    tmp_path: Path,
    faults: tuple[str, ...],
    finding: str,
    edge: str,
) -> None:
    under(bill, *faults)
    asked = kling.run("calibrate", "--json")
    assert json.loads(asked.stdout)["sent"] is False
    assert "$0.045/s as of" in asked.stderr
    assert bill.requests(CHEAP) == []
    done = kling.run("calibrate", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["finding"], told["counts_from"], told["verified"]) == (finding, edge, True)
    assert told["by_job"] == told["job_id"]
    if finding == "up":
        return  # Then nothing is other than it was.
    project = saved(tmp_path / "ball.klproj", painted())
    made = kling.run("generate", CHEAP, "--project", str(project), "--json")
    brush = json.loads(made.stdout)["brush"]
    assert brush["took"] == "yes", "the next clip goes the way that was drawn"
    assert len(bill.requests(CHEAP)) == 2
    kling.run("calibrate", "--forget")
    assert json.loads(kling.run("calibrate", "--json").stdout)["verified"] is False


def test_a_clip_that_does_not_show_it_is_not_trusted(kling: Kling, bill: Bill) -> None:
    under(bill, "ignore_brush")
    done = kling.run("calibrate", "--yes", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["status"] == "done"
    assert told["finding"] in {"unclear", "no motion"}
    assert (told["counts_from"], told["verified"]) == ("bottom-left", False)
    assert "Nothing is changed. It cost nothing: the sandbox plays." in done.stderr


async def test_an_answer_comes_home_although_the_program_was_closed(
    places: Places, bill: Bill
) -> None:
    under(bill, "other_origin")
    async with wiring.open_engine(SANDBOX, places) as engine:
        probe = await engine.calibrate()
        await until(engine, probe.id, JobState.QUEUED)
    async with wiring.open_engine(SANDBOX, places) as engine:
        assert (await engine.wait(probe.id)).state is JobState.DONE
        # The program is closed once more, before anybody has looked at the clip.
    async with wiring.open_engine(SANDBOX, places) as engine:
        seen = await engine.looked_at(probe.id)
        assert finding_of(seen.brush) is Finding.DOWN
        (known, _) = engine.calibrations()
        assert known.answer is not None
        assert (known.answer.origin, known.answer.job) == (Origin.TOP_LEFT, probe.id)
    assert len(bill.requests(CHEAP)) == 1


def test_a_draft_is_promoted_once(kling: Kling, bill: Bill, tmp_path: Path) -> None:
    project = saved(tmp_path / "ball.klproj", painted())
    words = ("generate", PRO, "--project", str(project), "--set", "aspect_ratio=1:1")
    drafted = kling.run(*words, "--draft-first", "--json")
    assert drafted.returncode == 0, drafted.stderr
    draft: dict[str, Any] = json.loads(drafted.stdout)
    assert (draft["endpoint"], draft["draft_for"]) == (CHEAP, PRO)
    assert "The draft is made without aspect ratio" in drafted.stderr
    assert f"`jobs promote {draft['job_id']}` makes it at {PRO} for about $0.50." in drafted.stderr
    promoted = kling.run("jobs", "promote", draft["job_id"], "--json")
    assert promoted.returncode == 0, promoted.stderr
    job = json.loads(promoted.stdout)
    assert (job["endpoint"], job["promoted_from"]) == (PRO, draft["job_id"])
    assert job["brush"]["took"] == "yes"
    twice = kling.run("jobs", "promote", draft["job_id"], "--json")
    assert twice.returncode == 2
    assert json.loads(twice.stdout)["sent"] is False
    assert "Another take costs $0.50" in twice.stderr
    assert len(bill.requests(PRO)) == 1
    (path,) = job["files"]
    beside = json.loads(Path(f"{path}.kling.json").read_bytes())
    assert (beside["promoted_from"], beside["origin"]) == (draft["job_id"], "bottom-left")
    shown = kling.run("jobs", "show", job["job_id"]).stdout
    assert f"promoted from draft {draft['job_id']}" in shown
    assert f"draft for {PRO}" in kling.run("jobs", "show", draft["job_id"]).stdout
