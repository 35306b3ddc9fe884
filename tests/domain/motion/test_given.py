"""Masks and points of a request become regions and paths on the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.document import STATIC, MotionDocument, PictureRef, RegionId
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.given import GivenMask, with_masks
from kling_desktop.domain.motion.wire import wire_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = Size(400, 300)
POINTS = ((10, 20), (60, 20), (60, 90))


def box(rows: slice, columns: slice, size: Size = SIZE) -> NDArray[np.uint8]:
    made = np.zeros((size.height, size.width, 3), np.uint8)
    made[rows, columns] = 255
    return made


@pytest.fixture
def blank() -> MotionDocument:
    return MotionDocument.blank(PictureRef(SIZE))


@pytest.mark.parametrize("origin", list(Origin))
def test_the_same_points_would_be_sent_again(blank: MotionDocument, origin: Origin) -> None:
    mask = GivenMask(RegionId(2), box(slice(10, 50), slice(20, 80)), POINTS)
    region = with_masks(blank, [mask], origin).region(RegionId(2))
    assert region is not None
    sent = wire_points(region.trajectory, SIZE, SIZE, origin)
    assert (sent[0], sent[-1]) == (POINTS[0], POINTS[-1])
    assert POINTS[1] in sent
    assert region.mask.read(SIZE.rect).any(axis=1).nonzero()[0].tolist() == list(range(10, 50))


def test_masks_of_another_size_than_the_picture_are_scaled_with_their_points(
    blank: MotionDocument,
) -> None:
    half = Size(200, 150)
    rows = box(slice(5, 25), slice(10, 40), half)
    mask = GivenMask(RegionId(1), rows, ((5, 10), (30, 10)))
    region = with_masks(blank, [mask], Origin.TOP_LEFT).region(RegionId(1))
    assert region is not None
    assert [node.point for node in region.trajectory.nodes] == [Point(11, 21), Point(61, 21)]
    assert int((region.mask.read(SIZE.rect) > 0).sum()) == 40 * 60


def test_masks_never_overlap_and_the_static_one_has_no_path(blank: MotionDocument) -> None:
    masks = [
        GivenMask(RegionId(1), box(slice(0, 100), slice(0, 100)), POINTS),
        GivenMask(STATIC, box(slice(50, 150), slice(50, 150)), POINTS),
    ]
    made = with_masks(blank, masks, Origin.TOP_LEFT)
    one, static = (each.mask.read(SIZE.rect) > 0 for each in made.regions)
    assert not (one & static).any()
    assert made.static.trajectory.is_empty
