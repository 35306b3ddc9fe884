"""The preview as a file: whole, of the right length, and marked for what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageSequence

from kling_desktop.media.animatic import MARK, export_animatic, write_animatic
from kling_desktop.media.motion.scene import Moving, Scene
from kling_desktop.media.probe import measure
from kling_desktop.media.watermark import Watermark
from tests.domain.motion.documents import a_document
from tests.media.motion.pictures import straight, with_ball

if TYPE_CHECKING:
    from pathlib import Path


def scene() -> Scene:
    picture, mask = with_ball()
    return Scene(picture, (Moving(mask, straight((150, 180), (250, 180))),), frames=30)


def test_a_video_has_every_frame(tmp_path: Path) -> None:
    path = tmp_path / "boat.mp4"
    write_animatic(path, scene())
    facts = measure(path)
    assert (facts.width, facts.height, facts.frames, facts.fps) == (480, 360, 30, 30)


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".GIF"])
def test_a_loop_has_every_second_frame_and_lasts_as_long(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"boat{suffix}"
    write_animatic(path, scene())
    with Image.open(path) as image:
        durations = []
        for each in ImageSequence.Iterator(image):
            each.load()
            durations.append(each.info["duration"])
        assert len(durations) == 15
        assert sum(durations) == 1000
        assert image.info["loop"] == 0


def test_every_picture_says_that_no_model_made_it(tmp_path: Path) -> None:
    path = tmp_path / "boat.webp"
    write_animatic(path, scene())
    area = Watermark((480, 360), MARK).area
    plain = scene().picture[area]
    with Image.open(path) as image:
        for number in (0, 7, 14):
            image.seek(number)
            shown = np.asarray(image.convert("RGB"))[area]
            assert np.abs(shown.astype(int) - plain).mean() > 20


def test_another_kind_of_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mp4"):
        write_animatic(tmp_path / "boat.avi", scene())
    assert not list(tmp_path.iterdir())


def test_progress_is_told_frame_by_frame(tmp_path: Path) -> None:
    for suffix, of in ((".mp4", 30), (".gif", 15)):
        told: list[tuple[int, int]] = []
        write_animatic(
            tmp_path / f"boat{suffix}", scene(), on_frame=lambda *each, told=told: told.append(each)
        )
        assert told == [(done, of) for done in range(1, of + 1)]


@pytest.mark.parametrize("name", ["boat.mp4", "boat.webp"])
def test_an_export_that_is_stopped_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    out.write_bytes(b"mine")

    def stop(done: int, _of: int) -> None:
        if done == 3:
            raise InterruptedError("enough")

    rows = np.full((300, 400, 3), 90, np.uint8)
    with pytest.raises(InterruptedError):
        export_animatic(out, a_document(), rows, on_frame=stop)
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert out.read_bytes() == b"mine"
