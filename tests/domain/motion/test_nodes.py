"""Single nodes are moved, bent, added and taken away; a bad wish changes nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import curve, nodes
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.nodes import Side
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Join, Trajectory
from tests.domain.motion import shapes


def test_a_moved_node_takes_its_handles_along() -> None:
    before = shapes.bent()
    after = nodes.moved(before, 1, Point(310, 190))
    assert after.nodes[1].point == Point(310, 190)
    assert after.nodes[1].after == before.nodes[1].after
    assert (after.nodes[0], after.nodes[2]) == (before.nodes[0], before.nodes[2])


def test_a_smooth_node_keeps_its_handles_on_one_line_and_the_other_length() -> None:
    path = nodes.with_handle(shapes.bent(), 1, Side.AFTER, Point(0, 50))
    node = path.nodes[1]
    assert node.before.x == pytest.approx(0)
    assert node.before.y == pytest.approx(-math.hypot(70, 30))


def test_a_symmetric_node_mirrors_its_handles() -> None:
    path = nodes.joined(shapes.bent(), 1, Join.SYMMETRIC)
    path = nodes.with_handle(path, 1, Side.BEFORE, Point(-10, 5))
    assert path.nodes[1].after == Point(10, -5)


def test_breaking_makes_a_corner_and_leaves_the_other_side() -> None:
    path = nodes.with_handle(shapes.bent(), 1, Side.AFTER, Point(0, 50), breaks=True)
    assert path.nodes[1].join is Join.CORNER
    assert path.nodes[1].before == Point(-70, -30)


def test_a_corner_has_no_handles_and_becomes_round_again() -> None:
    corner = nodes.joined(shapes.bent(), 1, Join.CORNER)
    assert (corner.nodes[1].before, corner.nodes[1].after) == (NO_HANDLE, NO_HANDLE)
    round_again = nodes.joined(corner, 1, Join.SYMMETRIC).nodes[1]
    assert round_again.after == round_again.before.scaled(-1) != NO_HANDLE


def test_a_node_in_the_middle_of_a_span_keeps_the_shape() -> None:
    path = nodes.halved(shapes.bent(), 0)
    assert len(path.nodes) == 4
    assert curve.length(path) == pytest.approx(curve.length(shapes.bent()), rel=1e-4)


def test_a_deleted_node_is_gone() -> None:
    before = shapes.bent()
    assert nodes.deleted(before, 1).nodes == (before.nodes[0], before.nodes[2])


@pytest.mark.parametrize("index", [-1, 3, 99])
def test_a_node_that_is_not_there_is_not_changed(index: int) -> None:
    path = shapes.bent()
    assert nodes.moved(path, index, Point(0, 0)) is path
    assert nodes.deleted(path, index) is path
    assert nodes.joined(path, index, Join.CORNER) is path
    assert nodes.with_handle(path, index, Side.AFTER, Point(1, 1)) is path
    assert nodes.halved(path, index) is path


@settings(deadline=None)
@given(shapes.paths, st.integers(0, 5), shapes.wild_numbers, st.sampled_from(Join))
def test_whatever_is_wished_the_path_stays_sound(
    path: Trajectory, index: int, number: float, join: Join
) -> None:
    path = nodes.moved(path, index, Point(number, 0))
    path = nodes.with_handle(path, index, Side.BEFORE, Point(0, number))
    path = nodes.joined(path, index, join)
    assert curve.is_sound(nodes.inserted(path, curve.Place(index, number)))


@settings(deadline=None)
@given(shapes.anywhere, shapes.anywhere)
def test_a_snapped_direction_is_a_multiple_of_15_degrees_and_as_long(
    origin: Point, point: Point
) -> None:
    snapped = nodes.snapped(origin, point)
    assert snapped.distance(origin) == pytest.approx(point.distance(origin), abs=1e-3)
    if snapped.distance(origin) > 1:
        angle = math.degrees(math.atan2(snapped.y - origin.y, snapped.x - origin.x))
        assert abs(angle / 15 - round(angle / 15)) < 1e-3
        assert snapped.distance(point) <= point.distance(origin) * 0.14


def test_along_an_axis_a_coordinate_stays_exactly() -> None:
    assert nodes.snapped(Point(0.1, 0.7), Point(100.1, 3)).y == 0.7
    assert nodes.snapped(Point(0.1, 0.7), Point(2, -99)).x == 0.1
