"""An object as a layer: its pixels with a soft edge, drawn wherever its way takes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.motion.outline import Outline, around, looseness

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Bytes, Floats, Picture, Points

_WHOLE = 1e-3
"""Parts of a pixel that are none."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """A piece of the picture; ``left`` and ``top`` are where it lies in the first frame."""

    pixels: Picture
    """Times their alpha, so that they are only added to what is left of what is behind."""
    clear: Picture
    """How much of what is behind is left: 255 less alpha, for each of the colours.

    Both have a rim of one pixel in which there is nothing.
    """
    left: int
    top: int
    depth: int
    """The lowest row of the object: what stands lower is nearer."""

    def draw(self, frame: Picture, dx: float, dy: float) -> None:
        """Draw it into a frame, so many pixels to the right and down of where it was."""
        whole_x, whole_y = math.floor(dx), math.floor(dy)
        left, top = self.left + whole_x, self.top + whole_y
        height, width = frame.shape[:2]
        x0, y0 = max(0, left), max(0, top)
        x1 = min(width, left + self.pixels.shape[1] - 1)
        y1 = min(height, top + self.pixels.shape[0] - 1)
        if x0 >= x1 or y0 >= y1:
            return
        part = (slice(y0 - top, y1 - top + 1), slice(x0 - left, x1 - left + 1))
        pixels = _shifted(self.pixels[part], dx - whole_x, dy - whole_y)
        clear = _shifted(self.clear[part], dx - whole_x, dy - whole_y)
        behind = frame[y0:y1, x0:x1]
        cv2.multiply(behind, clear, dst=behind, scale=1 / 255)
        cv2.add(behind, pixels, dst=behind)


@dataclass(frozen=True, slots=True)
class Edge:
    """Where an object ends."""

    alpha: Floats
    """How much of each pixel belongs to it, 0 to 1."""
    hole: Bytes
    """255 where it leaves nothing of itself behind when it goes."""


def soft_edge(mask: Bytes, outline: Outline, unit: float) -> Edge:
    """A true edge is followed closely, a loose one fades inwards (``motion-preview.md`` 2.4).

    So no background travels along: neither a painted one, nor a rim of it. The hole behind a true
    edge is a rim wider than the object, so that no ghost of its outline stays.
    """
    alpha: Floats = np.zeros(mask.shape, np.float32)
    hole = np.zeros(mask.shape, np.uint8)
    near = around(mask, 8 * max(2, round(6 * unit)) + round(5 * unit) + 4)
    if near is not None:
        part = Outline(outline.pixels[near], outline.loose[near])
        found = _edge_in(mask[near], part, unit)
        alpha[near], hole[near] = found.alpha, found.hole
    return Edge(alpha, hole)


def _edge_in(mask: Bytes, outline: Outline, unit: float) -> Edge:
    """The same within a part of the picture that reaches beyond all that the mask has a say in."""
    inside = (mask > 127).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - 0.5
    away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) - 0.5
    signed = np.where(inside > 0, depth, -away).astype(np.float32)
    loose = looseness(outline, unit)
    rim, soft = max(1.5, 2.2 * unit), max(1.0, unit)
    inwards = min(14 * unit, 0.45 * float(signed.max()))
    low = -0.5 * soft * (1 - loose)
    high = soft * (1 - loose) + inwards * loose
    alpha = np.clip((signed - low) / np.maximum(high - low, 1e-3), 0, 1).astype(np.float32)
    hole = signed >= -rim * (1 - loose) + inwards * loose
    return Edge(alpha, np.where(hole, np.uint8(255), np.uint8(0)))


def cut(picture: Picture, alpha: Floats, mask: Bytes, moved: Points) -> Cutout | None:
    """The layer of an object; None where nothing of it is left.

    Where the edge of the picture cuts it off, its mirror image goes on beyond: a straight cut that
    comes into sight would be worse.
    """
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return None
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    travel = math.ceil(float(np.abs(moved).max())) + 2
    height, width = mask.shape
    tall, wide = min(travel, int(y1 - y0) - 1), min(travel, int(x1 - x0) - 1)
    top, bottom = tall * (y0 == 0), tall * (y1 == height)
    left, right = wide * (x0 == 0), wide * (x1 == width)
    opacity = np.rint(alpha[y0:y1, x0:x1] * 255).astype(np.uint8)
    borders = (int(top), int(bottom), int(left), int(right))
    pixels = cv2.multiply(
        np.ascontiguousarray(picture[y0:y1, x0:x1]), cv2.merge([opacity] * 3), scale=1 / 255
    )
    clear = cv2.merge([cv2.bitwise_not(_longer(opacity, borders))] * 3)
    return Cutout(
        rimmed(_longer(np.asarray(pixels, np.uint8), borders), 0),
        rimmed(np.asarray(clear, np.uint8), 255),
        int(x0 - left),
        int(y0 - top),
        int(np.flatnonzero((mask > 127).any(axis=1)).max(initial=0)),
    )


def _longer(pixels: Bytes, borders: tuple[int, int, int, int]) -> Bytes:
    return np.asarray(cv2.copyMakeBorder(pixels, *borders, cv2.BORDER_REFLECT_101), np.uint8)


def rimmed(pixels: Picture, value: int) -> Picture:
    """With a rim of one pixel."""
    found = cv2.copyMakeBorder(pixels, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(value,) * 3)
    return np.asarray(found, np.uint8)


def _shifted(pixels: Picture, dx: float, dy: float) -> Picture:
    """Moved by a part of a pixel to the right and down; the first row and column are used up.

    Two weighted sums take a third of the time of a warp, and are exact to any part of a pixel.
    """
    if dx < _WHOLE:
        across: Picture = pixels[:, 1:]
    else:
        sums = cv2.addWeighted(pixels[:, 1:], 1 - dx, pixels[:, :-1], dx, 0)
        across = np.asarray(sums, np.uint8)
    if dy < _WHOLE:
        return across[1:]
    return np.asarray(cv2.addWeighted(across[1:], 1 - dy, across[:-1], dy, 0), np.uint8)
