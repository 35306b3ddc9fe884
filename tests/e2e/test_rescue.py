"""Clips that the ledger never knew come home, and the same request is not paid for twice."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kling_desktop.media.probe import measure
from tests.e2e.conftest import IMAGE, PICTURE, TEXT

if TYPE_CHECKING:
    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

ALIKE = ("generate", IMAGE, "--image", str(PICTURE), "--set", "prompt=She smiles", "--json")


def _headers(bill: Bill) -> dict[str, str]:
    return {"Authorization": f"Key {bill.lease.key}"}


def _another_program(bill: Bill, prompt: str) -> dict[str, Any]:
    """A request that some other program sends and leaves; returns once its clip is made."""
    body = {"prompt": prompt, "duration": "5"}
    url = f"{bill.lease.url}/queue/{TEXT}"
    answer = httpx.post(url, json=body, headers=_headers(bill)).raise_for_status().json()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = httpx.get(answer["status_url"], headers=_headers(bill)).json()
        if status["status"] == "COMPLETED":
            return dict(answer)
        time.sleep(0.05)
    raise AssertionError("the sandbox never finishes")


def _is_home(result: dict[str, Any], request_id: str, prompt: str) -> None:
    assert (result["status"], result["request_id"]) == ("done", request_id)
    assert (result["prompt"], result["endpoint"]) == (prompt, TEXT)
    clip = Path(result["files"][0])
    assert measure(clip).frames == 150
    sidecar = json.loads(Path(f"{clip}.kling.json").read_text("utf-8"))
    assert sidecar["body"] == {"prompt": prompt, "duration": "5"}


def test_a_clip_that_the_ledger_never_knew_comes_home_by_its_address(
    kling: Kling, bill: Bill
) -> None:
    sent = _another_program(bill, "A calm sea")
    assert kling.jobs() == []
    done = kling.run("jobs", "rescue", sent["status_url"], "--json")
    assert done.returncode == 0, done.stderr
    _is_home(json.loads(done.stdout), sent["request_id"], "A calm sea")
    page = f"https://fal.ai/dashboard/requests/{sent['request_id']}"
    again = json.loads(kling.run("jobs", "rescue", page, "--json").stdout)
    assert [each["job_id"] for each in kling.jobs()] == [again["job_id"]]
    assert len(bill.requests(TEXT)) == 1


def test_a_scan_lists_what_is_in_no_job_and_brings_it_home(kling: Kling, bill: Bill) -> None:
    mine = json.loads(kling.run("generate", TEXT, "--set", "prompt=x", "--json").stdout)
    prompts = ("A calm sea", "A storm")
    sent = {_another_program(bill, each)["request_id"]: each for each in prompts}
    listed = json.loads(kling.run("jobs", "scan", "--json").stdout)
    assert {each["request_id"]: each["prompt"] for each in listed} == sent
    assert {(each["state"], each["endpoint"]) for each in listed} == {("done", TEXT)}
    done = kling.run("jobs", "scan", "--rescue", "--json")
    assert done.returncode == 0, done.stderr
    for each in json.loads(done.stdout):
        _is_home(each, each["request_id"], sent[each["request_id"]])
    assert {each["request_id"] for each in kling.jobs()} == {*sent, mine["request_id"]}
    assert json.loads(kling.run("jobs", "scan", "--json").stdout) == []
    assert len(bill.requests(TEXT)) == 3


def test_a_request_that_nobody_knows_makes_no_job_and_asks_where_it_was_sent(
    kling: Kling, bill: Bill
) -> None:
    done = kling.run("jobs", "rescue", "00000000-0000-4000-8000-000000000000")
    assert done.returncode == 2
    assert "--endpoint" in done.stderr
    assert kling.jobs() == []


def test_the_same_request_is_recognised_by_its_picture_and_can_be_reused(
    kling: Kling, bill: Bill, tmp_path: Path
) -> None:
    first = json.loads(kling.run(*ALIKE).stdout)
    copy = tmp_path / "another name.jpg"
    copy.write_bytes(PICTURE.read_bytes())
    words = [str(copy) if each == str(PICTURE) else each for each in ALIKE]
    reused = kling.run(*words, "--reuse")
    result = json.loads(reused.stdout)
    assert (reused.returncode, result["reused"], result["cost_usd"]) == (0, True, 0)
    assert result["files"] == first["files"]
    assert len(bill.requests(IMAGE)) == 1
    another = kling.run(*words)
    assert another.returncode == 0, another.stderr
    assert f"The same request was made on {first['created_at'][:4]}" in another.stderr
    assert first["files"][0] in another.stderr
    assert "Another take costs $0.475" in another.stderr
    assert json.loads(another.stdout)["files"] != first["files"]
    assert len(bill.requests(IMAGE)) == 2


def test_a_clip_that_was_removed_is_not_reused(kling: Kling, bill: Bill) -> None:
    words = ("generate", TEXT, "--set", "prompt=x", "--json", "--reuse")
    first = json.loads(kling.run(*words).stdout)
    Path(first["files"][0]).unlink()
    second = json.loads(kling.run(*words).stdout)
    assert "reused" not in second
    assert len(bill.requests(TEXT)) == 2
