"""Any picture becomes one that the model accepts, or is refused with numbers."""

from __future__ import annotations

import io
import logging
import os
import random
import struct
import zlib
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.limits import MAX_BYTES
from kling_desktop.media.pictures import Prepared, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIENTATION = 0x0112
SIZE = (400, 300)
LIMITS = "times as wide as high; this must be between 0.4 and 2.5"


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    return made.convert(mode)


def noise(size: tuple[int, int]) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def opened(prepared: Prepared) -> Image.Image:
    image = Image.open(io.BytesIO(prepared.data))
    image.load()
    return image


def colour(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    value = image.getpixel(at)
    assert isinstance(value, tuple)
    return value


def near(found: tuple[int, ...], wanted: tuple[int, int, int], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def reason(path: Path) -> str:
    with pytest.raises(BadPicture) as caught:
        prepare(path)
    assert caught.value.name == path.name
    return caught.value.detail


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_plain_picture_is_kept_byte_for_byte(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"boat{suffix}", picture())
    assert prepare(path) == Prepared(path.read_bytes(), suffix, 400, 300, ())


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_an_embedded_srgb_profile_changes_nothing(tmp_path: Path, suffix: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path / f"boat{suffix}", picture(), icc_profile=profile)
    assert prepare(path).changed == ()


def test_the_content_decides_the_suffix_and_not_the_name(tmp_path: Path) -> None:
    path = saved(tmp_path / "boat.jpg", picture(), format="PNG")
    assert prepare(path).suffix == ".png"


def test_the_first_of_a_cameras_several_pictures_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "camera.jpg"
    picture().save(path, "MPO", save_all=True, append_images=[picture(size=(40, 30))])
    prepared = prepare(path)
    assert (prepared.suffix, prepared.changed) == (".jpg", ("metadata",))
    assert opened(prepared).size == SIZE


@pytest.mark.parametrize("suffix", [".webp", ".avif", ".gif", ".bmp", ".tiff"])
def test_other_formats_become_png_with_the_same_colours(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"boat{suffix}", picture())
    prepared = prepare(path)
    image = opened(prepared)
    assert (prepared.suffix, image.format, image.mode, image.size) == (".png", "PNG", "RGB", SIZE)
    assert "format" in prepared.changed
    assert near(colour(image, (50, 150)), (255, 0, 0))
    assert near(colour(image, (350, 150)), (0, 0, 255))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".avif", ".tiff"])
def test_a_picture_that_lies_on_its_side_is_turned_upright(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"boat{suffix}", picture(), exif=turned(6))
    prepared = prepare(path)
    image = opened(prepared)
    assert (prepared.width, prepared.height) == image.size == (300, 400)
    assert near(colour(image, (150, 50)), (255, 0, 0))
    assert near(colour(image, (150, 350)), (0, 0, 255))
    assert image.getexif().get(ORIENTATION, 1) == 1


@pytest.mark.parametrize("orientation", [0, 1, 9])
def test_an_orientation_that_means_nothing_changes_nothing(
    tmp_path: Path, orientation: int
) -> None:
    path = saved(tmp_path / "boat.jpg", picture(), exif=turned(orientation))
    assert prepare(path).changed == ("metadata",)


def test_what_is_written_anew_carries_no_metadata(tmp_path: Path) -> None:
    exif = turned(3)
    exif[0x010F] = "Somebody's camera"
    image = opened(prepare(saved(tmp_path / "boat.jpg", picture(), exif=exif)))
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    image = picture("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 128))
    prepared = prepare(saved(tmp_path / "boat.png", image))
    assert prepared.changed == ("transparency",)
    assert colour(opened(prepared), (0, 0)) == (255, 255, 255)
    assert near(colour(opened(prepared), (1, 0)), (127, 127, 127), by=1)


def test_one_colour_declared_transparent_becomes_white(tmp_path: Path) -> None:
    path = saved(tmp_path / "boat.png", picture(), transparency=(255, 0, 0))
    prepared = prepare(path)
    assert "transparency" in prepared.changed
    assert colour(opened(prepared), (0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "suffix"), [("P", ".png"), ("CMYK", ".jpg"), ("CMYK", ".tiff")])
def test_other_colours_become_rgb(tmp_path: Path, mode: str, suffix: str) -> None:
    prepared = prepare(saved(tmp_path / f"boat{suffix}", picture(mode)))
    assert "colours" in prepared.changed
    image = opened(prepared)
    assert image.mode == "RGB"
    assert near(colour(image, (50, 150)), (255, 0, 0))


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_grey_becomes_rgb(tmp_path: Path, suffix: str) -> None:
    image = opened(prepare(saved(tmp_path / f"boat{suffix}", Image.new("L", SIZE, 100))))
    assert near(colour(image, (0, 0)), (100, 100, 100), by=1)


def test_grey_of_sixteen_bits_keeps_its_brightness(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, SIZE[0], dtype=np.uint16), (SIZE[1], 1))
    image = opened(prepare(saved(tmp_path / "deep.png", Image.fromarray(ramp))))
    assert [colour(image, (x, 0))[0] for x in (0, 200, 399)] == [0, 128, 255]


def test_colours_of_sixteen_bits_become_eight(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    row = b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 300
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 300, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 300))
        + chunk(b"IEND", b"")
    )
    prepared = prepare(path)
    assert prepared.changed == ("colours",)
    assert prepared.data[24] == 8
    assert near(colour(opened(prepared), (0, 0)), (255, 128, 0), by=1)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_measured_values_are_not_taken_for_colours(tmp_path: Path) -> None:
    assert "measured" in reason(saved(tmp_path / "depth.tiff", picture("L").convert("F")))


