"""A stroke in progress: what ends up at least half covered is in, however fast the hand was."""

from __future__ import annotations

from itertools import pairwise
from math import pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.geometry import NOTHING, Point, Rect, Size
from kling_desktop.domain.motion.stroke import Stroke
from kling_desktop.domain.motion.tools.tool import Segment

SIZE = Size(400, 300)


def dot(point: Point, radius: float) -> Segment:
    return Segment(point, point, radius, radius)


def line(start: Point, end: Point, radius: float = 12.0) -> Segment:
    return Segment(start, end, radius, radius)


@pytest.mark.parametrize("radius", [2, 4.5, 8, 16.25, 64, 100])
@pytest.mark.parametrize("hardness", [1.0, 0.5, 0.0])
def test_a_dab_covers_the_area_of_its_disc_if_hard_and_less_if_soft(
    radius: float, hardness: float
) -> None:
    stroke = Stroke(SIZE, hardness)
    stroke.stamp(dot(Point(200.5, 150.5), radius))
    half_covered = radius * (1 + hardness) / 2
    if hardness == 1.0 or half_covered < radius - 0.5:
        assert stroke.covered().area == pytest.approx(pi * half_covered**2, rel=0.03, abs=6)


@settings(deadline=None)
@given(st.floats(100, 300), st.floats(100, 200), st.integers(16, 640).map(lambda n: n / 8))
def test_the_edge_of_a_hard_dab_is_at_its_radius(x: float, y: float, radius: float) -> None:
    stroke, middle = Stroke(SIZE), Point(x, y)
    stroke.stamp(dot(middle, radius))
    covered, slack = stroke.covered(), 0.25  # dabs are drawn for quarters of a pixel
    inner, outer = (
        raster.ellipse(SIZE, middle - Point(r, r), middle + Point(r, r))
        for r in (radius - slack, radius + slack)
    )
    assert inner.without(covered).is_empty
    assert covered.without(outer).is_empty


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.floats(3, 40), st.sampled_from([1.0, 0.6]))
def test_a_slow_stroke_is_as_strong_as_a_fast_one(
    pieces: int, radius: float, hardness: float
) -> None:
    start, end = Point(80, 90), Point(310, 200)
    fast, slow = Stroke(SIZE, hardness), Stroke(SIZE, hardness)
    fast.stamp(dot(start, radius))
    fast.stamp(line(start, end, radius))
    slow.stamp(dot(start, radius))
    places = [start + (end - start).scaled(i / pieces) for i in range(pieces + 1)]
    for one, other in pairwise(places):
        slow.stamp(line(one, other, radius))
        slow.stamp(line(other, other, radius))  # resting
    quick, patient = fast.covered(), slow.covered()
    edge = 2 * (start.distance(end) + pi * radius)
    differing = quick.without(patient).area + patient.without(quick).area
    assert differing <= 0.35 * edge  # dabs that lie elsewhere: a part of a pixel along the edge


def test_a_line_has_no_gap_and_no_bulge() -> None:
    stroke = Stroke(SIZE)
    stroke.stamp(dot(Point(50, 150), 20))
    stroke.stamp(line(Point(50, 150), Point(350, 150), 20))
    expected = raster.rectangle(SIZE, Point(50, 131), Point(350, 169))
    assert expected.without(stroke.covered()).is_empty
    assert stroke.covered().bounds.grown(-1).clipped(Rect(30, 130, 370, 170)).width >= 338
    assert stroke.covered().bounds.height in {40, 41}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (Point(-80, 150), Point(480, 150)),
        (Point(200, -500), Point(200, 20)),
        (Point(390, 290), Point(460, 350)),
    ],
)
def test_a_stroke_across_the_edge_is_the_part_of_it_that_is_in_the_picture(
    start: Point, end: Point
) -> None:
    wide, shift = Size(SIZE.width + 400, SIZE.height + 1200), Point(200, 600)
    here, there = Stroke(SIZE), Stroke(wide)
    here.stamp(line(start, end))
    there.stamp(line(start + shift, end + shift))
    part = Rect(200, 600, 200 + SIZE.width, 600 + SIZE.height)
    assert (here.covered().read(SIZE.rect) == there.covered().read(part)).all()
    assert not here.covered().is_empty


def test_a_stroke_outside_the_picture_covers_nothing() -> None:
    stroke = Stroke(SIZE)
    assert stroke.stamp(line(Point(-90, -50), Point(500, -40))) == NOTHING
    assert stroke.covered().is_empty


def test_clearing_leaves_nothing_behind() -> None:
    stroke = Stroke(SIZE, 0.3)
    stroke.stamp(line(Point(-20, 10), Point(450, 280), 33.3))
    stroke.stamp(dot(Point(399, 299), 70))
    dirty = stroke.dirty
    assert stroke.clear() == dirty
    assert stroke.dirty == NOTHING
    assert not stroke.coverage.any()


def test_a_stroke_of_another_hardness_begins_clear() -> None:
    stroke = Stroke(SIZE, 1.0)
    stroke.stamp(dot(Point(100, 100), 40))
    hard = stroke.covered().area
    stroke.begin(0.0)
    stroke.stamp(dot(Point(200, 100), 40))
    assert stroke.covered().area < hard / 2
    assert not stroke.covered().holds(Point(100, 100))


def test_what_it_says_is_changed_holds_all_that_changed() -> None:
    stroke = Stroke(SIZE)
    before = stroke.coverage.copy()
    changed = stroke.stamp(Segment(Point(60, 60), Point(200, 160), 3, 25))
    rest = stroke.coverage.copy()
    rest[changed.slices] = before[changed.slices]
    assert (rest == before).all()


@settings(deadline=None, max_examples=60)
@given(
    radius=st.sampled_from([0.5, 1.0, 2.3, 5.0, 12.7, 40.0]),
    hardness=st.sampled_from([0.0, 0.5, 0.9, 1.0]),
    steps=st.lists(
        st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)), min_size=1, max_size=8
    ),
    start=st.tuples(st.floats(-10, 410), st.floats(-10, 310)),
)  # fmt: skip
def test_a_dab_that_stamps_only_what_it_adds_leaves_nothing_out(
    radius: float, hardness: float, steps: list[tuple[float, float]], start: tuple[float, float]
) -> None:
    stroke, at = Stroke(SIZE, hardness), Point(*start)
    wanted, told = stroke.coverage.copy(), stroke.coverage.copy()
    for dx, dy in [(0.0, 0.0), *steps]:
        at += Point(dx, dy).scaled(radius)
        changed = stroke.stamp(dot(at, radius))
        told[changed.slices] = stroke.coverage[changed.slices]
        alone = Stroke(SIZE, hardness)
        alone.stamp(dot(at, radius))
        wanted |= alone.coverage
    assert (stroke.coverage == wanted).all()
    assert (told == wanted).all()  # whoever looks only where something changed sees all of it
