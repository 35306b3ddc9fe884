"""Follows points through a clip, to see how the regions of the brush really moved.

A model changes what is in the picture, so that nothing is compared with what should be seen: where
the regions went is found in the clip alone (``pursuit``), and so is what the camera did.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.verdict import RegionSeen, Verdict
from kling_desktop.media.motion.camera import camera_of
from kling_desktop.media.motion.corners import corners, step
from kling_desktop.media.motion.hidden import clear_of, mark_in
from kling_desktop.media.motion.marks import mark_of, outline_of
from kling_desktop.media.motion.pursuit import pursue
from kling_desktop.media.motion.scene import owned, scaled
from kling_desktop.media.motion.timing import displacements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from kling_desktop.media.motion.camera import Camera
    from kling_desktop.media.motion.corners import Grey
    from kling_desktop.media.motion.pursuit import Pursuit
    from kling_desktop.media.motion.scene import Bytes, Points, Scene

LONG_SIDE = 640
"""Pixels of the frames in which points are followed."""


def verdict_of(frames: Sequence[Grey], scene: Scene, numbers: Sequence[int]) -> Verdict:
    """What a clip shows of a scene.

    Args:
        frames: of the clip, in grey, all of one size.
        scene: what was asked for, in pixels of the picture.
        numbers: of the regions, in the order of the scene.
    """
    height, width = frames[0].shape
    asked = scaled(scene, (width, height))
    masks = owned([each.mask for each in asked.moving], asked.static)
    rest = np.full((height, width), 255, np.uint8)
    for mask in [*masks, *([] if asked.static is None else [asked.static])]:
        rest[_grown(mask) > 0] = 0
    hidden = mark_in(frames)
    if hidden is not None:
        rest[hidden > 0] = 0
    camera = camera_of(frames, rest)
    regions = tuple(
        replace(
            _seen(
                pursue(frames, clear_of(hidden, mask), hidden),
                number,
                displacements(each.points, len(frames)),
                camera,
                width,
            ),
            mark=mark_of(mask, each.points, width),
        )
        for number, mask, each in zip(numbers, masks, asked.moving, strict=True)
    )
    drift = None if asked.static is None else _drift(frames, clear_of(hidden, asked.static))
    drifted = None if drift is None else drift / width
    still = () if asked.static is None else outline_of(asked.static, width)
    return Verdict(regions, _farthest(camera.way) / width, drifted, still)


def _seen(found: Pursuit, number: int, moved: Points, camera: Camera, width: int) -> RegionSeen:
    carried = camera.carried(found.middle)
    return RegionSeen(
        number,
        _shares(moved, width),
        _shares(found.way, width),
        found.share,
        () if carried is None else _shares(carried, width),
    )


def _drift(frames: Sequence[Grey], static: Bytes) -> float | None:
    """How far what should stay moved; None where it cannot be followed to the end."""
    start = corners(frames[0], static)
    first, spots, farthest = start, start, 0.0
    for one, other in itertools.pairwise(frames):
        if not len(spots):
            return None
        spots, good = step(one, other, spots)
        first, spots = first[good], spots[good]
        if len(spots):
            farthest = max(farthest, float(np.hypot(*np.median(spots - first, axis=0))))
    return farthest if len(spots) else None


def _grown(mask: Bytes) -> Bytes:
    return np.asarray(cv2.dilate(mask, np.ones((25, 25), np.uint8)), np.uint8)


def _farthest(way: Points) -> float:
    return float(np.hypot(way[:, 0], way[:, 1]).max())


def _shares(way: Points, width: int) -> tuple[tuple[float, float], ...]:
    return tuple((float(x) / width, float(y) / width) for x, y in way)


def grey_frames(frames: Iterator[NDArray[np.uint8]]) -> list[Grey]:
    """Frames (RGB) at the size in which points are followed."""
    found = []
    for each in frames:
        scale = min(1.0, LONG_SIDE / max(each.shape[:2]))
        grey = cv2.cvtColor(each, cv2.COLOR_RGB2GRAY)
        size = (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
        found.append(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8))
    return found
