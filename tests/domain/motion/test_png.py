"""A mask as PNG is what every reader takes it for, and only a mask is taken for one."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QImage

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.png import SIGNATURE, encode_mask
from kling_desktop.domain.motion.unpng import BadMask, decode_mask
from tests.domain.motion.masks import blobs

if TYPE_CHECKING:
    from kling_desktop.domain.motion.mask import Pixels

SIZES = st.builds(Size, st.integers(1, 600), st.integers(1, 600))
MASKS = st.builds(
    blobs, SIZES, seed=st.integers(0, 1000), count=st.integers(0, 5), noise=st.booleans()
)


def _by_pillow(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert (picture.mode, picture.format) == ("L", "PNG")
        return np.array(picture)


def _by_opencv(data: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED))


def _by_qt(data: bytes) -> Pixels:
    picture = QImage.fromData(data)
    assert picture.format() == QImage.Format.Format_Grayscale8
    rows = np.frombuffer(picture.constBits(), np.uint8)
    return rows.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width()].copy()


@settings(max_examples=80, deadline=None)
@given(MASKS)
def test_every_reader_sees_the_very_pixels(mask: Mask) -> None:
    data, pixels = encode_mask(mask), mask.read(mask.size.rect)
    for reader in (_by_pillow, _by_opencv, _by_qt):
        assert np.array_equal(reader(data), pixels)
    assert decode_mask(data, mask.size).tiles == mask.tiles


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 700), Size(700, 1), Size(256, 256)])
@pytest.mark.parametrize("full", [True, False])
def test_the_least_and_the_most_are_masks_too(size: Size, *, full: bool) -> None:
    mask = Mask.full(size) if full else Mask.empty(size)
    assert np.array_equal(_by_pillow(encode_mask(mask)), mask.read(size.rect))
    assert decode_mask(encode_mask(mask), size) == mask


def test_runs_of_zeros_of_every_length_come_back() -> None:
    rows = np.zeros((600, 1100), np.uint8)
    for row in range(600):
        rows[row, row : row + 1] = 255
        rows[row, min(2 * row + 1, 1099)] = 255
    mask = Mask.of(rows)
    assert np.array_equal(_by_pillow(encode_mask(mask)), mask.read(mask.size.rect))


def test_there_is_nothing_in_it_but_the_pixels() -> None:
    data = encode_mask(blobs(Size(300, 300), seed=1))
    kinds = [kind for kind, _ in _chunks_of(data)]
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">II5B", _chunks_of(data)[0][1]) == (300, 300, 8, 0, 0, 0, 0)


@settings(max_examples=60, deadline=None)
@given(MASKS, st.sampled_from(["pillow", "opencv", "qt"]))
def test_what_other_programs_write_is_read(mask: Mask, writer: str) -> None:
    pixels = mask.read(mask.size.rect)
    assert decode_mask(_written(pixels, writer), mask.size).tiles == mask.tiles


def _written(pixels: Pixels, writer: str) -> bytes:
    if writer == "opencv":
        return bytes(cv2.imencode(".png", pixels)[1])
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=9 if writer == "qt" else 1)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_of_png_is_understood(kind: int) -> None:
    mask = blobs(Size(90, 70), seed=kind, count=3, noise=True)
    pixels = mask.read(mask.size.rect)
    assert decode_mask(_with_filter(pixels, kind), mask.size).tiles == mask.tiles


def _with_filter(pixels: Pixels, kind: int) -> bytes:
    """The rows by the letter of the specification."""
    rows = pixels.astype(int)
    left = np.pad(rows, ((0, 0), (1, 0)))[:, :-1]
    up = np.pad(rows, ((1, 0), (0, 0)))[:-1]
    corner = np.pad(rows, ((1, 0), (1, 0)))[:-1, :-1]
    guess = left + up - corner
    near = [abs(guess - each) for each in (left, up, corner)]
    best = np.where(
        (near[0] <= near[1]) & (near[0] <= near[2]),
        left,
        np.where(near[1] <= near[2], up, corner),
    )
    taken = (0, left, up, (left + up) // 2, best)[kind]
    told = ((rows - taken) % 256).astype(np.uint8)
    raw = b"".join(bytes([kind]) + row.tobytes() for row in told)
    return _file(pixels.shape[1], pixels.shape[0], zlib.compress(raw))


def test_half_white_is_in_and_less_is_out() -> None:
    pixels = np.array([[0, 127, 128, 255]], np.uint8)
    read = decode_mask(_with_filter(pixels, 0), Size(4, 1)).read(Rect(0, 0, 4, 1))
    assert read.tolist() == [[0, 0, 255, 255]]


def test_a_mask_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(BadMask, match="is 20 x 10 pixels, but the picture is 10 x 20"):
        decode_mask(encode_mask(Mask.empty(Size(20, 10))), Size(10, 20))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "1", "I;16"])
def test_a_picture_of_another_kind_is_refused(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (8, 8)).save(buffer, "PNG")
    with pytest.raises(BadMask, match="must be 8-bit grey"):
        decode_mask(buffer.getvalue(), Size(8, 8))


def test_a_bomb_is_not_unpacked_beyond_the_picture() -> None:
    bomb = _file(8, 8, zlib.compress(bytes(50_000_000)))
    with pytest.raises(BadMask, match="more rows"):
        decode_mask(bomb, Size(8, 8))


def test_rows_that_are_missing_are_noticed() -> None:
    with pytest.raises(BadMask, match="cut short"):
        decode_mask(_file(8, 8, zlib.compress(bytes(9 * 7))), Size(8, 8))
    with pytest.raises(BadMask, match="cut short"):
        decode_mask(_file(8, 8, zlib.compress(bytes(9 * 8))[:-3]), Size(8, 8))


def test_a_file_that_ends_anywhere_is_cut_short() -> None:
    data = encode_mask(blobs(Size(40, 40), seed=2))
    for stop in range(len(data)):
        with pytest.raises(BadMask):
            decode_mask(data[:stop], Size(40, 40))


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_byte_that_changes_is_noticed(data: st.DataObject) -> None:
    whole = bytearray(encode_mask(blobs(Size(60, 50), seed=3)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadMask):
        decode_mask(bytes(whole), Size(60, 50))


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=300))
def test_nonsense_is_a_bad_mask_and_nothing_else(nonsense: bytes) -> None:
    for data in (nonsense, SIGNATURE + nonsense, _file(9, 9, nonsense)):
        with pytest.raises(BadMask):
            decode_mask(data, Size(9, 9))


def _file(width: int, height: int, stream: bytes) -> bytes:
    header = struct.pack(">II5B", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", stream), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(*each) for each in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def _chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found
