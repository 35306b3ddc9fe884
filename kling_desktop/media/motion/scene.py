"""What is rendered: a picture, the regions that move on it, and what stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from kling_desktop.media.scenes import fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture: TypeAlias = NDArray[np.uint8]
    """Height x width x 3; the order of the colours does not matter."""
    Bytes: TypeAlias = NDArray[np.uint8]
    """Height x width; a mask is 0 or 255."""
    Floats: TypeAlias = NDArray[np.float32]
    Points: TypeAlias = NDArray[np.float64]
    """One row a point: x and y in pixels of the picture, equally spaced in time."""


class Mode(Enum):
    """How a region is moved."""

    AUTO = "auto"
    OBJECT = "object"
    """Cut out, and drawn over what is behind it."""
    ELASTIC = "elastic"
    """It carries its surroundings along."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A region and its way."""

    mask: Bytes
    points: Points
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a clip follows from; later regions own the pixels that two of them want."""

    picture: Picture
    moving: tuple[Moving, ...] = ()
    static: Bytes | None = None
    frames: int = 150
    unit: float = field(init=False)
    """Scales every constant that is given in pixels: 1 for a short side of 480."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", min(self.picture.shape[:2]) / 480)


def owned(masks: Sequence[Bytes], static: Bytes | None) -> list[Bytes]:
    """The masks without a pixel in common: the last one has it, and the static one before all."""
    free = np.ones(masks[0].shape, np.bool_) if masks else np.ones((0, 0), np.bool_)
    if static is not None and masks:
        free &= static <= 127
    found: list[Bytes] = []
    for mask in reversed(masks):
        mine = (mask > 127) & free
        free &= ~mine
        found.append(np.where(mine, np.uint8(255), np.uint8(0)))
    return found[::-1]


def scaled(scene: Scene, size: tuple[int, int]) -> Scene:
    """The scene at another size (width, height), covering it from the middle as pictures do.

    Points are moved by the middles of pixels: ``x' = (x + 0.5) * scale - 0.5``.
    """
    height, width = scene.picture.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    left, top = (width * scale - size[0]) / 2, (height * scale - size[1]) / 2

    def mask(pixels: Bytes) -> Bytes:
        return fill(pixels, size, cv2.INTER_NEAREST)

    moving = tuple(
        Moving(mask(each.mask), _scaled_points(each.points, scale, left, top), each.mode)
        for each in scene.moving
    )
    static = None if scene.static is None else mask(scene.static)
    return Scene(fill(scene.picture, size), moving, static, scene.frames)


def _scaled_points(points: Points, scale: float, left: float, top: float) -> Points:
    if not len(points):
        return points
    moved: Points = (points + 0.5) * scale - 0.5 - np.array([left, top])
    return moved
