"""Parts and holes of masks: what hangs together, also by a corner, and what it goes around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.mask import Pixels


def big_parts(pixels: Pixels, share: float, smallest: int = 0) -> Pixels:
    """Only parts of at least that share of the biggest one, and of so many pixels."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    areas = facts[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # what is out
    stays = (areas >= max(areas.max() * share, smallest)) & (areas > 0)
    return _chosen(labels, stays)


def parts_touching(pixels: Pixels, marks: Pixels) -> Pixels:
    """Only parts that hold a marked pixel."""
    count, labels = cv2.connectedComponents(pixels, connectivity=8)
    stays = np.zeros(count, np.bool_)
    stays[np.unique(labels[marks != 0])] = True
    stays[0] = False
    return _chosen(labels, stays)


def holes(pixels: Pixels) -> Pixels:
    """What is shut in: not reached from outside without crossing a pixel that is in."""
    framed = cv2.copyMakeBorder(pixels, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    cv2.floodFill(framed, None, (0, 0), (255,), flags=4)
    return np.where(framed[1:-1, 1:-1], np.uint8(0), np.uint8(255))


def small_holes(pixels: Pixels, largest: float) -> Pixels:
    """Holes of at most so many pixels."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats(holes(pixels), connectivity=4)
    stays = np.asarray(facts[:, cv2.CC_STAT_AREA] <= largest)
    stays[0] = False
    return _chosen(labels, stays)


def without_specks(mask: Mask, share: float = 0.01, smallest: int = 0) -> Mask:
    """Without parts of less than a share of the biggest one."""
    rect = mask.bounds
    if rect.is_empty:
        return mask
    return mask.written(rect, big_parts(mask.read(rect), share, smallest))


def with_holes_filled(mask: Mask) -> Mask:
    rect = mask.bounds
    if rect.is_empty:
        return mask
    pixels = mask.read(rect)
    return mask.written(rect, pixels | holes(pixels))


def hole_at(mask: Mask, point: Point) -> Mask | None:
    """The hole around a place within the picture; None where there is none."""
    rect = mask.bounds
    x, y = int(point.x) - rect.left, int(point.y) - rect.top
    if not (0 <= x < rect.width and 0 <= y < rect.height):
        return None
    found = holes(mask.read(rect))
    return Mask.part(mask.size, rect, connected(found, x, y, 4)) if found[y, x] else None


def part_at(mask: Mask, point: Point) -> Mask | None:
    """The part of a mask at a place within the picture; None where nothing is painted."""
    if not mask.holds(point):
        return None
    rect = mask.bounds
    x, y = int(point.x) - rect.left, int(point.y) - rect.top
    return Mask.part(mask.size, rect, connected(mask.read(rect), x, y, 8))


def connected(pixels: Pixels, x: int, y: int, ways: int) -> Pixels:
    """What hangs together with a pixel that is in, by its sides (4) or by its corners too (8)."""
    height, width = pixels.shape
    found = np.zeros((height + 2, width + 2), np.uint8)
    flags = ways | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    cv2.floodFill(pixels, found, (x, y), (0,), (0,), (0,), flags)
    return found[1:-1, 1:-1]


def _chosen(labels: NDArray[Any], stays: NDArray[np.bool_]) -> Pixels:
    table: Pixels = np.where(stays, np.uint8(255), np.uint8(0))
    return np.asarray(table[labels], np.uint8)
