"""Commands as a stranger's script runs them: exit code, stdout, stderr, and what is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.worlds import I2V, T2V

ROOT = Path(__file__).parents[2]


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kling_desktop", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def _json(*words: str) -> Any:
    return json.loads(_run(*words, "--json").stdout)


def _nothing_was_begun(home: Path) -> bool:
    return {each.name for each in home.glob("*")} <= {"logs"}


def test_models_lists_every_endpoint_with_fields_and_prices() -> None:
    document = _json("models")
    assert len(document["endpoints"]) == 10
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
