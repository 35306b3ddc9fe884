"""A pixel is in when its middle is: against a slow reference in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL, LARGE = Size(23, 17), Size(700, 530)
FINE = 1024
"""Of a pixel; all corners are multiples."""

_eighths = st.integers(-100, 260).map(lambda n: n / 8)
_middles = st.integers(-6, 30).map(lambda n: n + 0.5)
_fine = st.integers(-40 * 1024, 60 * 1024).map(lambda n: n / 1024)
_places = st.one_of(_eighths, _middles, _fine)
_points = st.tuples(_places, _places).map(lambda each: Point(*each))
_corners = st.lists(_points, max_size=9)
_large = st.lists(
    st.tuples(st.integers(-200_000, 900_000), st.integers(-200_000, 700_000)).map(
        lambda each: Point(each[0] / 1024, each[1] / 1024)
    ),
    min_size=3,
    max_size=6,
)
_hostile = st.lists(
    st.tuples(
        *[st.one_of(_eighths, st.sampled_from([nan, inf, -inf, 1e300, -1e18, 5e-324]))] * 2
    ).map(lambda each: Point(*each)),
    max_size=8,
)


def winding(points: Sequence[Point], x: float, y: float) -> int:
    """How often a closed line goes around a place; in whole numbers, so that it is exact."""
    column, row = int(x * FINE), int(y * FINE)
    corners = [(int(each.x * FINE), int(each.y * FINE)) for each in points]
    turns = 0
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        if (y0 <= row) == (y1 <= row):
            continue
        turn = 1 if y1 > y0 else -1
        if ((column - x0) * (y1 - y0) - (row - y0) * (x1 - x0)) * turn >= 0:
            turns += turn
    return turns


def slow(size: Size, points: Sequence[Point]) -> Mask:
    pixels = np.zeros((size.height, size.width), np.uint8)
    for row in range(size.height):
        for column in range(size.width):
            pixels[row, column] = winding(points, column + 0.5, row + 0.5) != 0
    return Mask.of(pixels)


@settings(deadline=None, max_examples=150)
@given(_corners)
def test_a_polygon_has_exactly_the_pixels_whose_middle_it_goes_around(points: list[Point]) -> None:
    assert raster.polygon(SMALL, points) == slow(SMALL, points)


@settings(deadline=None, max_examples=25)
@given(_large, st.lists(st.tuples(st.integers(0, 699), st.integers(0, 529)), max_size=60))
def test_large_polygons_are_as_exact_across_tiles(
    points: list[Point], probes: list[tuple[int, int]]
) -> None:
    mask = raster.polygon(LARGE, points)
    for column, row in probes:
        is_in = winding(points, column + 0.5, row + 0.5) != 0
        assert mask.holds(Point(column, row)) is is_in


@settings(deadline=None)
@given(_hostile)
def test_corners_that_are_no_numbers_or_far_away_never_break_it(points: list[Point]) -> None:
    for size in (SMALL, LARGE):
        mask = raster.polygon(size, points)
        assert mask.bounds.clipped(size.rect) == mask.bounds
        for one, other in pairwise(points):
            for shape in (raster.rectangle, raster.ellipse):
                mask = shape(size, one, other)
                assert mask.bounds.clipped(size.rect) == mask.bounds


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-40, 60), st.floats(-40, 60)), max_size=7))
def test_corners_are_rounded_to_a_1024th_of_a_pixel(places: list[tuple[float, float]]) -> None:
    rounded = [Point(round(x * 1024) / 1024, round(y * 1024) / 1024) for x, y in places]
    found = raster.polygon(SMALL, [Point(*each) for each in places])
    assert found == raster.polygon(SMALL, rounded) == slow(SMALL, rounded)


def test_far_corners_are_where_they_are_as_far_as_the_picture_shows() -> None:
    far = 1e7
    mask = raster.polygon(SMALL, [Point(-far, -far), Point(far, far), Point(-far, far)])
    assert mask == slow(SMALL, [Point(-far, -far), Point(far, far), Point(-far, far)])
    assert raster.rectangle(LARGE, Point(-1e300, -1e300), Point(1e300, 1e300)) == Mask.full(LARGE)


@given(_points, _points, _points, _points)
def test_shapes_that_share_an_edge_share_no_pixel_and_leave_none(
    a: Point, b: Point, c: Point, d: Point
) -> None:
    """Two triangles on either side of a common edge."""
    one, other = raster.polygon(SMALL, [a, b, c]), raster.polygon(SMALL, [a, b, d])

    def side(point: Point) -> Fraction:
        (x0, y0), (x1, y1), (x, y) = map(Fraction, a), map(Fraction, b), map(Fraction, point)
        return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)

    if side(c) * side(d) < 0:
        assert one.common(other).is_empty


@settings(deadline=None)
@given(_points, _points)
def test_a_rectangle_is_the_polygon_of_its_corners(one: Point, other: Point) -> None:
    around = [one, Point(other.x, one.y), other, Point(one.x, other.y)]
    assert raster.rectangle(SMALL, one, other) == raster.polygon(SMALL, around)


@settings(deadline=None)
@given(_points, _points)
def test_an_ellipse_has_exactly_the_pixels_whose_middle_it_holds(one: Point, other: Point) -> None:
    x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
    rx, ry = abs(one.x - other.x) / 2, abs(one.y - other.y) / 2
    pixels = np.zeros((SMALL.height, SMALL.width), np.uint8)
    if rx > 0 and ry > 0:
        columns = (np.arange(SMALL.width) + 0.5 - x) / rx
        rows = (np.arange(SMALL.height) + 0.5 - y) / ry
        pixels[:] = columns[None, :] ** 2 + rows[:, None] ** 2 <= 1
    assert raster.ellipse(SMALL, one, other) == Mask.of(pixels)


def test_a_line_that_crosses_itself_takes_what_it_goes_around_twice_as_well() -> None:
    loop = [Point(2, 2), Point(14, 2), Point(14, 14), Point(2, 14)]
    assert raster.polygon(SMALL, [*loop, *loop]) == raster.polygon(SMALL, loop)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_corners_have_no_inside(count: int) -> None:
    assert raster.polygon(SMALL, [Point(0, 0), Point(9, 9)][:count]).is_empty
