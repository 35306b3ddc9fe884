"""What a clip shows of the brush is measured in the clip alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kling_desktop.domain.motion.verdict import Took
from kling_desktop.domain.motion.verdict_words import DRIFTED, words_of
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.scene import Mode, Moving, Scene
from kling_desktop.media.motion.track import grey_frames, verdict_of
from tests.media.motion.pictures import disc, straight, with_ball

if TYPE_CHECKING:
    from kling_desktop.domain.motion.verdict import Verdict
    from kling_desktop.media.motion.scene import Points

FRAMES = 40
RIGHT_AND_UP = straight((150, 180), (220, 130))
REVERSED = straight((150, 180), (80, 230))
FLIPPED = straight((150, 180), (220, 230))
A_THIRD = straight((150, 180), (171, 165))


def verdict(made: Points, asked: Points = RIGHT_AND_UP, *, pan: int = 0) -> Verdict:
    """Of a clip in which the region takes one way while another was asked for."""
    picture, mask = with_ball()
    static = disc(picture, 380, 180, 60)
    clip = Motion(Scene(picture, (Moving(mask, made, Mode.OBJECT),), static, FRAMES))
    frames = [
        np.roll(frame, round(pan * number / FRAMES), axis=1) for number, frame in enumerate(clip)
    ]
    scene = Scene(picture, (Moving(mask, asked),), static, FRAMES)
    return verdict_of(grey_frames(iter(frames)), scene, [3])


@pytest.mark.parametrize(
    ("made", "took"),
    [
        (RIGHT_AND_UP, Took.YES),
        (straight((150, 180)), Took.NO),
        (REVERSED, Took.ELSEWHERE),
        (FLIPPED, Took.UPSIDE_DOWN),
        (A_THIRD, Took.PARTLY),
    ],
)
def test_a_way_is_told_from_another(made: Points, took: Took) -> None:
    found = verdict(made)
    assert found.regions[0].took is took
    assert (found.score > 0.8) == (took is Took.YES)


def test_what_is_measured_is_where_it_went() -> None:
    (region,) = verdict(RIGHT_AND_UP).regions
    assert region.number == 3
    assert region.seen[-1] == pytest.approx((70 / 480, -50 / 480), abs=0.005)
    assert region.agreement > 0.99
    assert region.reach == pytest.approx(1, abs=0.05)


def test_what_stays_is_said_to_stay_and_a_camera_that_moves_is_found_out() -> None:
    calm = verdict(RIGHT_AND_UP)
    assert calm.static_drift == pytest.approx(0, abs=0.002)
    assert calm.ratio > 10
    assert "stayed in its place" in words_of(calm)[1]
    moved = verdict(straight((150, 180)), pan=60)
    assert moved.static_drift == pytest.approx(60 / 480, abs=0.01)
    assert moved.ratio < 1.5
    assert words_of(moved)[-1] == DRIFTED
    assert "drifted 12." in words_of(moved)[1]


def test_a_region_without_anything_to_follow_is_unknown_and_no_success() -> None:
    flat = np.full((360, 480, 3), 128, np.uint8)
    scene = Scene(flat, (Moving(disc(flat, 150, 180, 50), RIGHT_AND_UP),), frames=5)
    found = verdict_of(grey_frames(iter([flat] * 5)), scene, [1])
    assert found.regions[0].took is Took.UNKNOWN
    assert found.score == 0
    assert words_of(found)[0] == "Region 1 could not be followed."


def test_a_clip_of_another_size_is_measured_in_shares_of_its_width() -> None:
    picture, mask = with_ball()
    scene = Scene(picture, (Moving(mask, RIGHT_AND_UP, Mode.OBJECT),), frames=FRAMES)
    small = [frame[::2, ::2] for frame in Motion(scene)]
    found = verdict_of(grey_frames(iter(small)), scene, [1])
    assert found.regions[0].took is Took.YES
    assert found.regions[0].seen[-1] == pytest.approx((70 / 480, -50 / 480), abs=0.01)
