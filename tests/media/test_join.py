"""Clips follow one another: copied where they match, else encoded, and it is said which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from kling_desktop.domain.errors import BadMedia
from kling_desktop.media.encode import write_mp4
from kling_desktop.media.join import join_clips
from tests.helpers.clips import write_clip

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE = (64, 48)


def moving(path: Path, seed: int, frames: int = 40) -> Path:
    """As Kling's are: with B-frames, and every GOP whole."""
    random = np.random.default_rng(seed)
    start = random.integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    write_mp4(path, (np.roll(start, number, axis=1) for number in range(frames)), size=SIZE)
    return path


def frames_of(path: Path) -> list[NDArray[Any]]:
    with av.open(str(path)) as container:
        return [each.to_ndarray() for each in container.decode(video=0)]


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [each.time or 0.0 for each in container.decode(video=0)]


def silent(_done: int, _total: int) -> None:
    """Nobody is curious."""


def test_clips_of_one_kind_are_copied_to_the_bit(tmp_path: Path) -> None:
    clips = [moving(tmp_path / f"{number}.mp4", number) for number in range(3)]
    heard: list[tuple[int, int]] = []
    made = join_clips(clips, tmp_path / "out.mp4", lambda *each: heard.append(each))
    assert made.is_lossless
    assert "Nothing was encoded anew" in made.text
    assert made.frames == 120
    assert made.seconds == pytest.approx(4.0)
    wanted = [each for clip in clips for each in frames_of(clip)]
    assert all(map(np.array_equal, frames_of(made.path), wanted))
    assert heard[0][1] == heard[-1][0] == 120


def test_no_frame_is_shown_longer_at_a_seam(tmp_path: Path) -> None:
    clips = [moving(tmp_path / f"{number}.mp4", number) for number in range(2)]
    made = join_clips(clips, tmp_path / "out.mp4", silent)
    assert np.diff(times_of(made.path)) == pytest.approx(1 / 30, abs=1e-4)


def test_clips_of_two_kinds_are_encoded_and_it_is_said(tmp_path: Path) -> None:
    clips = [moving(tmp_path / "a.mp4", 1, 30), write_clip(tmp_path / "b.mp4", frames=10, fps=15)]
    made = join_clips(clips, tmp_path / "out.mp4", silent)
    assert not made.is_lossless
    assert "encoded anew" in made.text
    assert made.frames == 30 + 20  # each of the slower one is shown twice
    assert made.seconds == pytest.approx(1 + 10 / 15, abs=0.05)


def test_clips_of_two_sizes_are_refused_with_both(tmp_path: Path) -> None:
    other = write_clip(tmp_path / "b.mp4", size=(96, 48))
    with pytest.raises(BadMedia, match="96 x 48, the first one 64 x 48"):
        join_clips([moving(tmp_path / "a.mp4", 1), other], tmp_path / "out.mp4", silent)
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("kind", ["copied", "encoded"])
def test_whoever_stops_it_finds_no_file(tmp_path: Path, kind: str) -> None:
    clips = [moving(tmp_path / "a.mp4", 1), moving(tmp_path / "b.mp4", 2)]
    if kind == "encoded":
        clips[1] = write_clip(tmp_path / "b.mp4", frames=10)

    def stop(done: int, _total: int) -> None:
        if done == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        join_clips(clips, tmp_path / "out.mp4", stop)
    assert not (tmp_path / "out.mp4").exists()
