"""One version of a document makes the next; of two regions the one painted last has the pixel."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits
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

SIZE = Size(320, 280)
ONE, TWO = DYNAMIC[:2]


def blank() -> MotionDocument:
    return MotionDocument.blank(PictureRef(SIZE, "boat.jpg"))


def box(left: int, top: int, right: int, bottom: int) -> Mask:
    rect = Rect(left, top, right, bottom)
    return Mask.part(SIZE, rect, np.full((rect.height, rect.width), 255, np.uint8))


def area(document: MotionDocument, number: RegionId) -> int:
    region = document.region(number)
    return 0 if region is None else region.mask.area


_sides = st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(1, 80), st.integers(1, 80))
_boxes = _sides.map(lambda s: box(s[0], s[1], s[0] + s[2], s[1] + s[3]))
_numbers = st.sampled_from((STATIC, *DYNAMIC))
_steps = st.one_of(
    st.tuples(st.sampled_from([edits.paint, edits.erase, edits.give_mask]), _numbers, _boxes),
    st.tuples(st.just("lock"), _numbers, st.booleans()),
    st.tuples(st.just("remove"), _numbers, st.none()),
    st.tuples(st.just("pin"), _numbers, st.none()),
)


@settings(deadline=None)
@given(st.lists(_steps, max_size=12))
def test_masks_never_overlap_whatever_is_done(steps: list[tuple[object, RegionId, object]]) -> None:
    document = blank()
    for what, number, value in steps:
        if what == "lock":
            document = edits.lock(document, number, locked=bool(value))
        elif what == "remove":
            document = edits.remove(document, number)
        elif what == "pin":
            document = edits.pin_everything_else(document)
        else:
            locked = {each.id: each.mask for each in document.regions if each.is_locked}
            document = what(document, number, value)  # type: ignore[operator]
            assert all(document.region(each).mask == mask for each, mask in locked.items())
        for a, b in combinations(document.regions, 2):
            assert a.mask.common(b.mask).is_empty


def test_the_region_painted_last_has_the_pixels() -> None:
    document = edits.paint(blank(), ONE, box(0, 0, 100, 10))
    document = edits.paint(document, TWO, box(50, 0, 150, 10))
    assert (area(document, ONE), area(document, TWO)) == (500, 1000)


def test_a_locked_region_neither_gives_nor_takes() -> None:
    document = edits.lock(edits.paint(blank(), ONE, box(0, 0, 100, 10)), ONE, locked=True)
    document = edits.paint(document, TWO, box(50, 0, 150, 10))
    assert (area(document, ONE), area(document, TWO)) == (1000, 500)
    assert edits.paint(document, ONE, box(0, 0, 320, 280)) is document
    assert edits.erase(document, ONE, box(0, 0, 320, 280)) is document
    assert edits.remove(document, ONE) is document


def test_everything_else_is_pinned_in_one_step() -> None:
    document = edits.pin_everything_else(edits.paint(blank(), ONE, box(0, 0, 100, 10)))
    assert area(document, STATIC) == SIZE.width * SIZE.height - 1000


def test_a_seventh_region_is_refused_and_a_freed_number_is_used_again() -> None:
    document = blank()
    for _ in DYNAMIC:
        document = edits.add(document)
    with pytest.raises(ValueError, match="six"):
        edits.add(document)
    document = edits.remove(document, TWO)
    assert edits.add(document).dynamic[-1].id == TWO


def test_the_static_region_has_no_way_and_is_never_taken_from_the_list() -> None:
    way = Trajectory.through([Point(0, 0), Point(9, 9)])
    document = edits.paint(blank(), STATIC, box(0, 0, 10, 10))
    assert edits.give_trajectory(document, STATIC, way) is document
    assert edits.remove(document, STATIC).static.mask.is_empty


def test_a_copy_has_the_same_way_and_no_pixels_as_each_has_one_owner() -> None:
    way = Trajectory.through([Point(0, 0), Point(9, 9)])
    document = edits.give_trajectory(edits.paint(blank(), ONE, box(0, 0, 10, 10)), ONE, way)
    copy = edits.duplicate(edits.rename(document, ONE, " Boat "), ONE).dynamic[-1]
    assert (copy.id, copy.name, copy.trajectory) == (TWO, "Boat copy", way)
    assert copy.mask.is_empty


def test_regions_change_places_and_keep_their_numbers() -> None:
    document = edits.add(edits.add(edits.add(blank())))
    moved = edits.move(document, DYNAMIC[2], 0)
    assert [each.id for each in moved.dynamic] == [3, 1, 2]


def test_while_one_is_solo_only_that_is_shown() -> None:
    document = edits.solo(edits.add(edits.add(blank())), TWO, solo=True)
    assert [each.id for each in document.shown()] == [TWO]
    assert not list(edits.show(document, TWO, visible=False).shown())
