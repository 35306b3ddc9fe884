from __future__ import annotations

import json
import signal
import subprocess
import sys
from time import perf_counter
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.media.probe import measure
from kling_desktop.sandbox.serve import Options, run
from tests.sandbox.conftest import COMMAND, IMAGE, TEXT, png, running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough


def test_a_killed_server_goes_on_with_the_same_requests_when_started_again(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "5") as first:
        picture = first.upload(png(), "Bild ü.png")
        done = first.made()
        ids = [first.submit(IMAGE, image_url=picture)["request_id"] for _ in range(3)]
        while first.status(ids[0])["status"] != "IN_PROGRESS":
            pass
        first.kill()
    with running(tmp_path) as second:
        assert second.url != first.url
        assert second.key == first.key
        for each in ids:
            result = second.wait(each)
            assert result.status_code == 200
            assert result.json()["video"]["url"].startswith(second.url)
        old_path = done.json()["video"]["url"].removeprefix(first.url)
        assert httpx.get(second.url + old_path).status_code == 200
        assert httpx.get(second.url + picture.removeprefix(first.url)).content == png()
        billed = [each["request_id"] for each in second.bill()]
    assert sorted(billed) == sorted([*ids, done.headers["x-fal-request-id"]])


def test_frames_have_as_many_pixels_as_asked_for(tmp_path: Path) -> None:
    with running(tmp_path, "--pixels", "36864") as sandbox:
        video = sandbox.made().json()["video"]
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(httpx.get(video["url"]).content)
    facts = measure(clip)
    assert (facts.width, facts.height, facts.frames) == (256, 144, 150)


@pytest.mark.parametrize("number", [0, 128 * 128 - 1, 1280 * 720 + 1])
def test_frames_too_small_for_their_mark_or_larger_than_klings_are_refused(
    tmp_path: Path, number: int
) -> None:
    with pytest.raises(InvalidParams, match="pixels"):
        run(Options(folder=tmp_path, pixels=number))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_clean_end(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as sandbox:
        assert json.loads((tmp_path / "address.json").read_text())["url"] == sandbox.url
        sandbox.process.send_signal(number)
        assert sandbox.process.wait(20) == 0
    assert not (tmp_path / "address.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_address_is_for_this_user_only(tmp_path: Path) -> None:
    with running(tmp_path):
        assert (tmp_path / "address.json").stat().st_mode & 0o777 == 0o600


def test_port_and_key_can_be_chosen(tmp_path: Path) -> None:
    with running(tmp_path / "a") as other, running(tmp_path / "b", "--key", "me:secret") as mine:
        assert mine.key == "me:secret"
        words = [*COMMAND, "sandbox", "--state", str(tmp_path / "c")]
        port = other.url.rpartition(":")[2]
        taken = subprocess.run(
            [*words, "--port", port], check=False, capture_output=True, text=True
        )
    assert "InvalidParams: port cannot be used" in taken.stderr


def test_one_folder_has_one_server(tmp_path: Path) -> None:
    with running(tmp_path):
        words = [*COMMAND, "sandbox", "--state", str(tmp_path)]
        second = subprocess.run(words, check=False, capture_output=True, text=True)
    assert "in use by another sandbox" in second.stderr


def test_answers_come_without_delay(tmp_path: Path) -> None:
    """asyncio leaves TCP_NODELAY off for a socket made without the protocol's number."""
    with running(tmp_path) as sandbox:
        sandbox.http.get("/health")
        begin = perf_counter()
        for _ in range(50):
            sandbox.http.post(f"/queue/{TEXT}", content=b"{")
        assert perf_counter() - begin < 50 * 0.03
