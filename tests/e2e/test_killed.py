"""kill -9 at any moment: the next start finishes the same request, and it is paid once."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.jobs import JobId
from kling_desktop.wiring import open_ledger
from tests.e2e.conftest import IMAGE, PICTURE

if TYPE_CHECKING:
    import subprocess

    from kling_desktop.domain.jobs import Job
    from tests.e2e.conftest import Bill, Kling
    from tests.helpers.guards import LogGuard

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

WORDS = ("generate", IMAGE, "--image", str(PICTURE), "--set", "prompt=She smiles")


def _job(kling: Kling) -> Job | None:
    from kling_desktop.paths import Places

    ledger = open_ledger(Places(kling.home, kling.home / "clips"))
    try:
        return next(iter(ledger.newest(1)), None)
    finally:
        ledger.close()


def _kill_in(kling: Kling, program: subprocess.Popen[bytes], states: set[str]) -> Job:
    """SIGKILL as soon as the ledger says that the job is there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = _job(kling)
        if job is not None and job.state.value in states:
            program.send_signal(signal.SIGKILL)
            program.wait()
            return job
        time.sleep(0.01)
    raise AssertionError(f"never in {states}")


@pytest.mark.parametrize("state", ["uploading", "queued", "running", "downloading"])
def test_a_killed_program_finishes_the_same_request_at_the_next_start(
    kling: Kling, bill: Bill, reap: list[subprocess.Popen[bytes]], state: str
) -> None:
    program = kling.start(*WORDS)
    reap.append(program)
    reached = {"uploading": {"intent", "uploading"}, "downloading": {"fetching", "downloading"}}
    killed = _kill_in(kling, program, reached.get(state, {state}))
    done = kling.run("jobs", "resume", "--json")
    assert done.returncode == 0, done.stderr
    (job,) = json.loads(done.stdout)
    assert job["status"] == "done"
    assert killed.request_id in {None, job["request_id"]}
    assert [each["request_id"] for each in bill.requests(IMAGE)] == [job["request_id"]]


def test_a_sandbox_that_dies_with_the_program_goes_on_where_it_was(
    kling: Kling, bill: Bill, reap: list[subprocess.Popen[bytes]]
) -> None:
    program = kling.start(*WORDS)
    reap.append(program)
    killed = _kill_in(kling, program, {"running"})
    os.kill(bill.lease.pid, signal.SIGKILL)
    done = kling.run("jobs", "resume", "--json")
    (job,) = json.loads(done.stdout)
    assert (job["status"], job["request_id"]) == ("done", killed.request_id)


def test_a_kill_while_the_request_is_on_its_way_ends_uncertain_and_is_not_sent_again(
    kling: Kling, bill: Bill
) -> None:
    """The ledger as such a kill leaves it: the body is written, the answer never came."""
    from kling_desktop.domain.jobs import JobState
    from kling_desktop.paths import Places

    kling.run(*WORDS)
    ledger = open_ledger(Places(kling.home, kling.home / "clips"))
    (done,) = ledger.newest()
    from dataclasses import replace

    ledger.add(replace(done, id=JobId("killed"), state=JobState.SENDING, request_id=None), "test")
    ledger.close()
    resumed = kling.run("jobs", "resume", "--json")
    assert resumed.returncode == 7
    assert [job["status"] for job in json.loads(resumed.stdout)] == ["uncertain"]
    assert len(bill.requests(IMAGE)) == 1


async def test_a_sandbox_that_dies_under_a_running_program_is_started_again(
    kling: Kling, expected_log: LogGuard
) -> None:
    expected_log("the sandbox is gone; it is started again")
    from kling_desktop.engine.intake import Draft
    from kling_desktop.paths import Places
    from kling_desktop.wiring import Choice, open_engine
    from tests.e2e.conftest import TEXT

    where = Places(kling.home, kling.home / "clips")
    async with open_engine(Choice("sandbox"), where) as engine:
        address = json.loads((where.sandbox / "address.json").read_text("utf-8"))
        job = await engine.generate(Draft(endpoint=TEXT, values={"prompt": "A calm sea"}))
        os.kill(address["pid"], signal.SIGKILL)
        assert (await engine.wait(job.id)).state.value == "done"
