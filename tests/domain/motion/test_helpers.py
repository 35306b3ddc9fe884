"""Ready-made ways become plain paths that begin where they should."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import curve
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.helpers import USES, Helper, HelperOptions, expanded
from kling_desktop.domain.motion.trajectory import Ease, Trajectory

SIZE = Size(1000, 600)
START = Point(300, 200)


def made(helper: Helper, start: Point = START, **options: float) -> Trajectory:
    return expanded(helper, start, SIZE, HelperOptions(**options))  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.sampled_from(Helper),
    st.builds(Point, st.floats(0, 1000), st.floats(0, 600)),
    st.builds(
        HelperOptions,
        st.floats(-360, 360),
        st.floats(0, 100),
        st.floats(-400, 400),
        st.floats(-50, 50),
        st.floats(-3, 50),
        st.integers(),
    ),
)
def test_each_is_a_sound_path_from_the_start(
    helper: Helper, start: Point, options: HelperOptions
) -> None:
    path = expanded(helper, start, SIZE, options)
    assert curve.is_sound(path)
    assert path.nodes[0].point.distance(start) < 1e-6


def test_every_number_is_of_use_to_some_helper() -> None:
    assert set(USES) == set(Helper)
    assert {name for names in USES.values() for name in names} == set(HelperOptions.__slots__)


def test_a_pan_leads_so_many_percent_of_the_width_in_its_direction() -> None:
    assert made(Helper.PAN, direction=90, distance=10).nodes[-1].point.distance(
        Point(300, 300)
    ) < 1e-9  # fmt: skip


def test_a_push_in_leads_away_from_the_middle_and_a_pull_out_towards_it() -> None:
    middle = Point(500, 300)
    away, back = made(Helper.PUSH_IN, distance=10), made(Helper.PULL_OUT, distance=10)
    far = START.distance(middle)
    assert away.nodes[-1].point.distance(middle) == pytest.approx(far + 100)
    assert back.nodes[-1].point.distance(middle) == pytest.approx(far - 100)
    assert (away.ease, back.ease) == (Ease.IN, Ease.OUT)


def test_in_the_very_middle_a_push_in_sinks() -> None:
    path = made(Helper.PUSH_IN, Point(500, 300), distance=10)
    assert path.nodes[-1].point == Point(500, 400)


@pytest.mark.parametrize("sweep", [30.0, 90.0, 180.0, 270.0, -90.0])
def test_an_arc_lies_on_a_circle_and_ends_in_its_direction(sweep: float) -> None:
    path = made(Helper.ARC, direction=0, distance=20, sweep=sweep)
    assert path.nodes[-1].point.distance(Point(500, 200)) < 1e-6
    radius = 100 / math.sin(math.radians(abs(sweep)) / 2)
    assert curve.length(path) == pytest.approx(radius * math.radians(abs(sweep)), rel=2e-3)
    middle = curve.point_at(path, 0.5)
    assert (middle.y < START.y) == (sweep > 0)


def test_an_orbit_comes_back_to_its_start_as_often_as_asked() -> None:
    one = made(Helper.ORBIT, distance=20, height=5, times=1)
    three = made(Helper.ORBIT, distance=20, height=5, times=3)
    assert one.nodes[-1].point.distance(START) < 1e-6
    assert curve.length(three) == pytest.approx(3 * curve.length(one), rel=1e-3)
    assert all(each.y <= START.y + 1e-6 for each in curve.flattened(one))
    assert curve.point_at(one, 0.25).x > START.x


def test_a_wave_is_a_sine() -> None:
    path = made(Helper.WAVE, direction=0, distance=40, height=5, times=2)
    for x, y in curve.flattened(path):
        true = START.y - 50 * math.sin((x - START.x) / 400 * 2 * math.tau)
        assert abs(y - true) < 0.6


def test_a_shake_returns_keeps_within_its_reach_and_has_a_number() -> None:
    path = made(Helper.SHAKE, height=3, times=4, seed=7)
    assert path.nodes[-1].point == START
    assert max(each.point.distance(START) for each in path.nodes) <= 30 + 1e-9
    assert path == made(Helper.SHAKE, height=3, times=4, seed=7)
    assert path != made(Helper.SHAKE, height=3, times=4, seed=8)


@pytest.mark.parametrize("name", ["direction", "distance", "sweep", "height", "times"])
@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_refused(name: str, number: float) -> None:
    for helper in Helper:
        with pytest.raises(ValueError, match="number"):
            expanded(helper, START, SIZE, replace(HelperOptions(), **{name: number}))  # type: ignore[arg-type]


def test_what_leads_too_far_away_is_refused() -> None:
    with pytest.raises(ValueError, match="near the picture"):
        made(Helper.PAN, distance=1e9)
