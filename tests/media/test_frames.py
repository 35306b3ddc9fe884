"""A frame of a clip is the very one that is decoded, at the very time at which it is shown."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from kling_desktop.domain.errors import BadMedia
from kling_desktop.domain.lineage import AT, FIRST, LAST, MadeFrom, Moment
from kling_desktop.media.encode import FPS, write_mp4
from kling_desktop.media.frames import take_frame, take_still
from kling_desktop.media.pictures import lineage_in, prepare
from tests.helpers.clips import write_clip, write_sound

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FRAMES, SIZE = 75, (320, 304)


def grey(level: int) -> NDArray[np.uint8]:
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each frame is a little brighter; B-frames, so that they are stored in another order."""
    path = tmp_path_factory.mktemp("clips") / "brighter.mp4"
    write_mp4(path, (grey(20 + 3 * number) for number in range(FRAMES)), size=SIZE)
    return path


def number_in(data: bytes) -> int:
    """Which frame it is, by its brightness."""
    with Image.open(io.BytesIO(data)) as image:
        return round((np.asarray(image).mean() - 20) / 3)


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (Moment(FIRST), 0),
        (Moment(LAST), FRAMES - 1),
        (Moment(AT, 0.0), 0),
        (Moment(AT, 1 / FPS), 1),
        (Moment(AT, 1.5 / FPS), 1),
        (Moment(AT, 61 / FPS), 61),
        (Moment(AT, 62 / FPS - 0.0005), 62),  # as players round it
        (Moment(AT, 99.0), FRAMES - 1),
    ],
)
def test_a_frame_is_the_one_that_is_shown_then(clip: Path, moment: Moment, number: int) -> None:
    frame = take_frame(clip, moment, "job1")
    assert number_in(frame.data) == number
    assert frame.made_from.seconds == pytest.approx(number / FPS, abs=1e-5)


def test_a_frame_is_what_the_decoder_gives_to_the_bit(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "noise.mp4", frames=12)
    with av.open(str(path)) as container:
        last = list(container.decode(video=0))[-1]
    frame = take_frame(path, Moment(LAST), "job1")
    with Image.open(io.BytesIO(frame.data)) as image:
        found = np.asarray(image)
    assert np.array_equal(found, last.reformat(format="rgb24", src_colorspace=5).to_ndarray())


def test_a_frame_knows_its_job_here_and_tells_nobody_else(clip: Path, tmp_path: Path) -> None:
    frame = take_frame(clip, Moment(LAST), "abc123")
    path = tmp_path / frame.name
    path.write_bytes(frame.data)
    there = {"image_url": {"job": "abc123", "frame": "last", "seconds": frame.made_from.seconds}}
    assert lineage_in({"image_url": str(path), "prompt": "a.png"}) == there
    assert b"abc123" not in prepare(path).data


def test_nonsense_in_a_file_is_no_lineage() -> None:
    for text in ("", "[]", "{}", '{"job": "../a", "frame": "last", "seconds": 1}', "[" * 9999):
        assert MadeFrom.of_note(text) is None


def test_a_file_without_pictures_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="no video"):
        take_frame(write_sound(tmp_path / "a.mp4"), Moment(LAST), "job1")
    (tmp_path / "b.mp4").write_bytes(b"no video at all")
    with pytest.raises(BadMedia, match="cannot be decoded"):
        take_frame(tmp_path / "b.mp4", Moment(LAST), "job1")


def test_a_still_of_any_video_is_the_same_frame_and_names_no_job(clip: Path) -> None:
    still = take_still(clip, Moment(AT, 61 / FPS))
    assert number_in(still.data) == 61
    assert (still.name, still.made_from) == ("brighter-2.03s.png", None)


def test_a_small_still_keeps_the_shape(clip: Path) -> None:
    with Image.open(io.BytesIO(take_still(clip, Moment(FIRST), within=160).data)) as image:
        assert image.size == (160, 152)


def test_a_still_of_a_telephone_stands_upright(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "upright.mp4", size=(64, 48))
    turned(path)
    with Image.open(io.BytesIO(take_still(path, Moment(FIRST)).data)) as image:
        assert image.size == (48, 64)


def test_a_playlist_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n")
    with pytest.raises(BadMedia, match="cannot be decoded"):
        take_still(tmp_path / "a.mp4", Moment(FIRST))


def turned(path: Path) -> None:
    """Write into the track's header that it is to be shown a quarter to the right."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    matrix = (0, 0x10000, 0, -0x10000, 0, 0, 48 << 16, 0, 0x40000000)
    data[at : at + 36] = struct.pack(">9i", *matrix)
    path.write_bytes(data)
