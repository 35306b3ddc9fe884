"""A path as a whole is turned, mirrored, stretched and cut."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import curve, path_changes
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.path_changes import Axis
from kling_desktop.domain.motion.trajectory import Ease, Trajectory
from tests.domain.motion import shapes


def _near(one: Trajectory, other: Trajectory, within: float = 1e-9) -> bool:
    return (one.ease, len(one.nodes)) == (other.ease, len(other.nodes)) and all(
        a.join is b.join
        and np.allclose(
            [*a.point, *a.before, *a.after], [*b.point, *b.before, *b.after], rtol=0, atol=within
        )
        for a, b in zip(one.nodes, other.nodes, strict=True)
    )


@given(shapes.paths)
def test_reversed_twice_is_as_before(path: Trajectory) -> None:
    there = path_changes.reversed_path(path)
    assert there.nodes[0].point == path.nodes[-1].point
    assert path_changes.reversed_path(there) == path


@settings(deadline=None)
@given(shapes.paths)
def test_reversing_changes_the_direction_and_not_the_shape(path: Trajectory) -> None:
    back = path_changes.reversed_path(path)
    assert curve.length(back) == pytest.approx(curve.length(path), abs=1e-6)


@given(shapes.paths, st.sampled_from(Axis))
def test_mirrored_twice_is_as_before(path: Trajectory, axis: Axis) -> None:
    there = path_changes.mirrored(path, axis)
    assert there.nodes[0].point == path.nodes[0].point
    assert _near(path_changes.mirrored(there, axis), path)


def test_a_mirror_stands_at_the_start() -> None:
    path = Trajectory.through([Point(10, 10), Point(30, 15)])
    assert path_changes.mirrored(path, Axis.HORIZONTAL).nodes[-1].point == Point(-10, 15)
    assert path_changes.mirrored(path, Axis.VERTICAL).nodes[-1].point == Point(30, 5)


def test_what_began_slowly_ends_slowly_when_it_is_reversed() -> None:
    path = Trajectory(shapes.bent().nodes, Ease.IN)
    assert path_changes.reversed_path(path).ease is Ease.OUT


@settings(deadline=None)
@given(shapes.paths, st.floats(-720, 720))
def test_turning_keeps_start_and_length(path: Trajectory, degrees: float) -> None:
    turned = path_changes.turned(path, degrees)
    assert turned.nodes[0].point.distance(path.nodes[0].point) < 1e-9
    assert curve.length(turned) == pytest.approx(curve.length(path), abs=0.05, rel=1e-3)


def test_a_direction_snaps_from_start_to_end() -> None:
    path = path_changes.snapped_direction(Trajectory.through([Point(0, 0), Point(100, 24)]))
    end = path.nodes[-1].point
    assert math.degrees(math.atan2(end.y, end.x)) == pytest.approx(15)


def test_a_length_is_set_about_the_start() -> None:
    path = path_changes.resized(shapes.bent(), 123)
    assert curve.length(path) == pytest.approx(123, rel=1e-3)
    assert path.nodes[0].point == shapes.bent().nodes[0].point


def test_a_cut_gives_two_paths_that_share_the_node() -> None:
    first, rest = path_changes.cut(shapes.bent(), 1)
    assert first.nodes[-1] == rest.nodes[0] == shapes.bent().nodes[1]
    assert curve.length(first) + curve.length(rest) == pytest.approx(
        curve.length(shapes.bent()), rel=1e-6
    )


@given(shapes.paths, shapes.wild_numbers)
def test_numbers_that_lead_nowhere_change_nothing(path: Trajectory, number: float) -> None:
    by, start = Point(number, 0), path.nodes[0].point
    assert curve.is_sound(path_changes.moved_by(path, by))
    assert curve.is_sound(path_changes.scaled(path, number, 1, start))
    assert curve.is_sound(path_changes.turned(path, number))
    assert curve.is_sound(path_changes.resized(path, number))
    if not math.isfinite(number):
        assert path_changes.moved_by(path, by) is path
