"""Corners, and where they are in the next frame: followed forwards and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.media.motion.scene import Bytes

    Grey: TypeAlias = NDArray[np.uint8]
    Spots: TypeAlias = NDArray[np.float32]

MOST = 80
"""Corners that are followed, unless told otherwise."""
_MOST_ASTRAY = 1.0
"""Pixels by which a point that is followed there and back may miss."""
_WINDOW = (21, 21)
_ENOUGH = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03)
"""When a corner is where it is: after so many rounds, or moved by so little."""


def corners(frame: Grey, mask: Bytes, most: int = MOST) -> Spots:
    """The corners under a mask that are easiest to follow."""
    inner = cv2.erode(mask, np.ones((5, 5), np.uint8))
    where = inner if inner.any() else mask
    found: object = cv2.goodFeaturesToTrack(frame, most, 0.01, 4, mask=where)
    if not isinstance(found, np.ndarray):  # it is None where there is no corner
        return np.zeros((0, 2), np.float32)
    return np.asarray(found, np.float32).reshape(-1, 2)


def step(one: Grey, other: Grey, spots: Spots) -> tuple[Spots, NDArray[np.bool_]]:
    """Where spots of one frame are in another, and which of them found their way back."""
    there, ok, _ = _lucas_kanade(one, other, spots)
    back, ok_back, _ = _lucas_kanade(other, one, there)
    astray = np.hypot(*(back - spots).T)
    return there, (ok.ravel() > 0) & (ok_back.ravel() > 0) & (astray <= _MOST_ASTRAY)


def _lucas_kanade(one: Grey, other: Grey, spots: Spots) -> tuple[Spots, NDArray[np.uint8], object]:
    found, ok, error = cv2.calcOpticalFlowPyrLK(
        one, other, np.ascontiguousarray(spots), None, winSize=_WINDOW, maxLevel=3, criteria=_ENOUGH
    )  # type: ignore[call-overload]
    return np.asarray(found, np.float32), np.asarray(ok, np.uint8), error
