"""A clip is judged in a child process, whatever it is and whatever becomes of the child."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import Broken, ClipDamaged, Transient
from kling_desktop.domain.motion.asked import Asked, AskedRegion
from kling_desktop.domain.motion.verdict import Took
from kling_desktop.media import brush_check
from kling_desktop.media.brush_check import check, check_in_child
from kling_desktop.media.encode import write_mp4
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.scene import Moving, Scene
from kling_desktop.media.render import motion_frames
from tests.helpers.clips import write_sound
from tests.media.motion.pictures import disc, straight, with_ball

if TYPE_CHECKING:
    from pathlib import Path

CHILD = "import sys; from kling_desktop.media.brush_check import main; sys.exit(main(sys.argv[1:]))"
WAY = ((150, 180), (240, 120))


def python(code: str = CHILD) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    picture, mask = with_ball()
    for name, pixels in (("1.png", mask), ("0.png", disc(picture, 380, 280, 50))):
        assert cv2.imwrite(str(tmp_path / name), pixels)
    region = AskedRegion(1, str(tmp_path / "1.png"), WAY)
    return Asked((region,), str(tmp_path / "0.png"))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    picture, mask = with_ball()
    motion = Motion(Scene(picture, (Moving(mask, straight(*WAY)),), frames=40))
    path = tmp_path / "clip.mp4"
    write_mp4(path, iter(motion), size=(480, 360))
    return path


def test_a_clip_that_follows_is_said_to(clip: Path, asked: Asked) -> None:
    told = asyncio.run(check_in_child(clip, asked, command=python()))
    assert told["took"] == "yes"
    assert told["regions"][0]["agreement"] > 0.95
    assert "followed its path" in told["words"][0]
    assert told["static_drift"] < 0.01


def test_points_are_counted_from_the_side_of_the_endpoint(clip: Path, asked: Asked) -> None:
    region = AskedRegion(1, asked.regions[0].mask, tuple((x, 359 - y) for x, y in WAY))
    below = Asked((region,), asked.static, Origin.BOTTOM_LEFT)
    assert check(clip, below).took is Took.YES
    assert check(clip, Asked((region,), asked.static)).took is Took.UPSIDE_DOWN


@pytest.mark.parametrize("way", [WAY, ((150, 180), (130, 180)), ((150, 180), (150, 260))])
def test_a_slow_zoom_is_not_taken_for_the_brush(
    tmp_path: Path, asked: Asked, way: tuple[tuple[int, int], ...]
) -> None:
    """What the sandbox makes of a request whose brush it ignores."""
    picture, _ = with_ball(x=100, y=90)
    path = tmp_path / "zoom.mp4"
    frames = motion_frames(picture, (), None, seconds=2, size=(480, 360))
    write_mp4(path, frames, size=(480, 360))
    region = AskedRegion(1, asked.regions[0].mask, way)
    assert check(path, Asked((region,))).took is Took.NO


def test_a_file_that_is_no_video_says_why(tmp_path: Path, asked: Asked) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no video", encoding="utf-8")
    with pytest.raises(ClipDamaged, match="cannot be decoded"):
        asyncio.run(check_in_child(text, asked, command=python()))
    with pytest.raises(ClipDamaged, match="no video in it"):
        check(write_sound(tmp_path / "sound.mp4"), asked)


def test_a_clip_without_end_is_left_alone(
    clip: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brush_check, "MOST_FRAMES", 10)
    with pytest.raises(ClipDamaged, match="longer than any clip"):
        check(clip, asked)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("print('[]')", "exit code 0"),
        ("import nope", "nope"),
    ],
)
def test_a_child_that_fails_is_no_verdict(
    clip: Path, asked: Asked, code: str, complaint: str
) -> None:
    with pytest.raises(Broken, match=complaint):
        asyncio.run(check_in_child(clip, asked, command=python(code)))


def test_a_child_that_does_not_end_is_ended(clip: Path, asked: Asked) -> None:
    command = python("import time; time.sleep(600)")
    with pytest.raises(Transient, match="longer than"):
        asyncio.run(check_in_child(clip, asked, command=command, patience=0.2))


def test_a_mask_that_is_gone_is_not_the_clip_s_fault(clip: Path, asked: Asked) -> None:
    lost = Asked((AskedRegion(1, "/nowhere/1.png", WAY),))
    with pytest.raises(Broken, match="No such file"):
        asyncio.run(check_in_child(clip, lost, command=python()))


def test_masks_may_be_grey_or_coloured(tmp_path: Path, clip: Path, asked: Asked) -> None:
    _, mask = with_ball()
    assert cv2.imwrite(str(tmp_path / "1.png"), np.dstack([mask] * 3))
    assert check(clip, asked).took is Took.YES
