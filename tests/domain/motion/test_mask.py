"""A mask is a value: whatever is written can be read again, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion.geometry import NOTHING, Point, Rect, Size
from kling_desktop.domain.motion.mask import TILE, Mask

if TYPE_CHECKING:
    from kling_desktop.domain.motion.mask import Pixels

SIZE = Size(600, 300)

_edges_x = st.lists(st.integers(0, SIZE.width), min_size=2, max_size=2, unique=True).map(sorted)
_edges_y = st.lists(st.integers(0, SIZE.height), min_size=2, max_size=2, unique=True).map(sorted)
_rects = st.tuples(_edges_x, _edges_y).map(lambda e: Rect(e[0][0], e[1][0], e[0][1], e[1][1]))
_edits = st.lists(st.tuples(_rects, st.integers(0, 1 << 30)), max_size=5)


def pixels_of(rect: Rect, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 2, (rect.height, rect.width), np.uint8) * 255


def painted(edits: list[tuple[Rect, int]]) -> tuple[Mask, Pixels]:
    """A mask and the plain array that it must be equal to."""
    mask, plain = Mask.empty(SIZE), np.zeros((SIZE.height, SIZE.width), np.uint8)
    for rect, seed in edits:
        mask = mask.written(rect, pixels_of(rect, seed))
        plain[rect.slices] = pixels_of(rect, seed)
    return mask, plain


@settings(deadline=None)
@given(_edits, _rects)
def test_what_is_written_is_read(edits: list[tuple[Rect, int]], rect: Rect) -> None:
    mask, plain = painted(edits)
    assert np.array_equal(mask.read(rect), plain[rect.slices])
    assert mask == Mask.of(plain)
    assert mask.area == np.count_nonzero(plain)


@settings(deadline=None)
@given(_edits, _edits)
def test_masks_combine_as_sets_of_pixels_do(
    one: list[tuple[Rect, int]], other: list[tuple[Rect, int]]
) -> None:
    (a, plain_a), (b, plain_b) = painted(one), painted(other)
    assert a.united(b) == Mask.of(plain_a | plain_b)
    assert a.common(b) == Mask.of(plain_a & plain_b)
    assert a.without(b) == Mask.of(plain_a & ~plain_b)
    assert a.inverted() == Mask.of(~plain_a)
    assert a.inverted().inverted() == a


@settings(deadline=None)
@given(_edits)
def test_the_bounds_are_tight(edits: list[tuple[Rect, int]]) -> None:
    mask, plain = painted(edits)
    rows, columns = np.nonzero(plain)
    if not rows.size:
        assert mask.bounds == NOTHING
    else:
        left, top, right, bottom = map(int, (columns.min(), rows.min(), columns.max(), rows.max()))
        assert mask.bounds == Rect(left, top, right + 1, bottom + 1)


def test_an_edit_copies_only_the_tiles_that_it_touches() -> None:
    before, _ = painted([(SIZE.rect, 1)])
    after = before.written(Rect(300, 10, 310, 20), np.zeros((10, 10), np.uint8))
    changed = [new is not old for new, old in zip(after.tiles, before.tiles, strict=True)]
    assert changed == [False, True, False, False, False, False]
    assert list(after.changed_since(before)) == [Rect(TILE, 0, 2 * TILE, TILE)]


def test_what_changes_nothing_gives_the_same_mask() -> None:
    mask, plain = painted([(SIZE.rect, 1)])
    assert mask.written(SIZE.rect, plain) is mask
    assert mask.united(mask) is mask
    assert mask.without(Mask.empty(SIZE)) is mask


def test_empty_and_full_tiles_take_no_memory_of_their_own() -> None:
    one, other = Mask.full(Size(512, 512)), Mask.full(Size(512, 512))
    assert one.tiles[0] is other.tiles[3]
    assert one.without(other) == Mask.empty(Size(512, 512))
    assert one.without(other).tiles == (None,) * 4


@pytest.mark.parametrize(
    ("point", "holds"),
    [
        (Point(0, 0), True),
        (Point(0.99, 0.99), True),
        (Point(1, 0), False),
        (Point(-0.01, 0), False),
        (Point(0, 300), False),
    ],
)
def test_a_pixel_covers_the_places_from_its_corner_up_to_the_next(
    point: Point, holds: bool
) -> None:
    mask = Mask.empty(SIZE).written(Rect(0, 0, 1, 1), np.full((1, 1), 255, np.uint8))
    assert mask.holds(point) is holds
