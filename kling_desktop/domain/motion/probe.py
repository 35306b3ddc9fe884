"""The picture of the probe and what is painted on it: a ball that shall go straight up.

Nothing in it says up or down. The ball floats before a plain wall, in the very middle, so that it
is on its path whichever edge y is counted from, with as much room above as below. It has corners
all over, and so has the rest of the picture, which is static: both can be followed well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion.document import (
    STATIC,
    MotionDocument,
    PictureRef,
    Region,
    RegionId,
)
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Trajectory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

SIZE = Size(720, 720)
NAME = "which-way-is-up.png"
PROMPT = (
    "The patterned ball glides steadily in a straight line at constant speed. Fixed camera. "
    "The checked wall stays completely still."
)
NEGATIVE = "camera shake, zoom, pan, rotation, blur, warping"
_RADIUS = 78
_RISE = 190
"""Pixels of the way: 26 % of the width, as what is shorter was seen to be ignored."""
_LANE = 110
"""Half the width of the strip that is left free for the ball."""
_SEED = 20


def picture_file() -> bytes:
    """The picture as a PNG file; the same bytes each time."""
    _, data = cv2.imencode(".png", _picture())
    return data.tobytes()


def document() -> MotionDocument:
    """What is painted on it."""
    middle = Point(SIZE.width / 2, SIZE.height / 2)
    rise = Trajectory.through((middle, middle + Point(0.0, -_RISE)))
    ball = Region(RegionId(1), Mask.of(_ball(_RADIUS + 4)), "Ball", rise)
    rest = Region(STATIC, Mask.of(_rest()), "Wall")
    return MotionDocument.blank(PictureRef(SIZE, NAME)).with_region(ball).with_region(rest)


def _ball(radius: int) -> Bytes:
    mask = np.zeros((SIZE.height, SIZE.width), np.uint8)
    cv2.circle(mask, (SIZE.width // 2, SIZE.height // 2), radius, 255, -1)
    return mask


def _rest() -> Bytes:
    mask = np.full((SIZE.height, SIZE.width), 255, np.uint8)
    middle = SIZE.width // 2
    mask[:, middle - _LANE : middle + _LANE] = 0
    return mask


def _picture() -> Bytes:
    wall, ball = _wall(), _skin()
    soft = cv2.GaussianBlur(_ball(_RADIUS), (0, 0), 1.2).astype(np.float32)[..., None] / 255
    return np.asarray(np.rint(wall * (1 - soft) + ball * soft), np.uint8)


def _wall() -> NDArray[np.float32]:
    """Soft tiles of many greys on both sides, and an even strip in the middle."""
    random = np.random.default_rng(_SEED)
    tones = random.integers(120, 215, (12, 12), dtype=np.uint8)
    size = (SIZE.width, SIZE.height)
    tiles = cv2.resize(tones, size, interpolation=cv2.INTER_NEAREST)
    grey = cv2.GaussianBlur(tiles, (0, 0), 1.5)
    middle = SIZE.width // 2
    free = np.zeros((SIZE.height, SIZE.width), np.uint8)
    free[:, middle - _LANE : middle + _LANE] = 255
    soft = cv2.GaussianBlur(free, (0, 0), 4)
    share = soft.astype(np.float32)[..., None] / 255
    tinted = grey.astype(np.float32)[..., None] * np.array((1.0, 0.97, 0.92), np.float32)
    return np.asarray(tinted * (1 - share) + 178 * share, np.float32)


def _skin() -> NDArray[np.float32]:
    """Patches of strong colours, shaded as a ball is."""
    random = np.random.default_rng(_SEED + 1)
    side = 2 * _RADIUS
    colours = np.array(
        ((40, 50, 200), (40, 140, 230), (60, 200, 235), (235, 235, 235), (60, 40, 50)), np.uint8
    )
    cells = colours[random.integers(0, len(colours), (8, 8))]
    patches = cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST).astype(np.float32)
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32) - _RADIUS
    depth = np.sqrt(np.clip(1 - (rows**2 + columns**2) / _RADIUS**2, 0, 1))
    shaded = patches * (0.55 + 0.45 * depth[..., None])
    whole = np.zeros((SIZE.height, SIZE.width, 3), np.float32)
    top, left = SIZE.height // 2 - _RADIUS, SIZE.width // 2 - _RADIUS
    whole[top : top + side, left : left + side] = shaded
    return whole
