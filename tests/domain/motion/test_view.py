"""Places of the picture and of the screen belong to each other exactly, however one looks."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.view import LARGEST, View, bounds, middle

SIZE, VIEWPORT = Size(1920, 1080), Size(1280, 800)

_places = st.builds(Point, st.floats(-9000, 9000), st.floats(-9000, 9000))
_views = st.builds(
    View,
    st.floats(0.01, LARGEST),
    st.one_of(st.sampled_from((0.0, 90.0, 180.0, 270.0)), st.floats(0, 359.99)),
    st.booleans(),
    _places,
    st.sampled_from((1.0, 1.25, 1.5, 2.0, 3.0)),
)


def near(one: Point, other: Point, by: float) -> bool:
    return one.distance(other) <= by


@given(_views, _places)
def test_there_and_back_is_where_one_was(view: View, place: Point) -> None:
    assert near(view.to_picture(view.to_view(place)), place, 1e-6 / min(view.scale, 1))
    assert near(view.to_view(view.to_picture(place)), place, 1e-6)


@given(_views, _places, _places)
def test_distances_keep_their_proportion(view: View, one: Point, other: Point) -> None:
    shown = view.to_view(one).distance(view.to_view(other))
    assert math.isclose(shown * view.ratio / view.scale, one.distance(other), abs_tol=1e-5)


@given(_views, _places, st.floats(0.1, 10))
def test_zooming_keeps_the_place_at_the_pointer(view: View, at: Point, factor: float) -> None:
    place, zoomed = view.from_device(at), view.zoomed(factor, at, SIZE)
    assert near(zoomed.to_device(place), at, 1e-3)


@given(_views, _places, st.floats(-400, 400))
def test_turning_keeps_the_place_that_it_is_turned_about(
    view: View, at: Point, angle: float
) -> None:
    place, turned = view.from_device(at), view.rotated(angle, at)
    assert near(turned.to_device(place), at, 1e-3)
    assert 0 <= turned.angle < 360
    back = turned.rotated(-angle, at)
    assert near(back.to_device(place), at, 1e-3)


@given(_views, _places)
def test_a_mirror_swaps_left_and_right_of_the_viewport(view: View, place: Point) -> None:
    shown, mirrored = view.to_device(place), view.mirrored(VIEWPORT).to_device(place)
    assert near(mirrored, Point(VIEWPORT.width - shown.x, shown.y), 1e-4)
    again = view.mirrored(VIEWPORT).mirrored(VIEWPORT)
    assert near(again.to_device(place), shown, 1e-4)


@given(_views)
def test_a_fitted_picture_is_wholly_in_the_viewport_and_as_large_as_can_be(view: View) -> None:
    fitted = view.fitted(SIZE, VIEWPORT)
    left, top, right, bottom = bounds(fitted.matrix, (0, 0, *SIZE))
    assert left >= 0
    assert top >= 0
    assert right <= VIEWPORT.width
    assert bottom <= VIEWPORT.height
    margin = 24 * view.ratio + 1e-6
    is_broad, is_tall = (
        right - left >= VIEWPORT.width - margin,
        bottom - top >= VIEWPORT.height - margin,
    )
    assert is_broad or is_tall


@given(_views)
def test_the_middle_of_the_viewport_always_shows_the_picture(view: View) -> None:
    assume(view.scale > 0.05)
    at = view.limited(SIZE, VIEWPORT).from_device(middle(VIEWPORT))
    slack = 1 / view.scale + 1e-3
    assert -slack <= at.x <= SIZE.width + slack
    assert -slack <= at.y <= SIZE.height + slack


def test_at_100_percent_pixels_lie_upon_pixels() -> None:
    view = View(offset=Point(0.3, 7.8)).at_scale(1, VIEWPORT, SIZE).limited(SIZE, VIEWPORT)
    assert view.scale == 1
    assert view.offset == Point(round(view.offset.x), round(view.offset.y))
    assert view.to_device(Point(1, 0)) - view.to_device(Point(0, 0)) == Point(1, 0)


@pytest.mark.parametrize(
    ("scale", "level"), [(4, 0), (1, 0), (0.99, 0), (0.5, 1), (0.49, 1), (0.25, 2), (0.001, 4)]
)
def test_the_smallest_halved_picture_that_need_not_be_enlarged_is_drawn(
    scale: float, level: int
) -> None:
    assert View(scale).level(5) == level


def test_another_density_keeps_every_place_in_logical_pixels() -> None:
    view = View(0.7, 33, is_mirrored=True, offset=Point(40, 60))
    for ratio in (1.5, 2.0, 3.0):
        dense = view.at_ratio(ratio)
        assert near(dense.to_view(Point(300, 200)), view.to_view(Point(300, 200)), 1e-9)
        assert dense.picture_pixels == pytest.approx(view.picture_pixels)


def test_many_small_steps_of_zoom_come_back_to_100_percent() -> None:
    view = View()
    for factor in (2**0.25,) * 7 + (2**-0.25,) * 7:
        view = view.zoomed(factor, Point(100, 100), SIZE)
    assert view.scale == 1
