"""What is kept of masks saves time, and changes nothing."""

from __future__ import annotations

import numpy as np

from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.plates import Plates
from kling_desktop.media.motion.scene import Mode, Moving, Scene
from kling_desktop.media.motion.shapes import Shapes
from tests.media.motion.pictures import disc, straight, textured, with_ball


def test_a_mask_that_stays_keeps_its_shape_and_one_that_changes_does_not() -> None:
    picture, ball = with_ball()
    shapes, other = Shapes(), disc(picture, 350, 180, 40)
    first, second = shapes.shapes(picture, [ball, other], 1.0)
    kept, made = shapes.shapes(picture, [ball.copy(), disc(picture, 350, 180, 41)], 1.0)
    assert kept is first
    assert made is not second
    (moved_up,) = shapes.shapes(picture, [made.mask.copy()], 1.0)
    assert moved_up is made
    (anew,) = shapes.shapes(textured(seed=3), [made.mask], 1.0)
    assert anew is not made


def test_a_version_after_an_edit_is_as_if_it_were_the_first() -> None:
    picture, ball = with_ball()
    other, plates = disc(picture, 230, 180, 40), Plates()
    for masks in ([ball], [ball, other], [other, ball], [other]):
        moving = tuple(
            Moving(mask, straight((150, 180), (230, 150)), Mode.OBJECT) for mask in masks
        )
        scene = Scene(picture, moving, None, 20)
        edited = Motion(scene, plates)
        edited.frame(1)  # the first is in a hurry
        assert np.array_equal(edited.frame(12), Motion(scene).frame(12))
