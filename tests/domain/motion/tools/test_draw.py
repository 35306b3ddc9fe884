"""A stroke by free hand becomes a calm path; a click, Escape and what is locked leave no trace."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import curve, edits
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.draw import Draw
from kling_desktop.domain.motion.trajectory import Ease, Trajectory
from tests.domain.motion import shapes
from tests.domain.motion.shapes import ONE
from tests.domain.motion.tools.hands import Hand


def drawn(hand: Hand, points: list[Point]) -> None:
    hand.press(*points[0])
    for each in points[1:]:
        hand.move(*each)
    hand.release(*points[-1])


def hand(path: Trajectory | None = None, *, snaps: bool = True) -> Hand:
    return Hand(Draw(snaps_start=snaps), shapes.document(path))


def test_a_stroke_becomes_a_path_with_both_ends_and_few_nodes() -> None:
    samples, _ = shapes.stroke(1)
    it = hand()
    drawn(it, samples)
    assert it.labels == ["Draw path"]
    assert (it.path.nodes[0].point, it.path.nodes[-1].point) == (samples[0], samples[-1])
    assert len(it.path.nodes) < len(samples) / 4
    assert it.tool.is_idle


def test_while_it_is_drawn_the_line_is_the_hands_own_and_the_document_stays() -> None:
    it = hand()
    before = it.document
    it.press(300, 100)
    it.move(310, 130)
    it.move(340, 90)
    assert it.guide.lines == ((Point(300, 100), Point(310, 130), Point(340, 90)),)
    assert it.document is before
    assert not it.tool.is_idle


def test_near_the_middle_of_the_region_it_begins_exactly_there() -> None:
    it = hand()
    drawn(it, [Point(156, 244), Point(220, 250), Point(300, 250)])
    assert it.path.nodes[0].point == Point(150, 250)
    free = hand(snaps=False)
    drawn(free, [Point(156, 244), Point(220, 250), Point(300, 250)])
    assert free.path.nodes[0].point == Point(156, 244)


@pytest.mark.parametrize(("scale", "snaps"), [(0.25, False), (1.0, True), (4.0, True)])
def test_near_is_what_is_near_on_the_screen(scale: float, snaps: bool) -> None:
    it = Hand(Draw(), shapes.document(), scale=scale)
    drawn(it, [Point(156, 250), Point(220, 250), Point(300, 250)])
    assert (it.path.nodes[0].point == Point(150, 250)) is snaps


def test_from_its_end_a_path_goes_on_and_what_was_there_stays() -> None:
    it = hand(Trajectory(shapes.bent().nodes, Ease.IN))
    drawn(it, [Point(523, 262), Point(560, 300), Point(600, 380)])
    assert it.labels == ["Continue path"]
    assert it.path.nodes[:2] == shapes.bent().nodes[:2]
    assert it.path.nodes[2].point == Point(520, 260)
    assert it.path.nodes[-1].point == Point(600, 380)
    assert it.path.ease is Ease.IN


def test_from_elsewhere_a_new_path_replaces_the_old_one() -> None:
    it = hand(shapes.bent())
    drawn(it, [Point(50, 50), Point(90, 60), Point(140, 50)])
    assert it.path.nodes[0].point == Point(50, 50)


def test_a_click_draws_nothing() -> None:
    it = hand(shapes.bent())
    before = it.document
    it.press(50, 50)
    it.move(51, 51)
    it.release(52, 50)
    assert it.document is before
    assert it.tool.is_idle


@pytest.mark.parametrize(("samples", "is_long"), [(200, False), (1500, True)])
def test_a_long_stroke_is_smoothed_elsewhere(samples: int, is_long: bool) -> None:
    it = hand()
    drawn(it, [Point(300 + i / 10, 100 + 20 * math.sin(i / 40)) for i in range(samples)])
    assert it.has_task is is_long
    assert it.labels == ["Draw path"]
    assert it.path.nodes[-1].point.x == pytest.approx(300 + (samples - 1) / 10)


def test_escape_leaves_no_trace() -> None:
    it = hand(shapes.bent())
    before = it.document
    it.press(50, 50)
    it.move(90, 90)
    it.escape()
    it.release(100, 100)
    assert it.document is before
    assert it.tool == Draw()


def test_a_locked_or_static_region_says_why_it_takes_no_path() -> None:
    locked = Hand(Draw(), edits.lock(shapes.document(), ONE, locked=True))
    locked.press(50, 50)
    assert "locked" in locked.guide.words
    assert locked.tool.is_idle
    static = Hand(Draw(), shapes.document(), active=STATIC)
    static.press(50, 50)
    assert "no path" in static.guide.words


@settings(deadline=None)
@given(st.lists(st.tuples(shapes.wild_numbers, shapes.wild_numbers), min_size=2, max_size=20))
def test_nonsense_from_a_driver_is_survived(places: list[tuple[float, float]]) -> None:
    it = hand()
    it.press(300, 100)
    for x, y in places:
        it.move(x, y)
    it.release(*places[-1])
    assert it.tool.is_idle
    assert curve.is_sound(it.path)
