from __future__ import annotations

from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from kling_desktop.media.i420 import planes_of, split
from kling_desktop.media.motion.scene import Moving
from kling_desktop.media.render import (
    PIXELS,
    clip_frames,
    frame_size,
    frame_size_of,
    motion_frames,
    motion_planes,
    render_clip,
)
from kling_desktop.media.scenes import caption, fill, prompt_scene, row_scene
from kling_desktop.media.watermark import Watermark

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]


@pytest.fixture(scope="session")
def picture() -> Pixels:
    noise = np.random.default_rng(5).normal(size=(450, 600, 3))
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), 9))
    return np.asarray(255 * (soft - soft.min()) / np.ptp(soft), dtype=np.uint8)


@pytest.fixture(scope="session")
def clip(picture: Pixels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("render") / "clip.mp4"
    render_clip(path, picture, seconds=5, size=frame_size_of(picture))
    return path


def frames(path: Path) -> list[Pixels]:
    with av.open(str(path)) as container:
        decoded = container.decode(video=0)
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in decoded]


def difference(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_a_clip_is_h264_of_exactly_five_seconds_without_sound(clip: Path) -> None:
    with av.open(str(clip)) as container:
        (stream,) = container.streams
        assert isinstance(stream, av.VideoStream)
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.frames == 150
        assert stream.average_rate == 30
        assert sum(1 for _ in container.decode(stream)) == 150


def test_ten_seconds_are_three_hundred_frames(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    render_clip(path, np.zeros((300, 300, 3), np.uint8), seconds=10, size=(64, 64))
    assert len(frames(path)) == 300


def test_the_index_comes_first_so_that_a_clip_plays_while_it_loads(clip: Path) -> None:
    data = clip.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_frame_takes_the_shape_of_the_picture(picture: Pixels, clip: Path) -> None:
    height, width = frames(clip)[0].shape[:2]
    assert width / height == pytest.approx(4 / 3, rel=0.01)
    assert width * height == pytest.approx(PIXELS, rel=0.01)


@pytest.mark.parametrize("aspect", [0.25, 9 / 16, 1, 4 / 3, 16 / 9, 2.5])
def test_frames_have_even_sides(aspect: float) -> None:
    width, height = frame_size(aspect)
    assert (width % 2, height % 2) == (0, 0)


def test_16_to_9_is_720p() -> None:
    assert frame_size(16 / 9) == (1280, 720)


def test_a_clip_begins_with_the_picture_and_moves(picture: Pixels, clip: Path) -> None:
    shown = frames(clip)
    first = fill(picture, (shown[0].shape[1], shown[0].shape[0]))
    assert difference(shown[0], first) < 4
    assert difference(shown[0], shown[-1]) > 8
    assert difference(shown[70], shown[71]) > 0


def test_a_clip_with_a_tail_ends_on_it(picture: Pixels, tmp_path: Path) -> None:
    path, tail = tmp_path / "clip.mp4", picture[::-1, ::-1].copy()
    render_clip(path, picture, seconds=5, size=(320, 240), tail=tail)
    last = frames(path)[-1]
    to_tail, to_start = (difference(last, fill(each, (320, 240))) for each in (tail, picture))
    assert to_tail < to_start / 3


def test_every_frame_is_watermarked(clip: Path) -> None:
    shown = frames(clip)
    area = Watermark((shown[0].shape[1], shown[0].shape[0])).area
    for frame in (shown[0], shown[75], shown[-1]):
        word = frame[area].mean(axis=2)
        assert (word < 110).mean() > 0.5, "the plate"
        assert (word > 190).mean() > 0.03, "the letters"


@pytest.mark.parametrize("size", [(1280, 720), (480, 1920), (64, 64), (1920, 480)])
def test_the_watermark_changes_its_own_area_only(size: tuple[int, int]) -> None:
    width, height = size
    grey = np.full((height, width, 3), 200, np.uint8)
    stamped = grey.copy()
    watermark = Watermark(size)
    watermark.stamp(stamped)
    assert (stamped[watermark.area] != 200).mean() > 0.5
    stamped[watermark.area] = 200
    assert (stamped == grey).all()


@pytest.mark.parametrize("size", [(1280, 720), (484, 1918), (64, 64), (1922, 482)])
def test_the_watermark_is_the_same_in_the_planes_of_a_frame(size: tuple[int, int]) -> None:
    frame = np.full((size[1], size[0], 3), (200, 90, 30), np.uint8)
    planes, watermark = planes_of(frame), Watermark(size)
    watermark.stamp(frame)
    watermark.stamp_planes(planes)
    assert int(np.abs(planes.astype(int) - planes_of(frame)).max()) <= 2


@pytest.mark.parametrize("way", [[(0.3, 0.5), (0.6, 0.4)], [(0.3, 0.5)]], ids=["moves", "zooms"])
def test_frames_of_a_motion_are_encoded_as_they_are_seen(
    picture: Pixels, way: list[tuple[float, float]]
) -> None:
    size = (320, 240)
    height, width = picture.shape[:2]
    mask, static = np.zeros((2, height, width), np.uint8)
    cv2.circle(mask, (width * 3 // 10, height // 2), height // 6, 255, -1)
    static[-height // 4 :, : width // 4] = 255
    moving = (Moving(mask, np.array(way) * (width, height)),)
    seen = list(motion_frames(picture, moving, static, seconds=1, size=size))
    encoded = list(motion_planes(picture, moving, static, seconds=1, size=size))
    assert len(seen) == len(encoded) == 30
    for frame, planes in zip(seen, encoded, strict=True):
        light, *_ = split(planes)
        off = np.abs(light.astype(int) - split(planes_of(frame))[0])
        assert np.percentile(off, 99.9) <= 2
    assert np.abs(seen[0].astype(int) - seen[-1]).mean() > 0.5


def test_the_same_input_makes_the_same_frames(picture: Pixels) -> None:
    size = frame_size_of(picture)
    for one, other in zip(
        clip_frames(picture, seconds=5, size=size, tail=picture[::-1]),
        clip_frames(picture, seconds=5, size=size, tail=picture[::-1]),
        strict=True,
    ):
        assert np.array_equal(one, other)


def test_a_prompt_can_be_read_on_its_scene_and_colours_it() -> None:
    one, other = prompt_scene("a lake", (640, 360)), prompt_scene("a dune", (640, 360))
    assert one.shape == (360, 640, 3)
    assert (one.min(axis=2) > 200).mean() > 0.0005
    assert difference(one[:40], other[:40]) > 1


@pytest.mark.parametrize("text", ["", "x" * 2500, "湖 " * 1200, "a\nb\t" * 90])
def test_any_text_can_be_a_caption(text: str) -> None:
    assert caption(np.zeros((1280, 720, 3), np.uint8), text).shape == (1280, 720, 3)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_pictures_stand_side_by_side(count: int) -> None:
    shades = [np.full((400, 300, 3), 50 * (n + 1), np.uint8) for n in range(count)]
    row = row_scene(shades, (720, 404))
    assert row.shape == (404, 720, 3)
    middles = [round(720 * (n + 0.5) / count) for n in range(count)]
    assert [int(row[200, x, 0]) for x in middles] == [50 * (n + 1) for n in range(count)]
