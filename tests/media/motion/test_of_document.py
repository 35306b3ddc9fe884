"""What is rendered is what is sent, at any size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.wire import wire_points
from kling_desktop.media.motion.of_document import Scenes, moving_regions, scene_of
from tests.media.motion.pictures import textured

SIZE = Size(480, 360)
BOX = Rect(100, 130, 201, 231)
WAY = Trajectory.through([Point(150, 180), Point(250, 120)])


def box(rect: Rect, size: Size = SIZE) -> Mask:
    return Mask.part(size, rect, np.full((rect.height, rect.width), 255, np.uint8))


def document() -> MotionDocument:
    blank = MotionDocument.blank(PictureRef(SIZE))
    painted = edits.paint(blank, DYNAMIC[0], box(BOX))
    painted = edits.give_trajectory(painted, DYNAMIC[0], WAY)
    return edits.paint(painted, STATIC, box(Rect(300, 200, 400, 300)))


def test_at_full_size_masks_and_points_are_those_that_are_sent() -> None:
    picture = textured()
    scene = scene_of(document(), picture)
    (moving,) = scene.moving
    assert np.array_equal(scene.picture, picture)
    assert np.array_equal(moving.mask, document().dynamic[0].mask.read(SIZE.rect))
    assert scene.static is not None
    assert np.count_nonzero(scene.static) == 100 * 100
    sent = wire_points(WAY, SIZE, SIZE, Origin.TOP_LEFT)
    assert moving.points.tolist() == [[float(x), float(y)] for x, y in sent]


def test_a_smaller_scene_has_the_same_shares() -> None:
    scene = scene_of(document(), textured(), long_side=240)
    (moving,) = scene.moving
    assert scene.picture.shape == (180, 240, 3)
    share = np.count_nonzero(moving.mask) / moving.mask.size
    assert abs(share - BOX.width * BOX.height / (480 * 360)) < 0.002
    travel = moving.points[-1] - moving.points[0]
    assert np.allclose(travel, (50, -30), atol=0.51)


def test_ten_seconds_have_twice_the_frames() -> None:
    assert scene_of(document(), textured()).frames == 150
    assert scene_of(document(), textured(), seconds=10).frames == 300


def test_what_lacks_pixels_or_a_way_does_not_move() -> None:
    painted = edits.paint(document(), DYNAMIC[1], box(Rect(0, 0, 9, 9)))
    painted = edits.give_trajectory(painted, DYNAMIC[2], WAY)
    assert [each.id for each in moving_regions(painted)] == [DYNAMIC[0]]
    assert len(scene_of(painted, textured()).moving) == 1


def test_a_picture_with_its_fourth_byte_is_shown_without_it() -> None:
    rows = np.dstack([textured(), np.full(SIZE[::-1], 255, np.uint8)])
    scene = scene_of(document(), rows)
    assert np.array_equal(scene.picture, textured())
    assert scene.picture.flags["C_CONTIGUOUS"]


def test_a_mask_that_did_not_change_is_not_made_anew() -> None:
    scenes, first = Scenes(textured(), 240), document()
    one = scenes.scene(first)
    region = first.dynamic[0]
    longer = replace(region, trajectory=Trajectory.through([Point(150, 180), Point(350, 180)]))
    other = scenes.scene(first.with_region(longer))
    assert other.moving[0].mask is one.moving[0].mask
    assert other.static is one.static
    assert other.moving[0].points[-1][0] > one.moving[0].points[-1][0] + 40
    repainted = edits.paint(first, DYNAMIC[0], box(Rect(10, 10, 60, 60)))
    assert scenes.scene(repainted).moving[0].mask is not one.moving[0].mask
