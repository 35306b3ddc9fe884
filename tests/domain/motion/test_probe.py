"""The probe is fair: nothing in it says up or down, and it is on its path from either edge."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion import probe
from kling_desktop.domain.motion.document import RegionId
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.outgoing import outgoing
from kling_desktop.domain.motion.wire import counted, recounted


def test_its_picture_is_the_same_bytes_each_time_and_as_large_as_its_masks() -> None:
    data = probe.picture_file()
    assert data == probe.picture_file()
    rows = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert rows is not None
    assert rows.shape == (probe.SIZE.height, probe.SIZE.width, 3)
    masks = outgoing(probe.document(), Origin.BOTTOM_LEFT)
    assert {each.size for each in masks} == {probe.SIZE}


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("believed", list(Origin))
def test_its_path_starts_in_the_ball_and_stays_in_the_lane_whichever_edge_is_meant(
    origin: Origin, believed: Origin
) -> None:
    document = probe.document()
    _, ball = outgoing(document, believed)
    height = probe.SIZE.height
    read = [Point(x + 0.5, counted(y, height, origin) + 0.5) for x, y in ball.points]
    region = document.region(RegionId(1))
    assert region is not None
    assert region.mask.holds(read[0])
    assert not any(document.static.mask.holds(each) for each in read)
    way = [each.y for each in read]
    assert way == sorted(way, reverse=origin is believed)
    assert abs(way[-1] - way[0]) > 0.2 * probe.SIZE.width
    margin = min(*way, height - max(way))
    assert margin > 80, "the whole ball stays in the frame"


def test_the_room_above_the_ball_looks_as_the_room_below_it() -> None:
    rows = cv2.imdecode(np.frombuffer(probe.picture_file(), np.uint8), cv2.IMREAD_COLOR)
    assert rows is not None
    middle = probe.SIZE.width // 2
    lane = rows[:, middle - 60 : middle + 60].astype(int)
    above, below = lane[:260], lane[-260:][::-1]
    assert np.abs(above - below).max() <= 1


def test_its_static_region_leaves_the_ball_alone() -> None:
    document = probe.document()
    region = document.region(RegionId(1))
    assert region is not None
    assert document.static.mask.common(region.mask).is_empty


def test_points_that_are_counted_anew_name_the_same_pixels() -> None:
    points = [{"x": 3, "y": 0}, {"x": 4, "y": 99}]
    assert recounted(points, 100) == [{"x": 3, "y": 99}, {"x": 4, "y": 0}]
    assert recounted(recounted(points, 100), 100) == points
    assert recounted(None, 100) == []
