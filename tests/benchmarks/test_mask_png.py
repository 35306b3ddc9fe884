"""What it costs to write an 8K mask as PNG, against Qt's own writer in the same run."""

from __future__ import annotations

import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.png import encode_mask
from tests.domain.motion.masks import blobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.mask import Pixels

EIGHT_K = Size(7680, 4320)
FASTER, LARGER = 5.0, 1.25


def _by_qt(pixels: Pixels) -> bytes:
    height, width = pixels.shape
    image = QImage(pixels.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _by_opencv(pixels: Pixels) -> bytes:
    return bytes(cv2.imencode(".png", pixels)[1])


def _measured(write: Callable[[], bytes]) -> tuple[float, int]:
    """CPU milliseconds, the middle of three, and bytes."""
    times, written = [], b""
    for _ in range(3):
        begun = time.process_time()
        written = write()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times), len(written)


def _masks() -> dict[str, Mask]:
    strokes = blobs(EIGHT_K, seed=7, count=10)
    rng = np.random.default_rng(1)
    spray = np.where(rng.random((4320, 7680)) < 0.02, 255, 0).astype(np.uint8)
    return {"strokes": strokes, "full": Mask.full(EIGHT_K), "spray": Mask.of(spray)}


@pytest.mark.benchmark
def test_an_8k_mask_is_written_much_faster_than_by_qt_and_no_larger() -> None:
    encode_mask(blobs(Size(300, 300)))  # the first one makes the tables
    print(f"\n{'mask':8} {'covered':>7} {'writer':>12} {'CPU ms':>8} {'bytes':>9} {'faster':>7}")
    for name, mask in _masks().items():
        pixels = mask.read(EIGHT_K.rect)
        covered = mask.area / (EIGHT_K.width * EIGHT_K.height)
        qt, qt_bytes = _measured(partial(_by_qt, pixels))
        rows = {
            "QImage.save": (qt, qt_bytes),
            "cv2": _measured(partial(_by_opencv, pixels)),
            "ours": _measured(partial(encode_mask, mask)),
        }
        for writer, (took, size) in rows.items():
            print(f"{name:8} {covered:7.1%} {writer:>12} {took:8.1f} {size:9d} {qt / took:7.1f}")
        took, size = rows["ours"]
        if name != "spray":  # no painter's mask: it is here to be seen
            assert qt / took >= FASTER
            assert size <= qt_bytes * LARGER
