"""The sandbox's watermark is found in a clip, and has no say in where a region went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kling_desktop.domain.motion.verdict import Took
from kling_desktop.media.motion.hidden import clear_of, mark_in
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.scene import Mode, Moving, Scene
from kling_desktop.media.motion.track import grey_frames, verdict_of
from kling_desktop.media.watermark import Watermark
from tests.media.motion.pictures import straight, textured, with_ball

if TYPE_CHECKING:
    from kling_desktop.media.motion.corners import Grey
    from kling_desktop.media.motion.scene import Picture, Points

FRAMES = 40
START = (400, 300)
"""Of a ball whose lower part is under the watermark of a frame of 480 x 360."""
ASKED = straight(START, (310, 220))


def stamped(frames: list[Picture]) -> list[Picture]:
    height, width = frames[0].shape[:2]
    for frame in frames:
        Watermark((width, height)).stamp(frame)
    return frames


def rolled(size: tuple[int, int], count: int = 5) -> list[Picture]:
    return [np.roll(textured(*size), 3 * step, axis=0) for step in range(count)]


def grey(frames: list[Picture]) -> list[Grey]:
    return grey_frames(iter(frames))


@pytest.mark.parametrize("size", [(480, 270), (1280, 720), (960, 960), (1176, 784), (540, 1702)])
def test_the_watermark_is_found_at_the_size_in_which_clips_are_followed(
    size: tuple[int, int],
) -> None:
    frames = grey(stamped(rolled(size)))
    found = mark_in(frames)
    assert found is not None
    height, width = frames[0].shape
    scale = size[1] / height
    rows, columns = Watermark(size).area
    inside = np.zeros((height, width), bool)
    inside[
        round(rows.start / scale) : round(rows.stop / scale),
        round(columns.start / scale) : round(columns.stop / scale),
    ] = True
    assert (found[inside] > 0).mean() > 0.97
    assert (found > 0).mean() < 0.06


@pytest.mark.parametrize("size", [(480, 270), (30, 20), (8, 300)])
def test_a_clip_without_it_has_none(size: tuple[int, int]) -> None:
    assert mark_in(grey(rolled(size))) is None
    assert mark_in(grey([np.zeros((size[1], size[0], 3), np.uint8)] * 3)) is None


def test_it_must_be_there_to_the_end() -> None:
    assert mark_in(grey([*stamped(rolled((480, 270))), *rolled((480, 270), 1)])) is None


def test_the_larger_part_of_a_mask_is_left() -> None:
    mark = np.zeros((100, 200), np.uint8)
    mark[80:95, 120:190] = 255
    above, beside, free, within = np.zeros((4, 100, 200), np.uint8)
    above[40:90, 130:150] = 255
    beside[82:92, 100:130] = 255
    free[10:30, 10:30] = 255
    within[78:95, 125:145] = 255
    assert cv2.boundingRect(clear_of(mark, above)) == (130, 40, 20, 40)
    assert cv2.boundingRect(clear_of(mark, beside)) == (100, 82, 20, 10)
    for whole in (free, within):
        assert np.array_equal(clear_of(mark, whole), whole)
    assert np.array_equal(clear_of(None, above), above)


@pytest.mark.parametrize(
    ("made", "took"),
    [
        (ASKED, {Took.YES}),
        (straight(START), {Took.NO}),
        (straight(START, (310, 300)), {Took.PARTLY}),
        (straight(START, (440, 240)), {Took.ELSEWHERE, Took.NO}),
    ],
)
def test_a_region_that_begins_under_it_is_seen_to_move(made: Points, took: set[Took]) -> None:
    picture, mask = with_ball(*START, 50)
    clip = Motion(Scene(picture, (Moving(mask, made, Mode.OBJECT),), frames=FRAMES))
    asked = Scene(picture, (Moving(mask, ASKED),), frames=FRAMES)
    (region,) = verdict_of(grey(stamped(list(clip))), asked, [1]).regions
    assert region.took in took, (region.took, region.agreement, region.reach)
