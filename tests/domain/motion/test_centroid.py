"""A path begins in the middle of its region, and never beside it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion.centroid import centroid
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from tests.domain.motion.shapes import box


def test_a_box_has_its_middle() -> None:
    assert centroid(box(100, 200, 200, 300)) == Point(150, 250)
    assert centroid(box(250, 250, 263, 259)) == Point(256.5, 254.5)


def test_nothing_has_none() -> None:
    assert centroid(Mask.empty(Size(600, 500))) is None


def test_a_ring_begins_on_itself() -> None:
    ring = box(100, 100, 500, 400).without(box(110, 110, 490, 390))
    start = centroid(ring)
    assert start is not None
    assert ring.holds(start)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 599), st.integers(0, 299)), min_size=1, max_size=9))
def test_it_is_the_mean_of_the_pixels_or_the_pixel_nearest_to_that(
    pixels: list[tuple[int, int]],
) -> None:
    rows = np.zeros((300, 600), np.uint8)
    for x, y in pixels:
        rows[y, x] = 255
    mask = Mask.of(rows)
    found = centroid(mask)
    ys, xs = np.nonzero(rows)
    mean = Point(float(xs.mean()) + 0.5, float(ys.mean()) + 0.5)
    assert found is not None
    assert mask.holds(found)
    nearest = np.hypot(xs + 0.5 - mean.x, ys + 0.5 - mean.y).min()
    assert found.distance(mean) <= nearest + 1e-6