@cache
def swapped_profile() -> bytes:
    """A real RGB profile whose red and blue have changed places, so that it shows when used."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = plain.replace(b"rXYZ", b"tmp!", 1).replace(b"bXYZ", b"rXYZ", 1)
    return swapped.replace(b"tmp!", b"bXYZ", 1).replace(
        "sRGB".encode("utf-16-be"), "rBGs".encode("utf-16-be")
    )


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_colours_of_another_profile_become_srgb(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"boat{suffix}", picture(), icc_profile=swapped_profile())
    prepared = prepare(path)
    assert "profile" in prepared.changed
    assert near(colour(opened(prepared), (50, 150)), (0, 0, 255))
    assert "icc_profile" not in opened(prepared).info


def test_a_profile_that_cannot_be_read_is_ignored(tmp_path: Path) -> None:
    path = saved(tmp_path / "boat.jpg", picture(), icc_profile=b"nonsense" * 40)
    assert prepare(path).changed == ()


def test_a_profile_for_other_colours_than_the_picture_has_is_ignored(tmp_path: Path) -> None:
    path = saved(tmp_path / "boat.jpg", picture("CMYK"), icc_profile=swapped_profile())
    assert near(colour(opened(prepare(path)), (50, 150)), (255, 0, 0))


def test_the_first_frame_of_a_moving_picture_is_taken(tmp_path: Path) -> None:
    for name in ("moving.gif", "moving.png", "moving.webp"):
        path = tmp_path / name
        picture().save(path, save_all=True, append_images=[Image.new("RGB", SIZE, "lime")])
        prepared = prepare(path)
        assert "format" in prepared.changed
        assert getattr(opened(prepared), "n_frames", 1) == 1
        assert near(colour(opened(prepared), (50, 150)), (255, 0, 0))


def test_what_is_too_large_as_png_becomes_a_good_jpeg(tmp_path: Path) -> None:
    path = saved(tmp_path / "noise.png", noise((2100, 1700)))
    assert path.stat().st_size > MAX_BYTES
    prepared = prepare(path)
    assert (prepared.suffix, prepared.changed) == (".jpg", ("compression",))
    assert len(prepared.data) <= MAX_BYTES


def test_what_is_too_large_even_as_jpeg_is_refused_with_its_size(tmp_path: Path) -> None:
    path = saved(tmp_path / "noise.bmp", noise((4000, 3500)))
    found = reason(path)
    assert "4000 x 3500 pixels" in found
    assert "at most 10.0 MB" in found


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((200, 640), "is 200 x 640 pixels; each side must be at least 300"),
        ((640, 299), "is 640 x 299 pixels; each side must be at least 300"),
        ((1000, 300), f"is 1000 x 300 pixels, which is 3.33 {LIMITS}"),
        ((300, 751), f"is 300 x 751 pixels, which is 0.399 {LIMITS}"),
    ],
)
def test_a_picture_of_a_bad_shape_is_refused_with_numbers(
    tmp_path: Path, size: tuple[int, int], expected: str
) -> None:
    assert reason(saved(tmp_path / "bad.png", picture(size=size))) == expected


@pytest.mark.parametrize("size", [(300, 300), (750, 300), (300, 750)])
def test_a_picture_at_a_limit_is_accepted(tmp_path: Path, size: tuple[int, int]) -> None:
    assert prepare(saved(tmp_path / "good.png", picture(size=size))).changed == ()


def test_a_decompression_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    for side in (9_000, 11_000, 50_000):
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        )
        assert reason(path) == "has more than 80 million pixels"


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    assert reason(tmp_path / "none.png") == "does not exist"


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert reason(tmp_path) == "is a folder, not a picture"


def test_an_empty_file_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    assert reason(tmp_path / "empty.png") == "is empty"


def test_a_text_is_not_a_picture(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_bytes(b"hello")
    assert reason(tmp_path / "text.png").startswith("is not a picture that can be read; it must be")


def test_a_picture_of_an_iphone_is_named_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "photo.heic").write_bytes(b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(100))
    assert reason(tmp_path / "photo.heic").startswith("is an HEIC picture")


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path / "a\0b.png").startswith("cannot be read")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert reason(tmp_path / "pipe.png") == "is not a file"


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    assert reason(path) == "has 300.0 MB; at most 200.0 MB can be read"


@pytest.mark.usefixtures("modes_count")
def test_a_picture_that_may_not_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    path = saved(tmp_path / "boat.png", picture())
    path.chmod(0)
    assert reason(path) == "cannot be read: Permission denied"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".bmp", ".tiff", ".avif"])
def test_half_a_picture_is_refused(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"boat{suffix}", noise(SIZE))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert reason(path)


@cache
def sample(kind: str) -> bytes:
    out = io.BytesIO()
    picture().save(out, kind)
    return out.getvalue()


@contextmanager
def silent_pillow() -> Iterator[None]:
    """Pillow logs an error for some of the bytes that it then refuses."""
    logging.getLogger("PIL").setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logging.getLogger("PIL").setLevel(logging.NOTSET)


@pytest.mark.filterwarnings("ignore")  # Pillow warns of odd tags, and we would only see those
@settings(deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]),
    seed=st.integers(0, 2**32),
    changes=st.integers(1, 12),
)
def test_whatever_the_bytes_a_picture_is_prepared_or_refused(
    kind: str, seed: int, changes: int
) -> None:
    data, dice = bytearray(sample(kind)), random.Random(seed)
    for _ in range(changes):
        data[dice.randrange(min(len(data), 600))] = dice.randrange(256)
    with TemporaryDirectory() as folder:
        path = Path(folder, "odd")
        path.write_bytes(data)
        with suppress(BadPicture), silent_pillow():
            prepared = prepare(path)
            assert opened(prepared).size == (prepared.width, prepared.height)
