"""Commands as a stranger's script runs them: exit code, stdout, stderr, and what is left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kling_desktop.domain.jobs import JobId, JobState, Trouble
from kling_desktop.paths import resource
from tests.cli.conftest import keep
from tests.helpers.worlds import I2V, T2V, a_job

ROOT = Path(__file__).parents[2]


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command, environment = [sys.executable, "-m", "kling_desktop", *words], os.environ | variables
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=60,
        check=False,
    )  # fmt: skip


def _json(*words: str) -> Any:
    return json.loads(_run(*words, "--json").stdout)


def _nothing_was_begun(home: Path) -> bool:
    return {each.name for each in home.glob("*")} <= {"logs"}


def test_models_lists_every_endpoint_with_fields_and_prices() -> None:
    document = _json("models")
    assert len(document["endpoints"]) == 69
    assert all(each["reason"] for each in document["not_offered"])
    first = document["endpoints"][0]
    assert first["endpoint_id"] == first["id"] == I2V
    assert first["price"]["usd_per_second"] == 0.095
    assert [each["name"] for each in first["fields"]][:3] == ["prompt", "image_url", "duration"]


def test_models_reads_well_too() -> None:
    shown = _run("models")
    assert shown.returncode == 0
    assert "  * prompt: text, up to 2500 characters\n" in shown.stdout
    assert "    duration: 5 | 10 [default: 5]\n" in shown.stdout
    assert "$0.095/s as of" in shown.stdout


def test_a_value_that_is_not_allowed_is_named_and_nothing_begins(home: Path) -> None:
    shown = _run("generate", T2V, "--set", "prompt=a boat", "--set", "duration=7")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "duration" in shown.stderr
    assert "7" in shown.stderr
    assert "allowed: 5, 10" in shown.stderr
    assert "Nothing was sent" in shown.stderr
    assert _nothing_was_begun(home)


def test_with_json_a_mistake_is_a_document(home: Path) -> None:
    shown = _run("generate", T2V, "--set", "duration=7", "--json")
    assert shown.returncode == 2
    error = json.loads(shown.stdout)["error"]
    assert error["code"] == "invalid_params"
    assert "prompt is missing" in error["message"]
    assert "duration" in error["message"]


def test_an_unknown_endpoint_suggests_near_ones(home: Path) -> None:
    shown = _run("generate", "kling-video/v1.6/pro/text-to-vido", "--set", "prompt=a")
    assert shown.returncode == 2
    assert T2V in shown.stderr
    assert _nothing_was_begun(home)


def test_a_picture_that_is_not_there_is_named(home: Path) -> None:
    shown = _run("generate", I2V, "--set", "prompt=a", "--image", "no-such-boat.jpg")
    assert shown.returncode == 2
    assert "no-such-boat.jpg" in shown.stderr
    assert not (home / "sandbox").exists()
    assert not (home / "ledger.sqlite3").exists()


def test_a_file_that_is_no_picture_is_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "boat.jpg").write_text("I am not a boat")
    shown = _run("generate", I2V, "--set", "prompt=a", "--image", str(tmp_path / "boat.jpg"))
    assert shown.returncode == 2
    assert "boat.jpg" in shown.stderr
    assert not (home / "sandbox").exists()


def test_a_dry_run_shows_the_request_and_its_price_and_sends_nothing(home: Path) -> None:
    document = _json("generate", T2V, "--set", "prompt=a boat", "--set", "duration=10", "--dry-run")
    assert document == {
        "endpoint": T2V,
        "body": {
            "prompt": "a boat",
            "duration": "10",
            "aspect_ratio": "16:9",
            "negative_prompt": "blur, distort, and low quality",
            "cfg_scale": 0.5,
        },
        "estimate_usd": 0.98,
        "price": {
            "usd_per_second": 0.098,
            "date": "2026-11-23",
            "source": "fal pricing snapshot, mid-2026",
        },
        "budgets": [],
        "uploads": [],
        "sent": False,
    }
    assert _nothing_was_begun(home)


def test_a_record_without_jobs_is_an_empty_list() -> None:
    assert _json("jobs") == []
    shown = _run("jobs")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "", "No jobs yet.\n")


@pytest.mark.parametrize("action", ["show", "cancel"])
def test_a_job_that_nobody_knows_is_bad_input(action: str) -> None:
    shown = _run("jobs", action, "abc")
    assert shown.returncode == 2
    assert "There is no such job. (abc)" in shown.stderr


def test_live_without_a_key_is_a_missing_key(home: Path) -> None:
    shown = _run("--live", "generate", T2V, "--set", "prompt=a boat")
    assert shown.returncode == 3
    assert "FAL_KEY" in shown.stderr
    assert not (home / "ledger.sqlite3").exists()


def test_a_server_named_in_the_environment_gets_no_key_from_the_keyring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KLING_DESKTOP_BACKEND", "http://127.0.0.1:9")
    assert _run("generate", T2V, "--set", "prompt=a boat").returncode == 3


def test_a_dry_run_names_the_pictures_that_would_be_uploaded() -> None:
    picture = str(resource("samples/boat.jpg"))
    plan = _json("generate", I2V, "--set", "prompt=a", "--image", picture, "--dry-run")
    assert plan["body"]["image_url"].startswith("file:")
    assert plan["uploads"] == [{"field": "image_url", "path": picture, "name": "boat.jpg"}]


def test_a_terminal_that_lacks_a_letter_ends_no_command(home: Path) -> None:
    keep(home, a_job(params={"prompt": "日本の海"}))
    for words in (("jobs",), ("jobs", "show", "job-1"), ("jobs", "--json")):
        shown = _run(*words, PYTHONIOENCODING="cp1252")
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "\\u65e5\\u672c" in shown.stdout
    assert _json("jobs")[0]["prompt"] == "日本の海"


@pytest.mark.parametrize(
    "words", [("generate",), ("jbos",), ("jobs", "--limit", "0"), ("key", "set", "id:secret")]
)
def test_bad_usage_is_a_document_too(words: tuple[str, ...]) -> None:
    shown = _run(*words, "--json")
    assert shown.returncode == 2
    assert json.loads(shown.stdout)["error"]["code"] == "usage"
    assert "usage:" in shown.stderr


def test_a_mistyped_command_opens_no_window() -> None:
    shown = _run("frobnicate")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "no such command or file: 'frobnicate'" in shown.stderr


def test_a_defect_is_a_document_too(home: Path) -> None:
    code = (
        "import sys; from kling_desktop.cli import main, models; del models.load_catalog;"
        "sys.exit(main.main(['models', '--json']))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["error"]["code"] == "unexpected"
    assert "Traceback" not in shown.stderr
    assert "NameError" in (home / "logs" / "kling-desktop.log").read_text("utf-8")


@pytest.mark.parametrize("words", [("models",), ("models", "--json"), ("--help",), ("jobs",)])
def test_a_reader_that_has_seen_enough_is_no_mistake(home: Path, words: tuple[str, ...]) -> None:
    keep(home, a_job())
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "kling_desktop", *words]
    with os.fdopen(writing, "wb") as nobody:
        shown = subprocess.run(
            command, cwd=ROOT, stdout=nobody, stderr=subprocess.PIPE, check=False
        )
    assert (shown.returncode, shown.stderr) == (0, b"")


def test_a_person_who_hears_nothing_does_not_stop_a_command() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "kling_desktop", "jobs", "show", "abc"]
    with os.fdopen(writing, "wb") as nobody:
        shown = subprocess.run(command, cwd=ROOT, stderr=nobody, check=False)
    assert shown.returncode == 2


def test_an_empty_id_is_no_job_even_if_there_is_only_one(home: Path) -> None:
    keep(home, a_job())
    shown = _run("jobs", "show", "")
    assert shown.returncode == 2
    assert "There is no such job." in shown.stderr


def test_an_id_that_could_be_two_jobs_is_no_job(home: Path) -> None:
    keep(home, a_job(id=JobId("ab1")), a_job(id=JobId("ab2")))
    assert "ab could be 2 jobs" in _run("jobs", "show", "ab").stderr


def test_a_finished_job_cannot_be_stopped_and_that_is_said(home: Path) -> None:
    keep(home, a_job(JobState.DONE))
    shown = _run("jobs", "cancel", "job-1", "--json")
    assert shown.returncode == 0
    assert shown.stderr == "Job job-1 is done already; there is nothing to stop.\n"
    assert json.loads(shown.stdout)["status"] == "done"


def test_showing_an_uncertain_job_does_not_call_it_waiting(home: Path) -> None:
    keep(home, a_job(JobState.UNCERTAIN, trouble=Trouble("uncertain", "", "maybe")))
    shown = _run("jobs", "show", "job-1")
    assert "counts as spent" in shown.stdout
    assert "goes on by itself" not in shown.stdout


def test_showing_a_job_tells_what_happened_to_it_and_what_that_means_for_money(home: Path) -> None:
    keep(home, a_job(JobState.DONE, cost_usd=Decimal("0.49")))
    first, last = _run("jobs", "show", "job-1").stdout.splitlines()[4:6]
    assert re.fullmatch(
        r"  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  Taken into the record as done; .*", first
    )
    assert first.endswith(
        "it may have cost money already. By the seconds billed, it comes to $0.49."
    )
    assert re.fullmatch(r"  \d\d:\d\d:\d\d  It cost \$0\.49\.", last)
    (event,) = _json("jobs", "show", "job-1")["history"]
    assert event["state"] == "done"
    assert event["facts"] == {"cost_usd": "0.49"}


def test_a_damaged_record_is_told_of_once_on_stderr(home: Path) -> None:
    keep(home, a_job())
    path = home / "ledger.sqlite3"
    path.write_bytes(b"~" * 100 + path.read_bytes()[100:])
    shown = _run("jobs", "--json")
    assert [each["job_id"] for each in json.loads(shown.stdout)] == ["job-1"]
    assert shown.stderr.startswith("The record of your jobs was damaged. 1 job could be read again")
    assert _run("jobs", "--json").stderr == ""


def test_without_a_keyring_nobody_is_sent_to_it() -> None:
    shown = _run("key", "forget")
    assert shown.returncode == 3
    assert "Use FAL_KEY for this session." in shown.stderr
    assert "key set" not in shown.stderr


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--speed", "0"), "speed must be more than 0 (given: 0.0).\n"),
        (("--weather", "no-such-file"), "weather cannot be read: No such file or directory.\n"),
    ],
)
def test_a_sandbox_that_cannot_start_says_nothing_of_money(
    options: tuple[str, ...], problem: str
) -> None:
    shown = _run("sandbox", *options)
    assert (shown.returncode, shown.stdout, shown.stderr) == (2, "", problem)


def test_weather_that_is_no_json_is_not_shown_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "storm.json").write_text("{bad")
    shown = _run("sandbox", "--weather", str(tmp_path / "storm.json"))
    assert shown.stderr.startswith("weather Invalid JSON")
    assert "b'" not in shown.stderr


def test_a_dry_run_shows_the_request_as_a_program(home: Path) -> None:
    words = ("generate", T2V, "--set", "prompt=It's $5", "--as", "python")
    shown = _run(*words, "--dry-run")
    assert shown.returncode == 0
    compile(shown.stdout, "program", "exec")
    assert "fal_client.subscribe" in shown.stdout
    assert '"It\'s $5"' in shown.stdout
    assert "charges for it" in shown.stdout
    told = json.loads(_run(*words, "--dry-run", "--json").stdout)
    assert told["program"] == shown.stdout
    refused = _run(*words)
    assert refused.returncode == 2
    assert "add --dry-run" in refused.stderr
    assert _nothing_was_begun(home)
