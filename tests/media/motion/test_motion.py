"""Regions follow their ways, what is static stays, and nothing tears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.plate import roughly_filled
from kling_desktop.media.motion.scene import Mode, Moving, Scene
from kling_desktop.media.motion.timing import displacements
from tests.media.motion.pictures import disc, place_of, straight, textured, with_ball

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Points

FRAMES = 40
WAYS = {
    "right": straight((150, 180), (250, 180)),
    "up": straight((150, 180), (150, 100)),
    "there and back": straight((150, 180), (230, 150), (150, 180)),
    "a curve": np.array([(150 + 90 * t, 180 - 60 * np.sin(3 * t)) for t in np.linspace(0, 1, 30)]),
}
MODES = (Mode.OBJECT, Mode.ELASTIC)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", WAYS)
def test_a_region_is_where_its_way_says_at_every_frame(mode: Mode, way: str) -> None:
    picture, mask = with_ball()
    motion = Motion(Scene(picture, (Moving(mask, WAYS[way], mode),), frames=FRAMES))
    moved = displacements(WAYS[way], FRAMES)
    sample = picture[165:196, 135:166]  # the middle: towards its edge it gives way
    for number in range(0, FRAMES, 3):
        x, y = place_of(motion.frame(number), sample)
        wanted = np.array([150.0, 180.0]) + moved[number]
        assert np.hypot(x - wanted[0], y - wanted[1]) <= 0.75


@pytest.mark.parametrize("mode", MODES)
def test_the_first_frame_is_the_picture(mode: Mode) -> None:
    picture, mask = with_ball()
    motion = Motion(Scene(picture, (Moving(mask, WAYS["right"], mode),), frames=FRAMES))
    assert np.array_equal(motion.frame(0), picture)
    step = np.abs(motion.frame(1).astype(int) - picture)
    assert step.mean() < 3


@pytest.mark.parametrize("mode", MODES)
def test_what_is_static_does_not_change_by_a_single_level(mode: Mode) -> None:
    picture, mask = with_ball()
    static = disc(picture, 260, 180, 45)
    motion = Motion(Scene(picture, (Moving(mask, WAYS["right"], mode),), static, FRAMES))
    for frame in motion:
        assert np.array_equal(frame[static > 0], picture[static > 0])


@pytest.mark.parametrize("mode", MODES)
def test_the_same_scene_gives_the_same_frames(mode: Mode) -> None:
    picture, mask = with_ball()
    scene = Scene(picture, (Moving(mask, WAYS["a curve"], mode),), frames=FRAMES)
    one, other = Motion(scene), Motion(scene)
    for number in (39, 7, 20):
        assert np.array_equal(one.frame(number), other.frame(number))


@pytest.mark.parametrize("mode", MODES)
def test_a_late_frame_is_the_same_whether_or_not_the_others_were_made(mode: Mode) -> None:
    picture, mask = with_ball()
    scene = Scene(picture, (Moving(mask, WAYS["a curve"], mode),), frames=FRAMES)
    frames, alone = list(Motion(scene)), Motion(scene)
    for number in (30, 39, 5):
        assert np.array_equal(alone.frame(number), frames[number])


def test_a_hole_that_is_filled_in_a_hurry_shows_nothing_of_the_object() -> None:
    picture = np.full((361, 479, 3), (200, 180, 60), np.uint8)
    mask = disc(picture, 150, 180, 50)
    picture[mask > 0] = (10, 20, 90)
    found = roughly_filled(picture, mask)
    assert np.abs(found.astype(int) - (200, 180, 60)).max() <= 1
    assert np.array_equal(roughly_filled(picture, np.zeros_like(mask)), picture)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("corner", [(0, 0), (479, 0), (0, 359), (479, 359)])
def test_nothing_black_comes_in_where_a_region_meets_the_edge(
    mode: Mode, corner: tuple[int, int]
) -> None:
    picture = np.maximum(textured(), 60)
    mask = disc(picture, *corner, 90)
    for way in (straight(corner, (240, 180)), straight(corner, (-100, -80))):
        motion = Motion(Scene(picture, (Moving(mask, way, mode),), frames=FRAMES))
        assert min(int(frame.min()) for frame in motion) >= 40


def test_what_an_object_uncovers_is_filled_from_around_it() -> None:
    picture = np.full((360, 480, 3), (200, 180, 60), np.uint8)
    mask = disc(picture, 150, 180, 50)
    picture[mask > 0] = (10, 20, 90)
    motion = Motion(Scene(picture, (Moving(mask, WAYS["right"], Mode.OBJECT),), frames=FRAMES))
    uncovered = motion.frame(FRAMES - 1)[175:186, 110:120].astype(int)
    assert np.abs(uncovered - (200, 180, 60)).max() <= 6


def test_far_away_from_an_elastic_region_nothing_moves() -> None:
    picture, mask = with_ball(x=100, y=100, radius=30)
    way = straight((100, 100), (125, 100))
    motion = Motion(Scene(picture, (Moving(mask, way, Mode.ELASTIC),), frames=FRAMES))
    far = np.abs(motion.frame(FRAMES - 1)[250:, 350:].astype(int) - picture[250:, 350:])
    assert far.mean() < 3


def test_of_two_masks_the_later_one_owns_the_pixels_of_both() -> None:
    picture, mask = with_ball()
    still, right = straight((150, 180)), WAYS["right"]
    sample = picture[155:206, 125:176]
    last = Motion(Scene(picture, (Moving(mask, still), Moving(mask, right)), frames=9)).frame(8)
    assert place_of(last, sample) == pytest.approx((250, 180), abs=1)
    last = Motion(Scene(picture, (Moving(mask, right), Moving(mask, still)), frames=9)).frame(8)
    assert place_of(last, sample) == pytest.approx((150, 180), abs=1)


def test_an_object_that_stands_lower_is_drawn_in_front() -> None:
    picture = textured()
    near, far = disc(picture, 120, 260, 40), disc(picture, 340, 200, 40)
    picture[near > 0], picture[far > 0] = (250, 30, 30), (30, 30, 250)
    moving = (
        Moving(near, straight((120, 260), (230, 230)), Mode.OBJECT),
        Moving(far, straight((340, 200), (230, 230)), Mode.OBJECT),
    )
    for order in (moving, moving[::-1]):
        last = Motion(Scene(picture, order, frames=FRAMES)).frame(FRAMES - 1)
        assert tuple(last[230, 230]) == (250, 30, 30)


@pytest.mark.parametrize(
    ("points", "is_masked"),
    [
        (np.empty((0, 2)), True),
        (straight((5, 5)), True),
        (straight((5, 5), (5, 5)), True),
        (straight((5, 5), (90, 9)), False),
    ],
)
def test_without_a_way_or_a_mask_nothing_moves(points: Points, is_masked: bool) -> None:
    picture, mask = with_ball()
    mask = mask if is_masked else np.zeros_like(mask)
    motion = Motion(Scene(picture, (Moving(mask, points),), frames=5))
    assert all(np.array_equal(frame, picture) for frame in motion)


def test_a_region_wholly_under_the_static_one_does_not_move() -> None:
    picture, mask = with_ball()
    motion = Motion(Scene(picture, (Moving(mask, WAYS["right"]),), disc(picture, 150, 180, 80), 5))
    assert all(np.array_equal(frame, picture) for frame in motion)


def test_a_tight_mask_is_cut_out_and_a_loose_one_carries_its_surroundings() -> None:
    picture, tight = with_ball(radius=60)
    flat = np.full((360, 480, 3), 120, np.uint8)
    near = straight((150, 180), (180, 180))
    (cut,) = _modes(Scene(picture, (Moving(tight, near),)))
    (carried,) = _modes(Scene(flat, (Moving(disc(flat, 150, 180, 60), near),)))
    assert (cut, carried) == (Mode.OBJECT, Mode.ELASTIC)
    far = straight((150, 180), (450, 180))
    assert _modes(Scene(flat, (Moving(disc(flat, 150, 180, 60), far),))) == [Mode.OBJECT]


def _modes(scene: Scene) -> list[Mode]:
    return Motion(scene).modes
