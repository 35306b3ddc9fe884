"""Frames that are made in planes show what the same frames show in colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kling_desktop.media.i420 import planes_of, split
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.scene import Mode, Moving, Scene
from tests.media.motion.pictures import disc, straight, textured, with_ball

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Bytes

FRAMES = 24
MODES = (Mode.OBJECT, Mode.ELASTIC)
WAY = straight((150, 180), (223, 141))


def differences(one: Bytes, other: Bytes) -> list[Bytes]:
    pairs = zip(split(one), split(other), strict=True)
    return [np.asarray(cv2.absdiff(*each), np.uint8) for each in pairs]


def agrees(one: Bytes, other: Bytes) -> bool:
    light, *colours = differences(one, other)
    close = [np.mean(each) < 1 and np.percentile(each, 99) <= 6 for each in colours]
    return bool(np.percentile(light, 99.9) <= 2 and all(close))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("at", [(150, 180), (151, 180), (150, 181), (151, 181)])
def test_they_are_the_same_frames(mode: Mode, at: tuple[int, int]) -> None:
    """Wherever a layer begins: colours have half as many places as light."""
    picture, mask = with_ball(*at)
    static = disc(picture, 300, 190, 31)
    scene = Scene(picture, (Moving(mask, WAY, mode),), static, FRAMES)
    motion = Motion(scene)
    for number in (0, 1, 7, 12, FRAMES - 1):
        assert agrees(motion.planes(number), planes_of(motion.frame(number))), number


def test_so_are_those_of_both_kinds_of_regions_together() -> None:
    picture, mask = with_ball()
    other = disc(picture, 340, 200, 40)
    moving = (
        Moving(mask, WAY, Mode.OBJECT),
        Moving(other, straight((340, 200), (340, 150)), Mode.ELASTIC),
    )
    motion = Motion(Scene(picture, moving, frames=FRAMES))
    for number in (3, 11, FRAMES - 1):
        assert agrees(motion.planes(number), planes_of(motion.frame(number))), number


@pytest.mark.parametrize("size", [(480, 360), (478, 350), (130, 98), (402, 300), (1000, 662)])
def test_so_are_those_of_any_size(size: tuple[int, int]) -> None:
    """A side of a cell may be odd, or the last cells reach beyond the frame."""
    picture = textured(*size)
    width, height = size
    mask = disc(picture, width // 3, height // 2, height // 5)
    way = straight((width / 3, height / 2), (width / 2, height / 2.5))
    motion = Motion(Scene(picture, (Moving(mask, way, Mode.ELASTIC),), frames=FRAMES))
    for number in (1, 12, FRAMES - 1):
        assert agrees(motion.planes(number), planes_of(motion.frame(number))), number


@pytest.mark.parametrize("mode", MODES)
def test_the_first_frame_is_the_picture(mode: Mode) -> None:
    picture, mask = with_ball()
    motion = Motion(Scene(picture, (Moving(mask, WAY, mode),), frames=FRAMES))
    for number in (0, -5):
        assert np.array_equal(motion.planes(number), planes_of(picture))
    motion.planes(0)[:] = 0
    assert np.array_equal(motion.planes(0), planes_of(picture)), "a frame is its own array"


@pytest.mark.parametrize("mode", MODES)
def test_what_is_static_does_not_change_by_a_single_level(mode: Mode) -> None:
    picture, mask = with_ball()
    static = disc(picture, 245, 141, 35)
    assert int(static.sum())
    motion = Motion(Scene(picture, (Moving(mask, WAY, mode),), static, FRAMES))
    still = split(planes_of(picture))
    for number in range(FRAMES):
        light, *colours = split(motion.planes(number))
        assert np.array_equal(light[static > 0], still[0][static > 0])
        for y, x in ((0, 0), (0, 1), (1, 0), (1, 1)):
            under = static[y::2, x::2] > 0
            assert all(
                np.array_equal(moved[under], was[under])
                for moved, was in zip(colours, still[1:], strict=True)
            )


@pytest.mark.parametrize("mode", MODES)
def test_a_late_frame_is_the_same_whether_or_not_the_others_were_made(mode: Mode) -> None:
    picture, mask = with_ball()
    scene = Scene(picture, (Moving(mask, WAY, mode),), frames=FRAMES)
    whole, alone = Motion(scene), Motion(scene)
    frames = [whole.planes(number) for number in range(FRAMES)]
    for number in (20, FRAMES - 1, 5):
        assert np.array_equal(alone.planes(number), frames[number])


def test_an_object_of_one_pixel_is_drawn() -> None:
    picture = textured()
    for x, y in ((100, 100), (101, 100), (101, 101), (0, 0), (479, 359)):
        mask = np.zeros(picture.shape[:2], np.uint8)
        mask[y, x] = 255
        way = straight((x, y), (x + 9, y - 9))
        motion = Motion(Scene(picture, (Moving(mask, way, Mode.OBJECT),), frames=FRAMES))
        assert agrees(motion.planes(FRAMES - 1), planes_of(motion.frame(FRAMES - 1)))
