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

_OPAQUE = 0.999


@dataclass(frozen=True, slots=True)
class Cutout:
    """A piece of the picture; ``left`` and ``top`` are where it lies in the first frame."""

    pixels: Picture
    alpha: Bytes
    left: int
    top: int
    depth: int
    """The lowest row of the object: what stands lower is nearer."""

    def draw(self, frame: Picture, dx: float, dy: float) -> None:
        """Draw it into a frame, so many pixels to the right and down of where it was."""
        whole_x, whole_y = math.floor(dx), math.floor(dy)
        pixels, alpha = _shifted(self.pixels, self.alpha, dx - whole_x, dy - whole_y)
        left, top = self.left + whole_x, self.top + whole_y
        height, width = frame.shape[:2]
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(width, left + alpha.shape[1]), min(height, top + alpha.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        share = alpha[part].astype(np.uint16)[..., None]
        behind = frame[y0:y1, x0:x1]
        mixed = behind * (255 - share) + pixels[part] * share + 127
        frame[y0:y1, x0:x1] = (mixed // 255).astype(np.uint8)


def soft_edge(mask: Bytes, outline: Outline, unit: float) -> Floats:
    """How much of each pixel belongs to the object, 0 to 1.

    A true edge keeps a rim of two pixels around it, so that no ghost of it is left behind; a loose
    one fades inwards, so that no painted background travels along (``motion-preview.md`` 2.4).
    """
    alpha: Floats = np.zeros(mask.shape, np.float32)
    near = around(mask, 8 * max(2, round(6 * unit)) + round(5 * unit) + 4)
    if near is not None:
        part = Outline(outline.pixels[near], outline.loose[near])
        alpha[near] = _edge_in(mask[near], part, unit)
    return alpha


def _edge_in(mask: Bytes, outline: Outline, unit: float) -> Floats:
    """The same within a part of the picture that reaches beyond all that the mask has a say in."""
    inside = (mask > 127).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - 0.5
    away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) - 0.5
    signed = np.where(inside > 0, depth, -away).astype(np.float32)
    loose = looseness(outline, unit)
    rim, fade = max(1.5, 2.2 * unit), max(1.5, 2 * unit)
    inwards = min(14 * unit, 0.45 * float(signed.max()))
    low = -(rim + fade) * (1 - loose)
    high = -rim * (1 - loose) + inwards * loose
    alpha: Floats = np.clip((signed - low) / np.maximum(high - low, 1e-3), 0, 1)
    return alpha


def opaque(alpha: Floats) -> Bytes:
    """Where nothing of what is behind can be seen."""
    return np.where(alpha >= _OPAQUE, np.uint8(255), np.uint8(0))


def cut(picture: Picture, alpha: Floats, mask: Bytes, moved: Points) -> Cutout | None:
    """The layer of an object; None where nothing of it is left.

    A side that the edge of the picture cuts off is made longer by as much as the object travels,
    or a straight cut would come into sight.
    """
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return None
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    travel = math.ceil(float(np.abs(moved).max())) + 2
    height, width = mask.shape
    top, bottom = travel * (y0 == 0), travel * (y1 == height)
    left, right = travel * (x0 == 0), travel * (x1 == width)
    opacity = np.rint(alpha[y0:y1, x0:x1] * 255).astype(np.uint8)
    borders = (int(top), int(bottom), int(left), int(right))
    return Cutout(
        _longer(picture[y0:y1, x0:x1], borders, cv2.BORDER_REFLECT_101),
        _longer(opacity, borders, cv2.BORDER_REPLICATE),
        int(x0 - left),
        int(y0 - top),
        int(np.flatnonzero((mask > 127).any(axis=1)).max(initial=0)),
    )


def _longer(pixels: Bytes, borders: tuple[int, int, int, int], how: int) -> Bytes:
    if min(pixels.shape[:2]) < 2:
        how = cv2.BORDER_REPLICATE
    return np.asarray(cv2.copyMakeBorder(pixels, *borders, how), np.uint8)


def _shifted(pixels: Picture, alpha: Bytes, dx: float, dy: float) -> tuple[Picture, Bytes]:
    """Moved by a part of a pixel to the right and down."""
    if dx < 1e-3 and dy < 1e-3:
        return pixels, alpha
    height, width = alpha.shape
    shift = np.array([[1, 0, dx], [0, 1, dy]], np.float64)
    size = (width + 1, height + 1)
    return (
        np.asarray(cv2.warpAffine(pixels, shift, size, borderMode=cv2.BORDER_REPLICATE), np.uint8),
        np.asarray(cv2.warpAffine(alpha, shift, size, borderMode=cv2.BORDER_CONSTANT), np.uint8),
    )
