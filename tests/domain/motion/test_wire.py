"""What an endpoint is sent: whole pixels from its origin, disjoint masks of the sent size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.catalog import Origin, load_catalog
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.outgoing import fields_of, outgoing
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.wire import counted, scaled_mask, wire_points
from kling_desktop.domain.params import check
from tests.domain.motion import shapes
from tests.domain.motion.shapes import SIZE, box

LINE = Trajectory.through([Point(10.5, 20.5), Point(110.5, 20.5)])
sizes = st.builds(Size, st.integers(300, 1300), st.integers(300, 1300))


@given(st.integers(-50, 5000), st.integers(1, 4000), st.sampled_from(Origin))
def test_counting_from_the_other_side_twice_is_as_before(
    row: int, height: int, origin: Origin
) -> None:
    assert counted(counted(row, height, origin), height, origin) == row


def test_the_top_row_is_the_last_one_from_below() -> None:
    assert counted(0, 480, Origin.BOTTOM_LEFT) == 479
    assert counted(479, 480, Origin.BOTTOM_LEFT) == 0


def test_a_point_is_the_number_of_the_pixel_that_it_lies_in() -> None:
    assert wire_points(LINE, SIZE, SIZE, Origin.TOP_LEFT)[0] == (10, 20)
    assert wire_points(LINE, SIZE, SIZE, Origin.BOTTOM_LEFT)[0] == (10, 459)
    corner = Trajectory.through([Point(0.0, 0.0), Point(639.99, 479.99)])
    points = wire_points(corner, SIZE, SIZE, Origin.TOP_LEFT)
    assert (points[0], points[-1]) == ((0, 0), (639, 479))


def test_middles_of_pixels_meet_middles_of_pixels_at_any_size() -> None:
    middle = Trajectory.through([Point(320, 240), Point(639.5, 240)])
    points = wire_points(middle, SIZE, Size(64, 48), Origin.TOP_LEFT)
    assert (points[0], points[-1]) == ((32, 24), (63, 24))


@settings(deadline=None, max_examples=60)
@given(shapes.paths, sizes, st.sampled_from(Origin))
def test_there_are_2_to_77_whole_points_and_both_ends_are_exact(
    path: Trajectory, sent: Size, origin: Origin
) -> None:
    points = wire_points(path, SIZE, sent, origin)
    assert 2 <= len(points) <= 77
    assert all(isinstance(number, int) for point in points for number in point)
    for node, (x, y) in ((path.nodes[0], points[0]), (path.nodes[-1], points[-1])):
        assert abs(x + 0.5 - node.point.x * sent.width / SIZE.width) <= 0.5 + 1e-6
        row = counted(y, sent.height, origin)
        assert abs(row + 0.5 - node.point.y * sent.height / SIZE.height) <= 0.5 + 1e-6


@settings(deadline=None, max_examples=60)
@given(shapes.paths)
def test_both_origins_tell_of_the_same_pixels(path: Trajectory) -> None:
    above = wire_points(path, SIZE, SIZE, Origin.TOP_LEFT)
    below = wire_points(path, SIZE, SIZE, Origin.BOTTOM_LEFT)
    assert [(x, SIZE.height - 1 - y) for x, y in below] == list(above)


@pytest.mark.parametrize("pixels", [8, 20, 57, 200, 800, 3000])
def test_no_point_of_an_even_path_is_sent_twice(pixels: int) -> None:
    path = Trajectory.through([Point(3.5, 9.5), Point(3.5 + pixels, 9.5)])
    points = wire_points(path, SIZE, SIZE, Origin.TOP_LEFT)
    assert len(set(points)) == len(points)


def test_a_path_outside_the_picture_is_sent_as_it_is() -> None:
    path = Trajectory.through([Point(10, 10), Point(-90, 500)])
    assert wire_points(path, SIZE, SIZE, Origin.BOTTOM_LEFT)[-1] == (-90, -21)


def test_a_mask_that_is_scaled_keeps_its_place() -> None:
    half = scaled_mask(box(100, 200, 200, 300), Size(320, 240))
    ys, xs = np.nonzero(half)
    assert [int(each) for each in (xs.min(), xs.max(), ys.min(), ys.max())] == [50, 99, 100, 149]
    double = scaled_mask(box(100, 200, 200, 300), Size(1280, 960))
    assert int(double.astype(bool).sum()) == 4 * 100 * 100


def test_what_comes_out_is_a_valid_input_of_every_endpoint_with_a_brush() -> None:
    with_brush = [each for each in load_catalog().endpoints if each.brush]
    assert len(with_brush) == 3
    for each in with_brush:
        assert each.brush is not None
        sent = outgoing(shapes.document(shapes.bent()), each.brush.origin)
        masks = fields_of(sent, ("https://m",) * len(sent))["dynamic_masks"]
        values = {"prompt": "a", "image_url": "i", "duration": "5", "dynamic_masks": masks}
        assert check(each.with_unlisted(), values)["dynamic_masks"] == masks
