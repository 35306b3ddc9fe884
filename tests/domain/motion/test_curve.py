"""A curve can be measured, found and split, and its shape stays what it was."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import curve
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.trajectory import Node, Trajectory
from tests.domain.motion import shapes

CIRCLE = 4 / 3 * math.tan(math.pi / 8)
QUARTER = Trajectory(
    (
        Node(Point(100, 0), after=Point(0, 100 * CIRCLE)),
        Node(Point(0, 100), before=Point(100 * CIRCLE, 0)),
    )
)


def dense(path: Trajectory) -> np.ndarray:
    """The true curve, evaluated by the textbook."""
    t = np.linspace(0, 1, 101)[:, None]
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    return np.concatenate(
        [
            sum((w * np.array(p) for w, p in zip(weights, span, strict=True)), np.zeros(2))
            for span in curve.spans(path)
        ]
    )


def test_a_quarter_of_a_circle_is_as_long_as_it_should_be() -> None:
    assert curve.length(QUARTER) == pytest.approx(50 * math.pi, rel=1e-3)
    middle = curve.point_at(QUARTER, 0.5)
    assert middle.distance(Point(70.71, 70.71)) < 0.1


@pytest.mark.parametrize("tolerance", [2.0, 0.25, 0.05])
@settings(deadline=None, max_examples=60)
@given(path=shapes.paths)
def test_the_flattened_curve_keeps_within_the_tolerance(path: Trajectory, tolerance: float) -> None:
    flat = np.array(curve.flattened(path, tolerance))
    assert shapes.misses(dense(path), flat).max() <= tolerance + 1e-6


def test_a_coarser_tolerance_takes_fewer_points_and_a_straight_span_two() -> None:
    path = shapes.bent()
    assert len(curve.flattened(path, 1.0)) < len(curve.flattened(path, 0.05))
    assert len(curve.flattened(Trajectory.through([Point(0, 0), Point(900, 10)]))) == 2


@settings(deadline=None)
@given(shapes.paths)
def test_both_ends_are_met_exactly_and_the_way_never_runs_back(path: Trajectory) -> None:
    line = curve.polyline(path)
    assert curve.point_at(path, 0.0) == path.nodes[0].point
    assert curve.point_at(path, 1.0) == path.nodes[-1].point
    assert (np.diff(line.ways) >= 0).all()
    flat = curve.flattened(path)
    assert (flat[0], flat[-1]) == (path.nodes[0].point, path.nodes[-1].point)


@settings(deadline=None, max_examples=60)
@given(shapes.paths, st.integers(0, 4), st.floats(0.02, 0.98))
def test_splitting_keeps_the_shape(path: Trajectory, span: int, t: float) -> None:
    place = curve.Place(min(span, len(path.nodes) - 2), t)
    halves = curve.split(path, place)
    assert len(halves.nodes) == len(path.nodes) + 1
    assert halves.nodes[place.span + 1].point.distance(curve.place_point(path, place)) < 1e-6
    for u in (0.1, 0.5, 0.9):
        left = curve.place_point(halves, curve.Place(place.span, u))
        right = curve.place_point(halves, curve.Place(place.span + 1, u))
        there = curve.place_point(path, place._replace(t=t * u))
        assert left.distance(there) < 1e-6
        assert right.distance(curve.place_point(path, place._replace(t=t + (1 - t) * u))) < 1e-6
    assert curve.length(halves) == pytest.approx(curve.length(path), rel=1e-3, abs=0.05)


def test_the_nearest_place_is_on_the_curve_beside_the_point() -> None:
    near = curve.nearest(QUARTER, Point(200, 200))
    assert near is not None
    assert near.point.distance(Point(70.71, 70.71)) < 0.1
    assert near.distance == pytest.approx(math.hypot(200, 200) - 100, abs=0.05)
    assert near.place.span == 0


@settings(deadline=None, max_examples=60)
@given(shapes.paths, shapes.anywhere)
def test_no_place_is_nearer_than_the_nearest(path: Trajectory, point: Point) -> None:
    near = curve.nearest(path, point)
    assert near is not None
    true = np.hypot(*(dense(path) - np.array(point)).T).min()
    assert near.distance <= true + 0.2


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e7, -1e7])
def test_numbers_that_are_no_place_are_known_for_what_they_are(number: float) -> None:
    assert not curve.is_sound(Trajectory((Node(Point(0, 0)), Node(Point(number, 0)))))
    assert not curve.is_sound(Trajectory((Node(Point(0, 0), after=Point(0, number)),)))
    assert curve.nearest(shapes.bent(), Point(number, 0)) is None


def test_the_farthest_sane_curve_is_still_measured() -> None:
    far = curve.REACH
    path = Trajectory((Node(Point(-far, -far), after=Point(far, -far)), Node(Point(far, far))))
    assert curve.is_sound(path)
    assert math.isfinite(curve.length(path))


def test_an_empty_path_has_no_length_and_no_place() -> None:
    assert curve.length(Trajectory()) == 0
    assert curve.nearest(Trajectory.through([Point(1, 1)]), Point(0, 0)) is None
    with pytest.raises(ValueError, match="nowhere"):
        curve.point_at(Trajectory(), 0.5)
