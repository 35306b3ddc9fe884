"""What is sent of a path: 2 to 77 points, both ends exactly, evenly in time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion.curve import length
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.sampling import (
    FEWEST,
    MOST,
    PEAK,
    WITHIN,
    deviation,
    eased,
    percent_of_width,
    points_at_equal_times,
    sampled,
)
from kling_desktop.domain.motion.trajectory import Ease, Node, Trajectory
from tests.domain.motion import shapes


@settings(deadline=None)
@given(shapes.paths)
def test_there_are_2_to_77_points_and_both_ends_are_kept(path: Trajectory) -> None:
    points = sampled(path)
    assert FEWEST <= len(points) <= MOST
    assert tuple(points[0]) == path.nodes[0].point
    assert tuple(points[-1]) == path.nodes[-1].point


@settings(deadline=None)
@given(shapes.paths)
def test_only_what_needs_all_the_points_is_left_by_more_than_it_may(path: Trajectory) -> None:
    points = sampled(path)
    assert len(points) == MOST or deviation(path, len(points)) <= WITHIN


@pytest.mark.parametrize(
    ("pixels", "count"), [(0.5, 2), (6, 2), (6.5, 3), (60, 11), (456, 77), (5000, 77)]
)
def test_a_straight_path_has_a_point_every_six_pixels(pixels: float, count: int) -> None:
    path = Trajectory.through([Point(0, 0), Point(pixels, 0)])
    assert len(sampled(path)) == count


def test_a_tight_curve_has_more() -> None:
    tight = Trajectory(
        (Node(Point(0, 0), after=Point(20, -30)), Node(Point(4, 0), before=Point(-20, -30)))
    )
    assert len(sampled(tight)) > length(tight) / 6 + 2


def test_points_of_an_even_path_lie_at_even_steps() -> None:
    steps = np.hypot(*np.diff(sampled(shapes.bent()), axis=0).T)
    assert steps.std() / steps.mean() < 0.01


@pytest.mark.parametrize("ease", Ease)
def test_an_ease_begins_and_ends_and_never_runs_back(ease: Ease) -> None:
    times = np.linspace(0, 1, 1001)
    way = eased(times, ease)
    assert (way[0], way[-1]) == (0, 1)
    assert (np.diff(way) >= 0).all()
    assert np.diff(way).max() * 1000 == pytest.approx(PEAK[ease], rel=0.01)


@pytest.mark.parametrize("ease", Ease)
@pytest.mark.parametrize("pixels", [30, 150, 600, 1500])
def test_a_pace_is_slow_without_standing_still(pixels: int, ease: Ease) -> None:
    nodes = Trajectory.through([Point(0, 0), Point(pixels, 0)]).nodes
    assert np.diff(sampled(Trajectory(nodes, ease))[:, 0]).min() >= 0.95


@settings(deadline=None)
@given(shapes.paths, st.integers(FEWEST, MOST))
def test_points_are_asked_for_in_any_number(path: Trajectory, count: int) -> None:
    points = points_at_equal_times(path, count)
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()


def test_a_path_of_one_point_is_not_sampled() -> None:
    with pytest.raises(ValueError, match="two points"):
        sampled(Trajectory.through([Point(0, 0)]))


def test_a_length_is_told_in_percent_of_the_width() -> None:
    assert percent_of_width(64, 640) == 10
    assert percent_of_width(64, 0) == 0
