"""A given video comes out again at the clip's own rate, length and size, and says it is play."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from kling_desktop.media.encode import FPS
from kling_desktop.media.retake import first_frame, retaken
from tests.helpers.clips import write_clip, write_sound

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE = (160, 120)


def ramp(path: Path, *, frames: int, fps: int) -> Path:
    """A video whose grey tells the time: each frame is brighter than the one before."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for place in range(frames):
            grey = np.full((48, 64, 3), 20 + 200 * place // frames, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def greys(frames: list[NDArray[np.uint8]]) -> list[float]:
    """In the middle, away from words and watermark."""
    return [float(each[60:70, 75:85].mean()) for each in frames]


@pytest.mark.parametrize("fps", [10, 25, 60])
def test_it_has_the_length_that_is_asked_for_at_our_rate(tmp_path: Path, fps: int) -> None:
    video = ramp(tmp_path / "a.mp4", frames=2 * fps, fps=fps)
    frames = list(retaken(video, "", seconds=2, size=SIZE))
    assert len(frames) == 2 * FPS
    assert {each.shape for each in frames} == {(SIZE[1], SIZE[0], 3)}


def test_time_goes_by_as_in_the_video(tmp_path: Path) -> None:
    frames = list(retaken(ramp(tmp_path / "a.mp4", frames=20, fps=10), "", seconds=2, size=SIZE))
    shown = greys(frames)
    assert all(a <= b + 2 for a, b in itertools.pairwise(shown))
    middle = (20 + 220) / 2
    assert shown[len(shown) // 2] == pytest.approx(middle, abs=20)


def test_the_last_frame_lasts_where_the_video_is_shorter(tmp_path: Path) -> None:
    frames = list(retaken(ramp(tmp_path / "a.mp4", frames=10, fps=10), "", seconds=3, size=SIZE))
    assert len(frames) == 3 * FPS
    assert greys(frames)[FPS + 5 :] == [greys(frames)[-1]] * (2 * FPS - 5)


def test_a_longer_video_is_cut(tmp_path: Path) -> None:
    video = ramp(tmp_path / "a.mp4", frames=40, fps=10)
    assert len(list(retaken(video, "", seconds=1, size=SIZE))) == FPS


def test_the_words_and_the_watermark_are_on_every_frame(tmp_path: Path) -> None:
    video = ramp(tmp_path / "a.mp4", frames=10, fps=10)
    bare, told = (list(retaken(video, each, seconds=1, size=SIZE)) for each in ("", "Hello"))
    plain = [np.full_like(each, round(grey)) for each, grey in zip(bare, greys(bare), strict=True)]
    assert all(np.any(a != b) for a, b in zip(bare, told, strict=True))
    marked = [np.abs(a.astype(int) - b).max() > 20 for a, b in zip(bare, plain, strict=True)]
    assert all(marked)


def test_the_first_frame_is_that_of_the_video(tmp_path: Path) -> None:
    frame = first_frame(ramp(tmp_path / "a.mp4", frames=10, fps=10))
    assert frame.shape == (48, 64, 3)
    assert frame.mean() == pytest.approx(20, abs=4)


def test_a_file_without_pictures_has_no_first_frame(tmp_path: Path) -> None:
    with pytest.raises((LookupError, av.FFmpegError)):
        first_frame(write_sound(tmp_path / "a.mp4"))


def test_a_video_of_noise_is_retaken_too(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "a.mp4")
    assert len(list(retaken(video, "", seconds=1, size=SIZE))) == FPS
