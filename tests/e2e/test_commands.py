"""Commands that are stopped, that end uncertain, or that find a job at some odd point."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.paths import Places, own_command
from kling_desktop.wiring import open_ledger
from tests.e2e.conftest import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.jobs import Job
    from kling_desktop.storage.ledger import SqliteLedger
    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

WORDS = ("generate", TEXT, "--set", "prompt=日本の海", "--json")


@contextmanager
def _ledger(kling: Kling) -> Iterator[SqliteLedger]:
    ledger = open_ledger(Places(kling.home, kling.home / "clips"))
    try:
        yield ledger
    finally:
        ledger.close()


def _start(kling: Kling, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        own_command(*words), env=kling.environment | {"PYTHONIOENCODING": "cp1252"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _wait_for(kling: Kling, *states: str) -> Job:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with _ledger(kling) as ledger:
            found = ledger.newest(1)
        if found and found[0].state.value in states:
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"never in {states}")


def _uncertain(kling: Kling) -> None:
    """A job as a lost answer leaves it."""
    done = kling.run(*WORDS)
    assert done.returncode == 0, done.stderr
    with _ledger(kling) as ledger:
        (job,) = ledger.newest()
        why = Trouble("uncertain", "", "maybe")
        lost = replace(job, id=JobId("lost"), state=JobState.UNCERTAIN, trouble=why, clips=())
        ledger.add(replace(lost, request_id=None), "test")


def test_a_prompt_that_the_terminal_cannot_write_harms_no_clip(kling: Kling) -> None:
    done = kling.run(*WORDS, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["prompt"] == "日本の海"


@pytest.mark.sandbox("--speed 0.5")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_command_leaves_a_job_that_goes_on(
    kling: Kling, bill: Bill, reap: list[Any], number: signal.Signals
) -> None:
    program = _start(kling, *WORDS)
    reap.append(program)
    _wait_for(kling, "queued", "running")
    program.send_signal(number)
    time.sleep(0.02)
    program.send_signal(number)
    out, err = program.communicate(timeout=30)
    assert program.returncode == 6, err
    stopped = json.loads(out)
    assert stopped["status"] in {"queued", "running"}
    said = f"Stopped watching; job {stopped['job_id']} goes on when the program starts next."
    assert err.splitlines()[-1] == said
    (resumed,) = json.loads(kling.run("jobs", "resume", "--json").stdout)
    assert (resumed["job_id"], resumed["status"]) == (stopped["job_id"], "done")
    assert len(bill.requests(TEXT)) == 1


@pytest.mark.sandbox("--speed 0.5")
def test_a_stopped_resume_lists_what_it_was_watching(
    kling: Kling, bill: Bill, reap: list[Any]
) -> None:
    program = _start(kling, *WORDS)
    reap.append(program)
    _wait_for(kling, "queued", "running")
    program.kill()
    program.communicate()
    again = _start(kling, "jobs", "resume", "--json")
    reap.append(again)
    assert again.stderr is not None
    assert again.stderr.readline().startswith("Job ")
    again.send_signal(signal.SIGINT)
    out, _ = again.communicate(timeout=30)
    assert again.returncode == 6
    assert [each["status"] for each in json.loads(out)] in (["queued"], ["running"], ["fetching"])


def test_a_command_without_a_job_is_stopped_with_a_document(kling: Kling, reap: list[Any]) -> None:
    """Waiting for the sandbox to start is where it takes time."""
    program = _start(kling, *WORDS)
    reap.append(program)
    deadline = time.monotonic() + 30
    while not (kling.home / "sandbox").exists():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=30)
    assert (program.returncode, json.loads(out)["error"]["code"]) == (6, "stopped")
    assert err == "Stopped.\n"


def test_resuming_explains_an_uncertain_job(kling: Kling) -> None:
    _uncertain(kling)
    done = kling.run("jobs", "resume", "--json")
    assert done.returncode == 7
    assert "counts as spent" in done.stderr
    assert "goes on by itself" not in done.stderr + done.stdout


@pytest.mark.sandbox("--speed 0.3")
def test_cancelling_a_running_job_says_what_it_means_for_money(
    kling: Kling, bill: Bill, reap: list[Any]
) -> None:
    program = _start(kling, *WORDS)
    reap.append(program)
    _wait_for(kling, "running")
    done = kling.run("jobs", "cancel", _wait_for(kling, "running").id, "--json")
    assert done.returncode == 0, done.stderr
    assert "a clip that is running may be charged even so" in done.stderr
    assert json.loads(done.stdout)["status"] in {"cancelled", "done"}
    out, _ = program.communicate(timeout=60)
    assert json.loads(out)["status"] in {"cancelled", "done"}


def test_the_list_says_that_the_sandbox_is_free(kling: Kling) -> None:
    kling.run(*WORDS)
    header, line = kling.run("jobs").stdout.splitlines()
    assert header.split()[4] == "COST"
    assert " free " in line
