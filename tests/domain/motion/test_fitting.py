"""Every picture has a way to Kling, and what is painted goes along."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.limits import MAX_BYTES, MAX_RATIO, MIN_RATIO, MIN_SIDE
from kling_desktop.domain.motion.fitting import Fit, fit_document, fit_of, limited, proposal
from kling_desktop.domain.motion.geometry import Rect, Size
from tests.domain.motion.documents import a_document, documents

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument

SIDES = st.integers(1, 9000)
SIZES = st.builds(Size, SIDES, SIDES)


def is_accepted(size: Size) -> bool:
    return min(size) >= MIN_SIDE and MIN_RATIO <= size.width / size.height <= MAX_RATIO


@settings(max_examples=500, deadline=None)
@given(SIZES, st.integers(0, 40_000_000))
def test_what_is_proposed_is_accepted_and_what_is_accepted_stays(
    size: Size, file_bytes: int
) -> None:
    fit = proposal(size, file_bytes)
    if fit is None:
        assert is_accepted(size) or min(size) < 2
        return
    assert is_accepted(fit.size)
    assert fit.crop.clipped(size.rect) == fit.crop
    assert not (is_accepted(size) and file_bytes <= MAX_BYTES)
    across, down = fit.scale
    assert across == pytest.approx(down, rel=0.02) or min(fit.crop.width, fit.crop.height) < 60


@settings(max_examples=300, deadline=None)
@given(SIZES, st.integers(-50, 9000), st.integers(-50, 9000), SIDES, SIDES)
def test_any_box_is_brought_to_one_that_can_be_sent(
    size: Size, left: int, top: int, width: int, height: int
) -> None:
    crop = limited(Rect(left, top, left + width, top + height), size)
    assert crop.clipped(size.rect) == crop
    assert not crop.is_empty
    if min(crop.width, crop.height) >= MIN_SIDE:
        assert MIN_RATIO <= crop.width / crop.height <= MAX_RATIO


@pytest.mark.parametrize(
    ("size", "file_bytes", "label", "reason"),
    [
        (Size(3000, 400), 0, "Crop to 1000 x 400", "7.5 times as wide as high"),
        (Size(200, 900), 0, "Crop to 200 x 500 and scale to 300 x 750", "0.222 times as wide"),
        (Size(200, 150), 0, "Scale to 400 x 300", "at least 300 on each side"),
        (Size(6000, 4000), 40_000_000, "Scale to 2847 x 1898", "has 40.0 MB; Kling takes 10 MB"),
    ],
)
def test_a_proposal_says_why_and_what(size: Size, file_bytes: int, label: str, reason: str) -> None:
    fit = proposal(size, file_bytes)
    assert fit is not None
    assert fit.label == label
    assert reason in fit.reason


def test_a_good_picture_needs_nothing_and_a_chosen_part_is_a_fit() -> None:
    assert proposal(Size(1920, 1080), MAX_BYTES) is None
    fit = fit_of(Size(1920, 1080), Rect(100, 100, 1000, 900))
    assert fit is not None
    assert (fit.size, fit.label) == ((900, 800), "Crop to 900 x 800")


@settings(max_examples=60, deadline=None)
@given(documents(longest=600), st.data())
def test_masks_stay_disjoint_and_paths_keep_their_place(
    document: MotionDocument, data: st.DataObject
) -> None:
    width, height = document.size
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    right = data.draw(st.integers(left + 1, width))
    bottom = data.draw(st.integers(top + 1, height))
    size = Size(data.draw(st.integers(1, 700)), data.draw(st.integers(1, 700)))
    fit = Fit(Rect(left, top, right, bottom), size, "", "")
    fitted = fit_document(document, fit, "new")
    assert (fitted.size, fitted.picture.digest) == (size, "new")
    total = sum(each.mask.area for each in fitted.regions)
    whole = fitted.static.mask
    for each in fitted.dynamic:
        whole = whole.united(each.mask)
    assert whole.area == total
    for before, after in zip(document.regions, fitted.regions, strict=True):
        assert (after.id, after.name) == (before.id, before.name)
        for old, new in zip(before.trajectory.nodes, after.trajectory.nodes, strict=True):
            back = new.point.x / fit.scale[0] + left
            assert math.isclose(back, old.point.x, rel_tol=1e-6, abs_tol=1e-3)


def test_scaled_to_twice_the_size_each_pixel_is_four() -> None:
    document = a_document()
    fitted = fit_document(document, Fit(document.size.rect, Size(800, 600), "", ""))
    for before, after in zip(document.regions, fitted.regions, strict=True):
        assert after.mask.area == 4 * before.mask.area
        assert after.mask.bounds == Rect(*(2 * edge for edge in before.mask.bounds))


def test_cut_without_scaling_the_pixels_are_the_same() -> None:
    document, crop = a_document(), Rect(50, 60, 390, 290)
    fitted = fit_document(document, Fit(crop, Size(crop.width, crop.height), "", ""))
    for before, after in zip(document.regions, fitted.regions, strict=True):
        assert (after.mask.read(fitted.size.rect) == before.mask.read(crop)).all()
