"""Operations on the masks of an 8K picture go with what they change, not with the picture."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kling_desktop.domain.motion import edits, likeness, morphology, parts, raster, smart
from kling_desktop.domain.motion import operations as op
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.smart import Hints, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

SIZE = Size(7680, 4320)
ONE = DYNAMIC[0]
MIDDLE, AROUND = Point(3500, 2000), Point(1500, 1000)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So that time spent is work done."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def spent(work: Callable[[], object], runs: int = 3) -> float:
    """Milliseconds of processor time."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return median(times)


def test_an_8k_picture_stays_usable() -> None:
    mask = raster.ellipse(SIZE, MIDDLE - AROUND, MIDDLE + AROUND)
    whole = mask.read(SIZE.rect)
    document = edits.paint(MotionDocument.blank(PictureRef(SIZE)), ONE, mask)
    colours = np.random.default_rng(0).integers(0, 255, (27, 48, 4), np.uint8)
    picture = cv2.resize(colours, tuple(SIZE), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    box = mask.bounds.grown(150)
    scribble = Stroke((MIDDLE - Point(500, 0), MIDDLE + Point(500, 0)), 48)
    turns = np.linspace(0, 2 * np.pi, 3000)
    lasso = [MIDDLE + Point(1500 * np.cos(each), 1000 * np.sin(each)) for each in turns.tolist()]
    table: dict[str, Callable[[], object]] = {
        "lasso": lambda: raster.polygon(SIZE, lasso),
        "ellipse": lambda: raster.ellipse(SIZE, MIDDLE - AROUND, MIDDLE + AROUND),
        "grow 8": lambda: op.grow(document, ONE, 8),
        "grow 64": lambda: op.grow(document, ONE, 64),
        "shrink 8": lambda: op.shrink(document, ONE, 8),
        "smooth 16": lambda: op.smooth(document, ONE, 16),
        "fill holes": lambda: op.fill_holes(document, ONE),
        "remove specks": lambda: op.remove_specks(document, ONE),
        "invert": lambda: op.invert(document, ONE),
        "fill everything": lambda: op.fill(document, ONE),
        "mask from a 4K image": lambda: op.from_image(document, ONE, whole[::2, ::2]),
        "tighten": lambda: op.tighten(document, ONE, picture),
        "wand, contiguous": lambda: likeness.like_around(picture, 3000, 2000, 24),
        "wand, whole picture": lambda: likeness.like(picture, 3000, 2000, 24),
        "smart, box": lambda: smart.find(picture, Hints(box=box)),
        "smart, scribble": lambda: smart.find(picture, Hints(inside=(scribble,))),
        "smart, click": lambda: smart.find(picture, Hints(inside=(Stroke((MIDDLE,), 48),))),
    }
    figures = {name: spent(work) for name, work in table.items()}
    naive = spent(lambda: cv2.distanceTransform(~whole, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), 1)
    print(f"\n{'8K, one thread':24}{'ms':>8}")
    for name, figure in figures.items():
        print(f"{name:24}{figure:8.0f}")
    print(f"{'distances, whole picture':24}{naive:8.0f}")
    assert figures["grow 8"] * 3 < naive
    assert figures["wand, contiguous"] * 5 < figures["wand, whole picture"]


def test_a_small_mask_costs_the_same_in_a_picture_of_any_size() -> None:
    """The one picture has sixteen times the pixels of the other, the masks are the same."""
    rect = Rect(500, 400, 900, 700)
    corners = Point(rect.left, rect.top), Point(rect.right, rect.bottom)
    large, small = (raster.ellipse(size, *corners) for size in (SIZE, Size(1920, 1080)))
    for change in (
        lambda mask: morphology.grown(mask, 8),
        lambda mask: morphology.smoothed(mask, 8),
        parts.with_holes_filled,
    ):
        one, other = spent(lambda: change(large), 9), spent(lambda: change(small), 9)  # noqa: B023
        print(f"8K {one:.2f} ms, 1080p {other:.2f} ms")
        assert one < 4 * other + 1
