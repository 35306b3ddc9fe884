"""Twelve documents: what people paint and draw, in shares of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.scene import Moving

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Bytes, Points

POINTS = 40


@dataclass(frozen=True, slots=True)
class Painted:
    """A region, a disc, and its way: displacements in shares of the width and of the height."""

    x: float
    y: float
    radius: float
    """Share of the short side."""
    way: Points

    def mask(self, size: tuple[int, int]) -> Bytes:
        width, height = size
        mask = np.zeros((height, width), np.uint8)
        middle = (round(self.x * width), round(self.y * height))
        cv2.circle(mask, middle, round(self.radius * min(size)), 255, -1)
        return mask

    def points(self, size: tuple[int, int]) -> Points:
        """Whole pixels, as they are sent."""
        points: Points = np.rint((np.array([self.x, self.y]) + self.way) * size)
        return points

    def moving(self, size: tuple[int, int]) -> Moving:
        return Moving(self.mask(size), self.points(size))


@dataclass(frozen=True, slots=True)
class Document:
    """What is asked for."""

    regions: tuple[Painted, ...]
    static: tuple[float, float, float] | None = None
    """Middle and radius of the disc that stays."""

    def static_mask(self, size: tuple[int, int]) -> Bytes | None:
        if self.static is None:
            return None
        x, y, radius = self.static
        return Painted(x, y, radius, np.zeros((1, 2))).mask(size)


def _straight(dx: float, dy: float) -> Points:
    share = np.linspace(0, 1, POINTS)
    return np.column_stack([share * dx, share * dy])


def _bent(dx: float, dy: float, bend: float) -> Points:
    """An arc, that leaves the straight line by ``bend`` in its middle."""
    line = _straight(dx, dy)
    line[:, 1] += bend * np.sin(np.pi * np.linspace(0, 1, POINTS))
    return line


def _loop(width: float, height: float) -> Points:
    """Around and back to where it began."""
    angle = np.linspace(0, 2 * np.pi, POINTS)
    return np.column_stack([width * (1 - np.cos(angle)), -height * np.sin(angle)])


_STRAIGHT = (Painted(0.35, 0.6, 0.14, _straight(0.28, -0.25)),)
_CURVED = (Painted(0.25, 0.4, 0.13, _bent(0.35, 0.02, 0.25)),)
_LOOP = (Painted(0.35, 0.5, 0.13, _loop(0.1, 0.17)),)
_CROSSING = (
    Painted(0.25, 0.2, 0.11, _straight(0.4, 0.6)),
    Painted(0.25, 0.8, 0.11, _straight(0.42, -0.6)),
)
_TINY = (Painted(0.36, 0.74, 0.04, _straight(0.2, -0.15)),)
_LARGE = (Painted(0.45, 0.5, 0.33, _straight(0.1, -0.12)),)
_BORDER = (Painted(0.02, 0.5, 0.16, _bent(0.2, -0.1, -0.2)),)

DOCUMENTS = {
    "straight": Document(_STRAIGHT),
    "straight, static": Document(_STRAIGHT, (0.62, 0.72, 0.12)),
    "curved": Document(_CURVED),
    "curved, static": Document(_CURVED, (0.43, 0.28, 0.1)),
    "loop": Document(_LOOP),
    "loop, static": Document(_LOOP, (0.12, 0.5, 0.09)),
    "crossing": Document(_CROSSING),
    "crossing, static": Document(_CROSSING, (0.72, 0.5, 0.1)),
    "tiny, static": Document(_TINY, (0.2, 0.4, 0.15)),
    "large": Document(_LARGE),
    "large, static": Document(_LARGE, (0.9, 0.3, 0.12)),
    "border, static": Document(_BORDER, (0.1, 0.85, 0.1)),
}

WRONG_WAYS = {
    "straight": _loop(-0.09, 0.15),
    "curved": _bent(0.35, 0.02, -0.25),
    "loop": _straight(-0.15, 0.2),
    "crossing": _loop(-0.06, 0.12),
    "tiny": _loop(-0.1, 0.15),
    "large": _loop(-0.05, -0.1),
    "border": _straight(0.02, 0.3),
}
"""Ways that nobody asked for, by the first word of a document's name."""
