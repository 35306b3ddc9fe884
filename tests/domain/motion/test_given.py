"""Masks and paths of a request become regions of a document, and the same request again."""

from __future__ import annotations

import numpy as np
import pytest

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.given import GivenMask, masks_in, put_on
from kling_desktop.domain.motion.outgoing import outgoing

SIZE = Size(40, 30)
POINTS = ((5, 6), (9, 20), (30, 2))


def white(left: int, right: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    rows = np.zeros((SIZE.height, SIZE.width), np.uint8)
    rows[:, left:right] = 255
    return rows


def test_masks_are_found_in_their_order_and_nonsense_is_passed_over() -> None:
    told = {
        "dynamic_masks": [
            {"mask_url": "/a.png", "trajectories": [{"x": 1, "y": 2}, {"x": 3.0, "y": 4}]},
            {"mask_url": 5}, "odd", {"mask_url": "/b.png", "trajectories": [{"x": 1}]},
            {"mask_url": "/c.png", "trajectories": [{"x": 1e300, "y": 0}]},
        ],
        "static_mask_url": "/s.png",
    }  # fmt: skip
    assert masks_in(told) == [
        GivenMask(DYNAMIC[0], "/a.png", ((1, 2), (3, 4))),
        GivenMask(DYNAMIC[1], "/b.png"),
        GivenMask(DYNAMIC[2], "/c.png"),
        GivenMask(STATIC, "/s.png"),
    ]


@pytest.mark.parametrize("odd", [{}, {"dynamic_masks": "x"}, {"static_mask_url": ["a"]}])
def test_without_masks_there_are_none(odd: dict[str, object]) -> None:
    assert masks_in(odd) == []


def test_no_more_than_six_are_taken() -> None:
    assert len(masks_in({"dynamic_masks": [{"mask_url": "/a.png"}] * 9})) == 6


@pytest.mark.parametrize("origin", list(Origin))
def test_what_was_put_on_is_sent_as_it_was_given(origin: Origin) -> None:
    blank = MotionDocument.blank(PictureRef(SIZE))
    masks = [
        (GivenMask(DYNAMIC[0], "a", POINTS), white(0, 10)),
        (GivenMask(STATIC, "s"), white(20, 40)),
    ]
    document = put_on(blank, masks, origin)
    assert [each.mask.area for each in document.regions] == [300, 600]
    (moving,) = [each for each in outgoing(document, origin) if each.points]
    assert (moving.points[0], moving.points[-1]) == (POINTS[0], POINTS[-1])


def test_a_mask_of_another_size_fills_the_picture() -> None:
    blank = MotionDocument.blank(PictureRef(SIZE))
    half = np.zeros((300, 400), np.uint8)
    half[:150] = 255
    document = put_on(blank, [(GivenMask(DYNAMIC[0], "a"), half)], Origin.TOP_LEFT)
    assert document.regions[0].mask.area == 40 * 15
