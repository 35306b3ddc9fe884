"""Every picture that people have is seen upright, in sRGB, and with its alpha beside it."""

from __future__ import annotations

import hashlib
import io
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.motion.fitting import proposal
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.media import heic
from kling_desktop.media.decode import PictureFiles
from tests.media.test_pictures import silent_pillow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kling_desktop.domain.motion.picture import DecodedPicture

ORIENTATION = 0x0112
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
WITH_EXIF = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)


def quarters(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Red and green above, blue and yellow below."""
    made = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for index, colour in enumerate((RED, GREEN, BLUE, YELLOW)):
        made.paste(colour, (index % 2 * width, index // 2 * height, size[0], size[1]))
    made.paste(BLUE, (0, height, width, size[1]))
    return made


def file(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes, name: str = "a.png") -> DecodedPicture:
    return PictureFiles().decode(name, data)


def corners(picture: DecodedPicture) -> list[tuple[int, ...]]:
    """Colours of the four quarters, each brought to full or nothing."""
    height, width = picture.rows.shape[:2]
    places = [(height // 4, width // 4), (height // 4, width * 3 // 4),
              (height * 3 // 4, width // 4), (height * 3 // 4, width * 3 // 4)]  # fmt: skip
    found = [picture.rows[place][2::-1] for place in places]
    return [tuple(255 if each > 127 else 0 for each in colour) for colour in found]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read(kind: str) -> None:
    picture = decoded(file(quarters(), kind), "wrong.name")
    assert (picture.size, picture.kind, picture.frames) == ((96, 64), kind, 1)
    assert picture.rows.dtype == np.uint8
    assert (picture.rows[..., 3] == 255).all()
    assert picture.alpha is None
    assert corners(picture) == [RED, GREEN, BLUE, YELLOW]
    assert picture.digest == hashlib.sha256(picture.data).hexdigest()
    assert picture.ref.size == picture.size


@pytest.mark.parametrize("kind", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_followed_in_every_format_that_has_one(
    kind: str, orientation: int
) -> None:
    turns = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    turn = turns[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    picture = decoded(file(stored, kind, exif=exif))
    assert picture.size == (96, 64)
    assert corners(picture) == [RED, GREEN, BLUE, YELLOW]
    assert picture.turned is (orientation != 1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_alpha_is_kept_beside_and_what_is_transparent_lies_on_white(kind: str) -> None:
    see_through = quarters().convert("RGBA")
    see_through.paste((0, 0, 0, 0), (0, 0, 48, 32))
    picture = decoded(file(see_through, kind))
    assert picture.alpha is not None
    assert picture.alpha.shape == (64, 96)
    assert (picture.alpha[8, 8], picture.alpha[50, 50]) == (0, 255)
    assert picture.rows[8, 8].min() >= 250
    assert any("white" in each for each in picture.notes)


def test_alpha_that_hides_nothing_is_none() -> None:
    assert decoded(file(quarters().convert("RGBA"))).alpha is None


def test_alpha_is_turned_with_the_picture() -> None:
    see_through = quarters().convert("RGBA").transpose(Image.Transpose.ROTATE_90)
    see_through.putpixel((0, 0), (0, 0, 0, 0))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    picture = decoded(file(see_through, "PNG", exif=exif))
    assert picture.alpha is not None
    assert picture.alpha.shape == (64, 96)
    assert picture.alpha[0, 95] == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_used_and_that_is_said(kind: str) -> None:
    frames = [quarters(), Image.new("RGB", (96, 64), "white")]
    data = file(frames[0], kind, save_all=True, append_images=frames[1:])
    picture = decoded(data)
    assert picture.frames == 2
    assert corners(picture)[0] == RED
    assert picture.notes == ("Only the first of its 2 frames is used.",)


def test_other_colours_become_srgb_and_that_is_said() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert not decoded(file(quarters(), icc_profile=ImageCms.ImageCmsProfile(
        ImageCms.createProfile("sRGB")).tobytes())).profiled  # fmt: skip
    assert decoded(file(quarters(), icc_profile=lab)).profiled


@pytest.mark.parametrize("size", [(1, 1), (20, 2000), (2000, 20)])
def test_pictures_that_kling_would_refuse_are_shown_all_the_same(size: tuple[int, int]) -> None:
    picture = decoded(file(Image.new("RGB", size, "teal")))
    assert picture.size == size
    assert proposal(picture.size) is not None


def test_a_fit_gives_the_file_that_it_promises() -> None:
    data = file(quarters((900, 100)))
    fit = proposal(Size(900, 100), len(data))
    assert fit is not None
    fitted, suffix = PictureFiles().fitted("a.png", data, fit)
    picture = decoded(fitted)
    assert (picture.size, suffix, picture.kind) == (fit.size, ".png", "PNG")
    assert proposal(picture.size, len(fitted)) is None
    assert corners(picture) == [RED, GREEN, BLUE, YELLOW]


def test_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    bomb = file(Image.new("1", (60_000, 2_000)))
    assert len(bomb) < 100_000
    with silent_pillow(), pytest.raises(BadPicture, match="80 million pixels"):
        decoded(bomb)


@pytest.fixture
def without_heic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    heic.formats.cache_clear()
    yield
    heic.formats.cache_clear()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_heic_of_an_iphone_comes_upright(orientation: int) -> None:
    """Made by the plug-in itself: the phone stores it lying and tells how it was held."""
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.new("RGB", (96, 64), "red")
    upright.paste("blue", (48, 32, 96, 64))
    back = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90,
            8: Image.Transpose.ROTATE_270}[orientation]  # fmt: skip
    lying = upright if back is None else upright.transpose(back)
    made = pillow_heif.from_pillow(lying)
    buffer = io.BytesIO()
    made.save(buffer, quality=95, exif=exif.tobytes())
    picture = decoded(buffer.getvalue(), "photo.heic")
    assert (picture.size, picture.kind, picture.suffix) == ((96, 64), "HEIF", ".heic")
    blue, red = picture.rows[48, 72, :3].astype(int), picture.rows[16, 24, :3].astype(int)
    assert blue[0] - blue[2] > 150
    assert red[2] - red[0] > 150


def test_heic_that_is_cut_short_is_refused() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (96, 64), "red")).save(buffer)
    data = buffer.getvalue()
    for end in (20, len(data) // 2, len(data) - 8):
        with pytest.raises(BadPicture):
            decoded(data[:end], "photo.heic")


@pytest.mark.usefixtures("without_heic")
def test_heic_without_its_plug_in_is_a_clear_sentence() -> None:
    assert heic.formats() == ()
    with pytest.raises(BadPicture, match=r"is an HEIC picture; .* pillow-heif"):
        decoded(b"\0\0\0\x18ftypheic\0\0\0\0", "photo.heic")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_that_ends_anywhere_is_refused_or_shown_never_more(kind: str) -> None:
    data = file(quarters(), kind)
    for stop in range(0, len(data), max(1, len(data) // 40)):
        with suppress(BadPicture), silent_pillow():
            decoded(data[:stop])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, on what makes no sense
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_bytes_that_change_do_no_more_than_that(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(FORMATS))
    whole = bytearray(file(quarters((32, 24)), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadPicture), silent_pillow():
        decoded(bytes(whole))


def test_a_path_is_read_or_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="does not exist"):
        PictureFiles().read(tmp_path / "a.png")
