"""From the words of a stranger to a verified file, over a real port."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.media.probe import measure
from tests.e2e.conftest import IMAGE, PICTURE, TEXT, Kling

if TYPE_CHECKING:
    from tests.e2e.conftest import Bill

pytestmark = pytest.mark.e2e


@pytest.fixture
def kling(tmp_path: Path) -> Kling:
    """With the sandbox that everybody has."""
    return Kling(tmp_path / "home", sandbox="")


def test_a_picture_becomes_a_clip_with_nothing_configured(kling: Kling, bill: Bill) -> None:
    done = kling.run(
        "generate", IMAGE, "--image", str(PICTURE), "--set", "prompt=She smiles", "--json"
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["status"] == "done"
    facts = measure(Path(result["files"][0]))
    assert (facts.codec, facts.fps, facts.frames) == ("h264", 30, 150)
    assert facts.width == facts.height == 960  # as many pixels as 1280 x 720 has
    assert [each["request_id"] for each in bill.requests(IMAGE)] == [result["request_id"]]


def test_a_text_becomes_a_clip_of_the_length_and_shape_asked_for(kling: Kling) -> None:
    done = kling.run(
        "generate", TEXT, "--set", "prompt=A calm sea", "--set", "duration=10",
        "--set", "aspect_ratio=9:16", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts = measure(Path(json.loads(done.stdout)["files"][0]))
    assert (facts.frames, facts.fps) == (300, 30)
    assert facts.width / facts.height == pytest.approx(9 / 16, abs=0.01)


def test_the_clip_has_a_sidecar_with_its_request(kling: Kling) -> None:
    done = kling.run("generate", TEXT, "--set", "prompt=A calm sea", "--json")
    result = json.loads(done.stdout)
    sidecar = json.loads(Path(result["files"][0] + ".kling.json").read_text("utf-8"))
    assert sidecar["request_id"] == result["request_id"]
    assert sidecar["body"]["prompt"] == "A calm sea"


def test_a_wrong_value_is_named_with_what_would_be_allowed_and_nothing_is_sent(
    kling: Kling,
) -> None:
    done = kling.run(
        "generate", IMAGE, "--image", str(PICTURE), "--set", "prompt=x", "--set", "duration=7"
    )
    assert done.returncode == 2
    assert all(word in done.stderr for word in ("duration", "7", "5, 10", "Nothing was sent"))
    assert done.stdout == ""
    assert not (kling.home / "sandbox").exists()


def test_a_dry_run_shows_request_and_price_and_sends_nothing(kling: Kling) -> None:
    done = kling.run(
        "generate", IMAGE, "--image", str(PICTURE), "--set", "prompt=x", "--dry-run", "--json"
    )
    plan = json.loads(done.stdout)
    assert (done.returncode, plan["estimate_usd"], plan["sent"]) == (0, 0.475, False)
    assert plan["body"]["duration"] == "5"
    assert not (kling.home / "sandbox").exists()
    assert kling.jobs() == []


def test_live_without_a_key_is_refused_before_anything_is_sent(kling: Kling) -> None:
    done = kling.run("generate", TEXT, "--set", "prompt=x", "--live")
    assert done.returncode == 3
    assert "No fal API key" in done.stderr


def test_a_served_sandbox_is_a_backend_by_its_address(
    kling: Kling, reap: list[object], tmp_path: Path
) -> None:
    import subprocess

    from kling_desktop.paths import own_command

    served = subprocess.Popen(
        own_command("sandbox", "--key", "me:secret", "--speed", "50"),
        stdout=subprocess.PIPE,
        env=kling.environment,
    )
    reap.append(served)
    assert served.stdout is not None
    where = json.loads(served.stdout.readline())
    served.stdout.close()
    address = {"KLING_DESKTOP_BACKEND": where["url"]}
    words = ("generate", TEXT, "--set", "prompt=x", "--json")
    assert kling.run(*words, **address).returncode == 3
    done = kling.run(*words, **address, FAL_KEY=where["key"])
    assert (done.returncode, json.loads(done.stdout)["backend"]) == (0, where["url"])
    assert kling.run(*words, **address, FAL_KEY="me:wrong").returncode == 3
