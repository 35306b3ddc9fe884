"""Pictures with a texture that can be followed, and simple masks and ways on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Bytes, Floats, Picture, Points


def textured(width: int = 480, height: int = 360, seed: int = 1) -> Picture:
    """Soft noise of three sizes."""
    numbers = np.random.default_rng(seed)
    whole = np.zeros((height, width, 3), np.float32)
    for cell, weight in ((4, 40), (16, 60), (64, 60)):
        small = numbers.uniform(-1, 1, (height // cell + 2, width // cell + 2, 3))
        whole += weight * cv2.resize(
            small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
    return np.clip(whole + 128, 0, 255).astype(np.uint8)


def disc(picture: Picture, x: int, y: int, radius: int) -> Bytes:
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def with_ball(x: int = 150, y: int = 180, radius: int = 50) -> tuple[Picture, Bytes]:
    """An object that stands out from its background, and its exact mask."""
    picture, ball = textured(seed=1), textured(seed=2)
    mask = disc(picture, x, y, radius)
    red = np.clip(ball * np.array([1.2, 0.4, 0.3]) + np.array([60, 0, 0]), 0, 255)
    return np.where(mask[..., None] > 0, red.astype(np.uint8), picture), mask


def straight(*points: tuple[float, float]) -> Points:
    return np.array(points, float)


def place_of(frame: Picture, sample: Picture) -> tuple[float, float]:
    """Where the middle of a sample is found in a frame, to a part of a pixel."""
    found = np.asarray(cv2.matchTemplate(frame, sample, cv2.TM_CCOEFF_NORMED), np.float32)
    score = np.pad(found, 1, mode="edge")
    row, column = np.unravel_index(int(score[1:-1, 1:-1].argmax()), score[1:-1, 1:-1].shape)
    across, down = score[row + 1, column : column + 3], score[row : row + 3, column + 1]
    x, y = float(column) + _top_of(across), float(row) + _top_of(down)
    return x + (sample.shape[1] - 1) / 2, y + (sample.shape[0] - 1) / 2


def _top_of(three: Floats) -> float:
    """Where the parabola through three values has its top, seen from the middle one."""
    before, here, after = (float(each) for each in three)
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend
