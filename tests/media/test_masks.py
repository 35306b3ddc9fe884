"""Masks that people bring become masks that Kling takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.png import encode_mask
from kling_desktop.domain.motion.unpng import decode_mask
from kling_desktop.media.masks import prepare_mask
from kling_desktop.media.pictures import size_of
from tests.domain.motion.masks import blobs

if TYPE_CHECKING:
    from pathlib import Path

SIZE = Size(400, 300)


def test_a_mask_of_ours_stays_byte_for_byte(tmp_path: Path) -> None:
    data = encode_mask(blobs(SIZE, seed=4))
    (tmp_path / "a.png").write_bytes(data)
    prepared = prepare_mask(tmp_path / "a.png")
    assert (prepared.data, prepared.suffix) == (data, ".png")
    assert (prepared.width, prepared.height) == SIZE


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "1", "P", "LA"])
@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_a_mask_in_other_colours_or_formats_becomes_grey_of_8_bits(
    tmp_path: Path, mode: str, suffix: str
) -> None:
    mask, path = blobs(SIZE, seed=5), tmp_path / f"a{suffix}"
    picture = Image.fromarray(mask.read(SIZE.rect)).convert(mode)
    if suffix == ".webp":
        picture = picture.convert("RGB")
    picture.save(path, lossless=True)
    assert decode_mask(prepare_mask(path).data, SIZE).tiles == mask.tiles


def test_what_is_half_white_is_in(tmp_path: Path) -> None:
    grey = np.full((300, 400), 127, np.uint8)
    grey[:, 200:] = 128
    Image.fromarray(grey).save(tmp_path / "a.jpg", quality=100)
    assert decode_mask(prepare_mask(tmp_path / "a.jpg").data, SIZE).area == 200 * 300


def test_what_is_no_picture_is_no_mask(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n nonsense")
    with pytest.raises(BadPicture):
        prepare_mask(tmp_path / "a.png")


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 32)), (3, (64, 32)), (6, (32, 64))])
@pytest.mark.parametrize("suffix", ["jpg", "webp", "png", "tif"])
def test_the_size_of_a_picture_is_that_of_the_upright_one(
    tmp_path: Path, orientation: int, size: tuple[int, int], suffix: str
) -> None:
    picture = Image.new("RGB", (64, 32))
    exif = picture.getexif()
    exif[0x0112] = orientation
    picture.save(tmp_path / f"a.{suffix}", exif=exif)
    assert size_of(tmp_path / f"a.{suffix}") == size
