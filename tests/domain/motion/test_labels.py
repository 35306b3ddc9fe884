"""One byte a pixel says what seven masks say, and what a stroke in progress makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.hatching import CODE_BITS, PERIOD, places, stripes
from kling_desktop.domain.motion.labels import Labels, code_of
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.pyramid import halved, halves
from kling_desktop.domain.motion.stroke import Stroke
from kling_desktop.domain.motion.symmetry import mirrored_segments
from kling_desktop.domain.motion.tools.options import Symmetry
from kling_desktop.domain.motion.tools.tool import Segment

SIZE = Size(600, 300)
_rects = st.tuples(
    st.integers(0, 500), st.integers(0, 250), st.integers(1, 100), st.integers(1, 50)
).map(lambda s: Rect(s[0], s[1], s[0] + s[2], s[1] + s[3]))
_steps = st.tuples(
    st.sampled_from([edits.paint, edits.erase, edits.give_mask]),
    st.sampled_from((STATIC, *DYNAMIC)),
    st.one_of(_rects, st.just(SIZE.rect)),
)


def blank() -> MotionDocument:
    return MotionDocument.blank(PictureRef(SIZE))


def filled(rect: Rect) -> Mask:
    return Mask.part(SIZE, rect, np.full((rect.height, rect.width), 255, np.uint8))


def plain(document: MotionDocument) -> np.ndarray:
    codes = np.zeros((SIZE.height, SIZE.width), np.uint8)
    for each in document.regions:
        codes[each.mask.read(SIZE.rect) > 0] = code_of(each.id)
    return codes


@settings(deadline=None)
@given(st.lists(_steps, max_size=8))
def test_labels_follow_whatever_is_done_and_undone(steps: list[tuple[object, int, Rect]]) -> None:
    versions = [blank()]
    labels = Labels(versions[0])
    for change, number, rect in steps:
        versions.append(change(versions[-1], number, filled(rect)))  # type: ignore[operator]
        before = labels.codes.copy()
        told = labels.follow(versions[-1])
        assert np.array_equal(labels.codes, plain(versions[-1]))
        for each in told:
            before[each.slices] = labels.codes[each.slices]
        assert np.array_equal(before, labels.codes)  # nothing changed elsewhere
    for version in reversed(versions):
        labels.follow(version)
        assert np.array_equal(labels.codes, plain(version))


@pytest.mark.parametrize("erases", [True, False])
@pytest.mark.parametrize("level", [0, 1, 3])
@pytest.mark.parametrize("locked", [None, DYNAMIC[0], DYNAMIC[1]])
def test_a_stroke_in_progress_is_read_as_it_will_be_committed(
    level: int, locked: int | None, erases: bool
) -> None:
    document = edits.paint(blank(), DYNAMIC[0], filled(Rect(50, 50, 300, 200)))
    document = edits.paint(document, DYNAMIC[1], filled(Rect(200, 100, 500, 250)))
    if locked is not None:
        document = edits.lock(document, locked, locked=True)  # type: ignore[arg-type]
    labels, stroke = Labels(document), Stroke(SIZE, hardness=0.3)
    stroke.stamp(Segment(Point(100, 90), Point(480, 190), 40, 60))
    labels.begin(stroke, DYNAMIC[1], erases=erases)
    change = edits.erase if erases else edits.paint
    step = 1 << level
    wanted = plain(change(document, DYNAMIC[1], stroke.covered()))[::step, ::step]
    height, width = wanted.shape
    found = np.empty_like(wanted)
    labels.read(level, Rect(0, 0, width, height), found)
    assert np.array_equal(found, wanted)
    labels.end()
    labels.read(level, Rect(0, 0, width, height), found)
    assert np.array_equal(found, plain(document)[::step, ::step])


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 1 << 30))
def test_a_halved_pixel_is_the_mean_of_those_that_it_stands_for(
    width: int, height: int, seed: int
) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge").astype(int)
    total = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
    assert np.array_equal(halved(picture), (total + 2) // 4)


def test_a_picture_is_halved_until_it_is_small_and_is_its_own_first_level() -> None:
    picture = np.zeros((700, 1025, 4), np.uint8)
    levels = halves(picture)
    assert levels[0] is picture
    assert [each.shape[:2] for each in levels] == [(700, 1025), (350, 513), (175, 257), (88, 129)]


def test_regions_differ_by_their_pattern_alone() -> None:
    bits = stripes(PERIOD)
    patterns = [(bits >> code & 1).tobytes() for code in range(8)]
    assert len(set(patterns)) == 8
    assert not any(patterns[0])
    for code in range(1, 8):
        assert 0.1 < np.mean(bits >> code & 1) < 0.4


def test_the_places_within_all_patterns_fit_beside_a_code_in_one_byte() -> None:
    numbers, kinds = places(40)
    assert len(kinds) << CODE_BITS <= 256
    assert np.array_equal(np.array(kinds)[numbers >> CODE_BITS], stripes(40))


def test_copies_of_a_segment_are_mirrored_about_the_middle() -> None:
    segment = Segment(Point(10, 20), Point(30, 25), 4, 5)
    ends = [each.end for each in mirrored_segments(segment, Symmetry.BOTH, SIZE)]
    assert ends == [Point(30, 25), Point(570, 25), Point(30, 275), Point(570, 275)]
    assert mirrored_segments(segment, Symmetry.NONE, SIZE) == [segment]
