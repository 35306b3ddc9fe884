"""What the camera did: a pan, a zoom, a turn, as the surroundings of the regions tell."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.corners import corners, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.corners import Grey
    from kling_desktop.media.motion.scene import Bytes, Points

_FEWEST = 12
"""Corners from which on what they tell is believed."""
_SEED = 7


@dataclass(frozen=True, slots=True)
class Camera:
    """Where it took each place of the first frame."""

    steps: tuple[Points, ...]
    """Affine matrices of 3 x 3, one a frame; fewer where it could not be followed to the end."""
    frames: int
    spread: Points
    """Some places of the first frame, around the regions."""

    def carried(self, place: Points) -> Points | None:
        """The way of a place if it only went along; None if that is not known."""
        if len(self.steps) < self.frames:
            return None
        whole = np.array(self.steps)
        way: Points = whole[:, :2, :2] @ place + whole[:, :2, 2] - place
        return way

    @property
    def way(self) -> Points:
        """How far the surroundings moved, as far as that is known."""
        if not len(self.spread):
            return np.zeros((1, 2))
        moved = [each[:2, :2] @ self.spread.T + each[:2, 2:] - self.spread.T for each in self.steps]
        middle: Points = np.median(np.array(moved), axis=2)
        return middle


def camera_of(frames: Sequence[Grey], rest: Bytes) -> Camera:
    """Follow what is around the regions: ``rest`` of the first frame.

    Corners are looked for anew in each frame, as a camera that moves leaves the first ones behind.
    Regions drag their surroundings along, so that what does not agree is left out.
    """
    cv2.setRNGSeed(_SEED)
    steps: list[Points] = [np.eye(3)]
    spread = corners(frames[0], rest)
    for one, other in itertools.pairwise(frames):
        moved = _step(one, other, _at(rest, steps[-1]))
        if moved is None:
            break
        steps.append(moved @ steps[-1])
    return Camera(tuple(steps), len(frames), np.asarray(spread, np.float64))


def _step(one: Grey, other: Grey, mask: Bytes) -> Points | None:
    spots = corners(one, mask)
    if len(spots) < _FEWEST:
        return None
    there, good = step(one, other, spots)
    if np.count_nonzero(good) < _FEWEST:
        return None
    found: object = cv2.estimateAffinePartial2D(
        spots[good], there[good], ransacReprojThreshold=1.0
    )[0]
    if not isinstance(found, np.ndarray):  # it is None where nothing agrees
        return None
    return np.vstack([found, [0, 0, 1]])


def _at(rest: Bytes, matrix: Points) -> Bytes:
    """Where the surroundings are by now; what came into the picture belongs to them."""
    size = rest.shape[::-1]
    found = cv2.warpAffine(rest, matrix[:2], size, flags=cv2.INTER_NEAREST, borderValue=255.0)
    return np.asarray(found, np.uint8)
