"""Six pictures to move regions on: three photographs, and three that are painted here.

No picture is black anywhere, nor white, so that a hole in a frame cannot be mistaken for a part of
it. The painted ones have an object under each region; on the photographs the regions lie loosely.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from tests.media.motion.pictures import textured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.scene import Bytes, Picture

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea")
PAINTED = ("noise", "landscape", "tiles")
DARKEST, BRIGHTEST = 48, 224
SIZE = (640, 360)
"""Of the painted pictures."""


@cache
def background(name: str) -> Picture:
    """The picture itself."""
    if name in PHOTOGRAPHS:
        path = distribution("scikit-image").locate_file(f"skimage/data/{name}.png")
        with Image.open(str(path)) as image:
            return lifted(np.asarray(image.convert("RGB"), np.uint8))
    return lifted({"noise": _noise, "landscape": _landscape, "tiles": _tiles}[name]())


def with_objects(name: str, masks: Sequence[Bytes]) -> Picture:
    """The picture, with an object under each mask unless it is a photograph."""
    picture = background(name).copy()
    if name in PAINTED:
        for number, mask in enumerate(masks):
            height, width = mask.shape
            surface = textured(width, height, seed=20 + number).astype(np.float32)
            colour = np.array([(230, 90, 60), (70, 120, 235)][number % 2])
            object_ = lifted(np.clip(0.45 * surface + 0.55 * colour, 0, 255).astype(np.uint8))
            picture[mask > 0] = object_[mask > 0]
    return picture


def lifted(picture: Picture) -> Picture:
    span = (BRIGHTEST - DARKEST) / 255
    return np.rint(DARKEST + picture.astype(np.float32) * span).astype(np.uint8)


def _noise() -> Picture:
    return textured(*SIZE, seed=5)


def _landscape() -> Picture:
    """A sky, two ranges of hills and a field with furrows: flat colours and sharp edges."""
    width, height = SIZE
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    sky = np.stack([120 + 0.3 * y, 160 + 0.2 * y, 240 - 0.1 * y], axis=2)
    far = y > 150 + 40 * np.sin(x / 70) + 12 * np.sin(x / 17)
    near = y > 230 + 25 * np.sin(x / 110 + 2)
    furrow = (np.sin((x - 320) / (y - 190).clip(20) * 14) > 0)[..., None]
    field = np.where(furrow, (96, 140, 60), (130, 165, 70))
    whole = np.where(far[..., None], (90, 110, 130), sky)
    whole = np.where(near[..., None], field, whole)
    return np.clip(whole, 0, 255).astype(np.uint8)


def _tiles() -> Picture:
    """Bricks with mortar between them: a pattern that repeats."""
    width, height = SIZE
    wall = np.full((height, width, 3), (200, 195, 185), np.uint8)
    shades = np.random.default_rng(3).integers(-25, 25, 2000)
    for number, top in enumerate(range(0, height, 24)):
        for column, left in enumerate(range(-24 * (number % 2), width, 48)):
            shade = int(shades[number * 40 + column])
            colour = (150 + shade, 80 + shade // 2, 60 + shade // 2)
            cv2.rectangle(wall, (left + 2, top + 2), (left + 45, top + 21), colour, -1)
    return wall
