"""Follows points through a clip, to see how the regions of the brush really moved.

A model changes what is in the picture, so that nothing is compared with what should be seen: where
the regions went is found in the clip alone (``pursuit``), and so is what the camera did.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.verdict import RegionSeen, Verdict
from kling_desktop.media.motion.corners import corners, step
from kling_desktop.media.motion.pursuit import Pursuit, pursue
from kling_desktop.media.motion.scene import owned, scaled
from kling_desktop.media.motion.timing import displacements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from kling_desktop.media.motion.corners import Grey, Spots
    from kling_desktop.media.motion.scene import Bytes, Points, Scene

LONG_SIDE = 640
"""Pixels of the frames in which points are followed."""
_FEWEST_AROUND = 12
"""Corners around the regions from which on the way of the camera is believed."""
_SEED = 7


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
    around = _follow(frames, rest)
    regions = tuple(
        _seen(pursue(frames, mask), number, displacements(each.points, len(frames)), around, width)
        for number, mask, each in zip(numbers, masks, asked.moving, strict=True)
    )
    static = None if asked.static is None else _follow(frames, asked.static)
    drift = None if static is None or not static.share else _farthest(static.way) / width
    return Verdict(regions, _farthest(around.way) / width, drift)


@dataclass(frozen=True, slots=True)
class _Followed:
    """Where the corners under a mask went."""

    start: Spots
    way: Points
    """Their median displacement at each frame."""
    steps: tuple[tuple[Spots, Spots], ...]
    """At each frame those that are still there: where they were at first, and where they are."""

    @property
    def share(self) -> float:
        """How many of them could be followed to the end."""
        return len(self.steps[-1][1]) / len(self.start) if len(self.start) else 0.0


def _seen(found: Pursuit, number: int, moved: Points, around: _Followed, width: int) -> RegionSeen:
    camera = _carried(around, found.middle)
    return RegionSeen(
        number,
        _shares(moved, width),
        _shares(found.way, width),
        found.share,
        () if camera is None else _shares(camera, width),
    )


def _follow(frames: Sequence[Grey], mask: Bytes) -> _Followed:
    start = corners(frames[0], mask)
    way = np.zeros((len(frames), 2))
    first, spots = start, start
    steps = [(first, spots)]
    for number, (one, other) in enumerate(itertools.pairwise(frames), start=1):
        if len(spots):
            spots, good = step(one, other, spots)
            first, spots = first[good], spots[good]
        if len(spots):
            way[number] = np.median(spots - first, axis=0)
        steps.append((first, spots))
    return _Followed(start, way, tuple(steps))


def _carried(around: _Followed, middle: Points) -> Points | None:
    """The way of a region if it only went along with what is around it: a pan, a zoom, a turn.

    None where too little is around it. Regions drag their surroundings along, so a fit is taken
    that leaves out what does not agree.
    """
    way = np.zeros((len(around.steps), 2))
    cv2.setRNGSeed(_SEED)
    for number, (first, spots) in enumerate(around.steps[1:], start=1):
        if len(spots) < _FEWEST_AROUND:
            return None
        matrix: object = cv2.estimateAffinePartial2D(first, spots, ransacReprojThreshold=1.0)[0]
        if not isinstance(matrix, np.ndarray):  # it is None where nothing agrees
            return None
        way[number] = matrix[:, :2] @ middle + matrix[:, 2] - middle
    return way


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
