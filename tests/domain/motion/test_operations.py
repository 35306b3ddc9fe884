"""Operations on masks: each is one step that can be undone, and each does what its name says."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits, morphology, parts
from kling_desktop.domain.motion import operations as op
from kling_desktop.domain.motion.document import (
    DYNAMIC,
    STATIC,
    MotionDocument,
    PictureRef,
    RegionId,
)
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Trajectory
from tests.domain.motion.pictures import clear_objects, flat, overlap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.edits import Edit

SIZE = Size(600, 300)
ONE, TWO = DYNAMIC[:2]

_sides = st.tuples(
    st.integers(0, 599), st.integers(0, 299), st.integers(1, 400), st.integers(1, 99)
)
_boxes = _sides.map(lambda s: box(s[0], s[1], min(s[0] + s[2], 600), min(s[1] + s[3], 300)))


def box(left: int, top: int, right: int, bottom: int) -> Mask:
    rect = Rect(left, top, right, bottom)
    return Mask.part(SIZE, rect, np.full((rect.height, rect.width), 255, np.uint8))


def united(boxes: list[Mask]) -> Mask:
    mask = Mask.empty(SIZE)
    for each in boxes:
        mask = mask.united(each)
    return mask


def crumbs(seed: int) -> Mask:
    """A few thousand pixels here and there."""
    random = np.random.default_rng(seed)
    return Mask.of((random.random((SIZE.height, SIZE.width)) < 0.01).astype(np.uint8))


_masks = st.one_of(
    st.lists(_boxes, max_size=4).map(united),
    st.integers(0, 9).map(crumbs),
    st.lists(_boxes, max_size=3).map(lambda boxes: united(boxes).inverted()),
)


def document(**masks: Mask) -> MotionDocument:
    """Regions by names such as ``r1``; ``r0`` is static."""
    made = MotionDocument.blank(PictureRef(SIZE))
    for name, mask in masks.items():
        made = edits.paint(made, RegionId(int(name[1:])), mask)
    return made


def mask_of(edit: Edit, number: RegionId = ONE) -> Mask:
    return edits.region_or_new(edit.document, number).mask


def disc(radius: int) -> NDArray[np.uint8]:
    places = np.arange(-radius, radius + 1)
    return np.asarray(places[:, None] ** 2 + places[None, :] ** 2 <= radius**2, np.uint8)


@settings(deadline=None, max_examples=40)
@given(_masks, st.integers(0, 40))
def test_growing_adds_a_disc_around_each_pixel(mask: Mask, pixels: int) -> None:
    whole = cv2.dilate(mask.read(SIZE.rect), disc(pixels))
    assert morphology.grown(mask, pixels) == Mask.of(np.asarray(whole, np.uint8))


@settings(deadline=None, max_examples=40)
@given(_masks, st.integers(0, 40))
def test_shrinking_is_growing_of_what_is_out(mask: Mask, pixels: int) -> None:
    outside = morphology.grown(mask.inverted(), pixels)
    assert morphology.shrunk(mask, pixels) == outside.inverted()


@settings(deadline=None, max_examples=40)
@given(_masks, st.floats(0, 300))
def test_grown_and_shrunk_again_it_has_all_that_it_had(mask: Mask, pixels: float) -> None:
    back = morphology.shrunk(morphology.grown(mask, pixels), pixels)
    assert mask.without(back).is_empty
    opened = morphology.grown(morphology.shrunk(mask, pixels), pixels)
    assert opened.without(mask).is_empty


@settings(deadline=None, max_examples=40)
@given(_masks, st.integers(1, 60))
def test_smoothing_block_by_block_is_smoothing_the_whole(mask: Mask, pixels: int) -> None:
    half = max(1, round(pixels / 3))
    soft = mask.read(SIZE.rect).astype(np.float32)
    for _ in range(3):
        cv2.blur(soft, (2 * half + 1,) * 2, dst=soft, borderType=cv2.BORDER_REPLICATE)
    expected = Mask.of((soft >= 127.5).astype(np.uint8))
    smooth = morphology.smoothed(mask, pixels)
    assert smooth.without(expected).united(expected.without(smooth)).area <= 2  # floats at a half


def test_smoothing_keeps_straight_sides_and_takes_jags_and_corners() -> None:
    rough = box(100, 50, 500, 250).united(box(300, 47, 301, 50)).without(box(200, 50, 201, 52))
    smooth = morphology.smoothed(rough, 12)
    assert smooth.bounds == Rect(100, 50, 500, 250)
    assert smooth.holds(Point(200, 50))
    assert not smooth.holds(Point(100, 50))
    assert smooth.area == pytest.approx(rough.area, rel=0.01)


@pytest.mark.parametrize("change", [morphology.grown, morphology.shrunk, morphology.smoothed])
@pytest.mark.parametrize("pixels", [float("nan"), float("inf"), -4.0, 1e9])
def test_absurd_numbers_of_pixels_are_taken_as_near_as_makes_sense(
    change: Callable[[Mask, float], Mask], pixels: float
) -> None:
    for mask in (Mask.empty(SIZE), Mask.full(SIZE), box(10, 10, 90, 90)):
        assert change(mask, pixels).size == SIZE
    assert change(Mask.full(SIZE), pixels) == Mask.full(SIZE)
    assert change(Mask.empty(SIZE), pixels) == Mask.empty(SIZE)


def test_only_holes_that_are_shut_in_are_filled() -> None:
    ring = box(100, 100, 300, 250).without(box(150, 150, 200, 200))
    open_to_the_edge = box(400, 0, 500, 100).without(box(430, 0, 460, 50))
    filled = parts.with_holes_filled(ring.united(open_to_the_edge))
    assert filled == box(100, 100, 300, 250).united(open_to_the_edge)


def test_a_hole_that_is_shut_in_at_a_corner_alone_is_shut_in() -> None:
    pixels = np.zeros((3, 3), np.uint8)
    pixels[0, 1] = pixels[1, 0] = pixels[1, 2] = pixels[2, 1] = 255
    assert parts.holes(pixels).tolist() == [[0, 0, 0], [0, 255, 0], [0, 0, 0]]


def test_specks_go_and_big_parts_stay() -> None:
    mask = box(0, 0, 100, 100).united(box(200, 0, 220, 20)).united(box(300, 100, 303, 103))
    edit = op.remove_specks(document(r1=mask), ONE)
    assert mask_of(edit) == mask.without(box(300, 100, 303, 103))
    assert mask_of(op.remove_specks(document(r1=mask), ONE, 0.05)) == box(0, 0, 100, 100)


@settings(deadline=None, max_examples=40)
@given(_masks, _masks, st.sampled_from([ONE, TWO, STATIC]), st.booleans())
def test_inverted_twice_everything_is_as_it_was(
    one: Mask, two: Mask, number: RegionId, is_locked: bool
) -> None:
    before = edits.lock(document(r1=one, r2=two), TWO, locked=is_locked)
    after = op.invert(op.invert(before, number).document, number).document
    for region in before.regions:
        assert after.region(region.id).mask == region.mask  # type: ignore[union-attr]


def test_inverted_it_has_what_nobody_had() -> None:
    after = op.invert(document(r1=box(0, 0, 300, 300), r2=box(300, 0, 400, 300)), ONE)
    assert mask_of(after) == box(400, 0, 600, 300)
    assert mask_of(after, TWO) == box(300, 0, 400, 300)


def test_cleared_it_keeps_its_way_and_filled_it_has_all_but_what_is_locked() -> None:
    way = Trajectory.through([Point(0, 0), Point(9, 9)])
    start = edits.give_trajectory(document(r1=box(0, 0, 9, 9), r2=box(9, 0, 30, 9)), ONE, way)
    cleared = op.clear(start, ONE).document.region(ONE)
    assert cleared is not None
    assert (cleared.mask.is_empty, cleared.trajectory) == (True, way)
    assert mask_of(op.fill(start, ONE)) == Mask.full(SIZE)
    locked = edits.lock(start, TWO, locked=True)
    assert mask_of(op.fill(locked, ONE)) == Mask.full(SIZE).without(box(9, 0, 30, 9))


def test_a_copied_mask_has_a_new_owner() -> None:
    start = document(r1=box(0, 0, 50, 50))
    edit = op.copy_mask(start, ONE, TWO)
    assert edit.label == "Copy mask to Region 2"
    assert mask_of(edit, TWO) == box(0, 0, 50, 50)
    assert mask_of(edit).is_empty
    assert edit.note == "The pixels of Region 1 are Region 2's now: each belongs to one region."
    assert op.copy_mask(start, ONE, ONE).document is start


def test_everything_else_is_pinned_unless_static_is_locked() -> None:
    start = document(r1=box(0, 0, 50, 50))
    edit = op.pin_everything_else(start)
    gap = max(2.0, round(min(start.size) * op.PIN_GAP))
    around = mask_of(op.grow(start, ONE, gap), ONE)
    assert mask_of(edit, STATIC) == around.inverted()
    assert around.area > 50 * 50
    assert op.pin_everything_else(edit.document).document is edit.document
    locked = edits.lock(start, STATIC, locked=True)
    assert op.pin_everything_else(locked).document is locked


def test_a_mask_of_the_same_size_is_taken_pixel_by_pixel() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (SIZE.height, SIZE.width), np.uint8)
    expected = Mask.of((grey >= 128).astype(np.uint8))
    assert mask_of(op.from_image(document(), ONE, grey)) == expected
    assert mask_of(op.from_alpha(document(), ONE, grey)) == expected
    assert mask_of(op.from_image(document(), ONE, grey.astype(np.uint16) * 257)) == expected
    assert mask_of(op.from_image(document(), ONE, grey >= 128)) == expected


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 9))
def test_a_mask_of_another_size_is_sampled_at_the_nearest_middle(
    width: int, height: int, seed: int
) -> None:
    grey = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    mask = mask_of(op.from_image(document(), ONE, grey))
    for x, y in ((0, 0), (599, 299), (300, 150), (17, 211), (431, 5)):
        sample = grey[int((y + 0.5) * height / 300), int((x + 0.5) * width / 600)]
        assert mask.holds(Point(x, y)) is bool(sample >= 128)


def test_white_is_in_and_what_is_transparent_is_out() -> None:
    image = np.zeros((1, 4, 4), np.uint8)
    image[0, 0] = (255, 255, 255, 255)
    image[0, 1] = (255, 255, 255, 0)
    image[0, 2] = (120, 130, 140, 255)
    image[0, 3] = (255, 0, 0, 255)
    assert mask_of(op.from_image(document(), ONE, image)) == box(0, 0, 150, 300).united(
        box(300, 0, 450, 300)
    )
    opaque = np.ascontiguousarray(image[:, :, :3])
    assert mask_of(op.from_image(document(), ONE, opaque)) == box(0, 0, 450, 300)


@pytest.mark.parametrize(
    "array",
    [np.zeros((0, 5)), np.zeros(7), np.zeros((4, 4, 2), np.uint8), np.full((3, 3), np.nan)],
    ids=["no rows", "a row", "two channels", "not numbers"],
)
def test_what_is_no_mask_is_refused(array: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match=r"shape|levels"):
        op.from_image(document(), ONE, array)


def test_a_rough_mask_is_tightened_in_one_step_and_one_without_an_edge_says_so() -> None:
    shown = clear_objects()[1]
    rough = morphology.grown(shown.truth, 25)
    start = edits.paint(MotionDocument.blank(PictureRef(shown.size)), ONE, rough)
    edit = op.tighten(start, ONE, shown.pixels)
    assert edit.label == "Tighten to object"
    assert overlap(rough, shown.truth) < 0.8
    assert overlap(mask_of(edit), shown.truth) > 0.95
    nothing = op.tighten(start, ONE, flat(shown.size))
    assert nothing.document is start
    assert "No clear edge" in nothing.note


_OPERATIONS: list[Callable[[MotionDocument], Edit]] = [
    lambda it: op.grow(it, ONE, 7),
    lambda it: op.shrink(it, ONE, 3),
    lambda it: op.smooth(it, ONE, 9),
    lambda it: op.fill_holes(it, ONE),
    lambda it: op.remove_specks(it, ONE),
    lambda it: op.invert(it, ONE),
    lambda it: op.clear(it, ONE),
    lambda it: op.fill(it, ONE),
    lambda it: op.copy_mask(it, TWO, ONE),
    lambda it: op.from_alpha(it, ONE, np.eye(30, dtype=np.uint8) * 255),
    lambda it: op.from_image(it, ONE, np.eye(30, dtype=np.uint8) * 255),
    lambda it: op.tighten(it, ONE, flat(SIZE)),
    op.pin_everything_else,
]


@settings(deadline=None, max_examples=30)
@given(_masks, _masks, st.lists(st.sampled_from(_OPERATIONS), max_size=6))
def test_every_step_is_undone_by_the_document_before_and_leaves_masks_apart(
    one: Mask, two: Mask, steps: list[Callable[[MotionDocument], Edit]]
) -> None:
    now = document(r1=one, r2=two)
    for step in steps:
        tiles = [each.mask.tiles for each in now.regions]
        edit = step(now)
        assert [each.mask.tiles for each in now.regions] == tiles
        assert edit.label
        now = edit.document
        for a, b in combinations(now.regions, 2):
            assert a.mask.common(b.mask).is_empty


@pytest.mark.parametrize("step", _OPERATIONS[:-1])
def test_a_locked_region_stays_as_it_is_and_the_step_says_why(
    step: Callable[[MotionDocument], Edit],
) -> None:
    locked = edits.lock(document(r1=box(0, 0, 50, 50), r2=box(60, 0, 90, 90)), ONE, locked=True)
    edit = step(locked)
    assert edit.document is locked
    assert edit.note == "Region 1 is locked: unlock it to change its mask."


def test_what_changes_nothing_is_no_step() -> None:
    start = document(r1=box(0, 0, 50, 50))
    for edit in (op.grow(start, ONE, 0), op.fill_holes(start, ONE), op.remove_specks(start, ONE)):
        assert edit.document is start


def test_what_finds_nothing_to_do_says_why() -> None:
    start, empty = document(r1=box(0, 0, 50, 50)), document()
    assert op.fill_holes(start, ONE).note == op.NO_HOLES.format("Region 1")
    assert op.remove_specks(start, ONE).note == op.NO_SPECKS.format("Region 1")
    for edit in (op.fill_holes(empty, ONE), op.copy_mask(empty, ONE, TWO)):
        assert edit.document is empty
        assert edit.note == op.NO_PIXELS.format("Region 1")
    pinned = op.pin_everything_else(start)
    assert not pinned.note
    assert op.pin_everything_else(pinned.document).note == op.ALL_PINNED
