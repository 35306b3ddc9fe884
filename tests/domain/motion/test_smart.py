"""Smart select finds objects on pictures whose truth is known, and says so where it finds none."""

from __future__ import annotations

import time
from statistics import median

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import raster, smart
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.smart import Hints, Stroke
from tests.domain.motion.pictures import Shown, clear_objects, flat, overlap, portrait

SIZE = Size(160, 120)


def thick(shown: Shown, *points: Point) -> Stroke:
    return Stroke(points, 6 * shown.size.width / 960)


def by_box(shown: Shown) -> Hints:
    return Hints(box=shown.box)


def by_scribble(shown: Shown) -> Hints:
    return Hints(inside=(thick(shown, *shown.inner_line),))


def by_click(shown: Shown) -> Hints:
    return Hints(inside=(thick(shown, shown.inner_line[len(shown.inner_line) // 2]),))


@pytest.mark.parametrize(
    ("ask", "middle", "worst"),
    # a click or a stroke across a face does not say all the colours of a suit: strokes correct it
    [(by_box, 0.95, 0.9), (by_scribble, 0.95, 0.6), (by_click, 0.95, 0.0)],
    ids=["box", "scribble", "click"],
)
def test_clear_objects_are_found(ask: object, middle: float, worst: float) -> None:
    scores = []
    for shown in clear_objects():
        start = time.process_time()
        found = smart.find(shown.pixels, ask(shown))  # type: ignore[operator]
        spent = (time.process_time() - start) * 1000
        scores.append(overlap(found.mask, shown.truth))
        print(f"{ask.__name__:12} {shown.name:24} {scores[-1]:.3f} {spent:6.0f} ms")  # type: ignore[attr-defined]
    assert median(scores) >= middle
    assert min(scores) >= worst


@pytest.mark.parametrize(
    "hints",
    [
        Hints(box=Rect(20, 10, 440, 512)),
        Hints(inside=(Stroke((Point(220, 120), Point(250, 300), Point(300, 420)), 8),)),
    ],
    ids=["box", "scribble"],
)
def test_the_astronaut_is_told_from_the_flag_and_the_shuttle(hints: Hints) -> None:
    found = smart.find(portrait(), hints).mask
    hair, cheek, sleeve, patch = Point(215, 40), Point(205, 125), Point(90, 270), Point(170, 385)
    flag, wall, shuttle = Point(60, 90), Point(330, 60), Point(412, 130)
    assert all(found.holds(each) for each in (hair, cheek, sleeve, patch))
    assert not any(found.holds(each) for each in (flag, wall, shuttle))
    assert 0.3 < found.area / 512**2 < 0.55


def test_a_stroke_on_what_was_missed_and_one_on_what_was_too_much_make_it_better() -> None:
    shown = clear_objects()[-1]
    hints = by_scribble(shown)
    before = smart.find(shown.pixels, hints).mask
    missed, too_much = shown.truth.without(before), before.without(shown.truth)
    assert missed.area > too_much.area
    pixels = missed.read(shown.size.rect)
    deepest = cv2.minMaxLoc(cv2.distanceTransform(pixels, cv2.DIST_L2, 5))[3]
    there = Point(deepest[0], deepest[1])
    stroke = thick(shown, there, there + Point(8, 0))
    after = smart.find(shown.pixels, hints.corrected(stroke, is_inside=True)).mask
    assert after.holds(there)
    assert overlap(after, shown.truth) > overlap(before, shown.truth)


def test_a_stroke_says_not_this_in_a_box_as_well() -> None:
    shown = clear_objects()[0]
    middle = shown.inner_line[3]
    stroke = thick(shown, middle, middle + Point(40, 0))
    before = smart.find(shown.pixels, by_box(shown)).mask
    after = smart.find(shown.pixels, by_box(shown).corrected(stroke, is_inside=False)).mask
    assert before.holds(middle)
    assert not after.holds(middle)


def test_the_same_question_has_the_same_answer() -> None:
    shown = clear_objects()[1]
    for ask in (by_box, by_scribble, by_click):
        first = smart.find(shown.pixels, ask(shown)).mask
        cv2.setRNGSeed(99)
        assert smart.find(shown.pixels, ask(shown)).mask == first


def test_a_box_without_an_edge_in_it_gives_its_ellipse_and_says_so() -> None:
    picture = flat(SIZE)
    found = smart.find(picture, Hints(box=Rect(40, 30, 100, 90)))
    assert found.words == smart.NO_EDGE
    assert found.mask == raster.ellipse(SIZE, Point(40, 30), Point(100, 90))


def test_an_object_that_leaves_the_picture_is_taken_to_the_very_edge() -> None:
    shown = clear_objects()[1]
    cut_off = shown.pixels[:, 420:].copy()
    truth = Mask.of(shown.truth.read(shown.size.rect)[:, 420:].copy())
    box = truth.bounds.grown(10).clipped(truth.size.rect)
    found = smart.find(cut_off, Hints(box=box)).mask
    assert found.bounds.left == 0
    assert overlap(found, truth) >= 0.95


def test_a_rough_mask_is_drawn_to_the_edges() -> None:
    scores = []
    for shown in clear_objects():
        rect = shown.truth.bounds
        rough = raster.ellipse(shown.size, Point(*rect[:2]), Point(*rect[2:]))
        tight = smart.tightened(shown.pixels, rough).mask
        scores.append((overlap(rough, shown.truth), overlap(tight, shown.truth)))
    assert all(after > before - 0.02 for before, after in scores)
    assert median(after for _, after in scores) >= 0.9


@pytest.mark.parametrize("mask", [Mask.empty(SIZE), Mask.full(SIZE)], ids=["empty", "full"])
def test_a_mask_without_an_edge_stays_as_it_was(mask: Mask) -> None:
    found = smart.tightened(flat(SIZE), mask)
    assert found.mask is mask
    assert found.words == smart.NO_CLEARER


_places = st.tuples(
    st.one_of(st.floats(-300, 300), st.sampled_from([float("nan"), float("inf"), 1e300])),
    st.floats(-300, 300),
).map(lambda each: Point(*each))
_strokes = st.lists(
    st.builds(Stroke, st.lists(_places, min_size=1, max_size=4).map(tuple), st.floats(0.1, 40)),
    max_size=3,
).map(tuple)
_boxes = st.one_of(
    st.none(), st.lists(st.integers(-200, 400), min_size=4, max_size=4).map(lambda s: Rect(*s))
)
_sizes = st.sampled_from([Size(1, 1), Size(2, 90), Size(90, 3), SIZE])


@settings(deadline=None, max_examples=60)
@given(_boxes, _strokes, _strokes, _sizes, st.integers(0, 3))
def test_whatever_is_asked_of_whatever_picture_there_is_an_answer(
    box: Rect | None,
    inside: tuple[Stroke, ...],
    outside: tuple[Stroke, ...],
    size: Size,
    seed: int,
) -> None:
    random = np.random.default_rng(seed)
    picture = random.integers(0, 2 + 80 * seed, (size.height, size.width, 4)).astype(np.uint8)
    found = smart.find(picture, Hints(box, inside, outside))
    assert found.mask.size == size
    assert found.words or not found.mask.is_empty
