"""Planes are parts of one array, and the encoder takes that array as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from kling_desktop.media.encode import write_mp4
from kling_desktop.media.i420 import planes_of, split
from tests.media.motion.pictures import textured

if TYPE_CHECKING:
    from pathlib import Path


def test_the_planes_share_the_memory_of_the_frame() -> None:
    frame = np.zeros((12, 10), np.uint8)
    light, blue, red = split(frame)
    assert (light.shape, blue.shape, red.shape) == ((8, 10), (4, 5), (4, 5))
    for value, plane in enumerate((light, blue, red), start=1):
        plane[:] = value
    assert (np.bincount(frame.ravel()) == [0, 80, 20, 20]).all()


def test_a_colour_of_a_plane_is_that_of_its_pixels() -> None:
    picture = np.zeros((8, 12, 3), np.uint8)
    picture[4:, :6], picture[:4, 6:] = (255, 0, 0), (0, 0, 255)
    light, blue, red = split(planes_of(picture))
    assert (light[:4, :6] == 16).all()
    assert (red[2:, :3] > 200).all()
    assert (blue[:2, 3:] > 200).all()
    assert (np.stack([blue, red])[:, 2:, 3:] == 128).all()


@pytest.mark.parametrize("size", [(96, 64), (66, 50), (64, 54)])
def test_a_clip_of_planes_is_the_clip_of_the_same_frames_in_colours(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    still = np.asarray(cv2.resize(textured(), size), np.uint8)
    frames = [np.roll(still, step, axis=1) for step in range(6)]
    paths = [tmp_path / "colours.mp4", tmp_path / "planes.mp4"]
    write_mp4(paths[0], iter(frames), size=size)
    write_mp4(paths[1], map(planes_of, frames), size=size)
    assert len(decoded(paths[0])) == 6
    assert all(map(np.array_equal, *map(decoded, paths)))


def decoded(path: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    with av.open(str(path)) as container:
        return [
            np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
            for frame in container.decode(video=0)
        ]
