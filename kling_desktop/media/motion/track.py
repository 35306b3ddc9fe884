"""Follows points through a clip, to see how the regions of the brush really moved.

A model changes what is in the picture, so that nothing is compared with it: corners of the first
frame are followed from frame to frame, forwards and back again, and the middle one of those that
come back to where they were is believed.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from kling_desktop.domain.motion.verdict import RegionSeen, Verdict
from kling_desktop.media.motion.scene import owned, scaled
from kling_desktop.media.motion.timing import displacements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from kling_desktop.media.motion.scene import Bytes, Points, Scene

    Grey: TypeAlias = NDArray[np.uint8]
    _Spots: TypeAlias = NDArray[np.float32]

LONG_SIDE = 640
"""Pixels of the frames in which points are followed."""
_CORNERS = 120
_MOST_ASTRAY = 1.0
"""Pixels by which a point that is followed there and back may miss."""
_WINDOW = (21, 21)


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
    regions = tuple(
        _seen(frames, number, mask, displacements(each.points, len(frames)))
        for number, mask, each in zip(numbers, masks, asked.moving, strict=True)
    )
    static = None if asked.static is None else _farthest(_followed(frames, asked.static)[0])
    outside = _farthest(_followed(frames, rest)[0])
    drift = None if static is None else static / width
    return Verdict(regions, outside / width, drift)


def _seen(frames: Sequence[Grey], number: int, mask: Bytes, moved: Points) -> RegionSeen:
    width = frames[0].shape[1]
    way, share = _followed(frames, mask)
    return RegionSeen(number, _shares(moved, width), _shares(way, width), share)


def _followed(frames: Sequence[Grey], mask: Bytes) -> tuple[Points, float]:
    """The median way of what is under a mask, and how much of it could be followed to the end."""
    start = _corners(frames[0], mask)
    way = np.zeros((len(frames), 2))
    if start is None:
        return way, 0.0
    first, spots = start, start
    for number, (one, other) in enumerate(itertools.pairwise(frames), start=1):
        spots, good = _step(one, other, spots)
        first, spots = first[good], spots[good]
        if not len(spots):
            return way, 0.0
        way[number] = np.median(spots - first, axis=0)
    return way, len(spots) / len(start)


def _corners(frame: Grey, mask: Bytes) -> _Spots | None:
    inner = cv2.erode(mask, np.ones((5, 5), np.uint8))
    where = inner if inner.any() else mask
    found: object = cv2.goodFeaturesToTrack(frame, _CORNERS, 0.01, 4, mask=where)
    if not isinstance(found, np.ndarray):  # it is None where there is no corner
        return None
    return np.asarray(found, np.float32).reshape(-1, 2)


def _step(one: Grey, other: Grey, spots: _Spots) -> tuple[_Spots, NDArray[np.bool_]]:
    there, ok, _ = _lucas_kanade(one, other, spots)
    back, ok_back, _ = _lucas_kanade(other, one, there)
    astray = np.hypot(*(back - spots).T)
    return there, (ok.ravel() > 0) & (ok_back.ravel() > 0) & (astray <= _MOST_ASTRAY)


def _lucas_kanade(
    one: Grey, other: Grey, spots: _Spots
) -> tuple[_Spots, NDArray[np.uint8], object]:
    found, ok, error = cv2.calcOpticalFlowPyrLK(
        one, other, np.ascontiguousarray(spots), None, winSize=_WINDOW, maxLevel=3
    )  # type: ignore[call-overload]
    return np.asarray(found, np.float32), np.asarray(ok, np.uint8), error


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
