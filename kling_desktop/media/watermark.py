"""The word on every clip that no model made, so that nobody takes it for a paid one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kling_desktop.media.i420 import SHARES, planes_of, split

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD = "SANDBOX"
_PLATE = (16, 18, 24)
_INK = (255, 255, 255)
_OPACITY = 0.78


class Watermark:
    """A plate with the word in the lower right corner, drawn once and stamped on each frame."""

    def __init__(self, size: tuple[int, int], word: str = WORD) -> None:
        width, height = size
        plate = _plate(word, height=max(24, min(width, height) // 24 * 2))
        plate_height, plate_width = plate.shape[:2]
        margin = plate_height // 2
        top, left = height - margin - plate_height, max(0, width - margin - plate_width)
        top, left = top - top % 2, left - left % 2
        self.area = (slice(top, top + plate_height), slice(left, left + plate_width))
        """Rows and columns that it covers."""
        self.plate = plate[:, : width - left]
        """As it is where nothing shines through."""

    def stamp(self, frame: NDArray[np.uint8]) -> None:
        """Put the word on a frame, in place."""
        below = frame[self.area]
        cv2.addWeighted(below, 1 - _OPACITY, self.plate, _OPACITY, 0, dst=below)

    def stamp_planes(self, planes: NDArray[np.uint8]) -> None:
        """The same on a frame whose sides are even, in the planes that an encoder takes."""
        rows, columns = self.area
        ours = zip(split(planes), split(planes_of(self.plate)), SHARES, strict=True)
        for plane, plate, share in ours:
            top, left = rows.start // share, columns.start // share
            below = plane[top : top + plate.shape[0], left : left + plate.shape[1]]
            cv2.addWeighted(below, 1 - _OPACITY, plate, _OPACITY, 0, dst=below)


def _plate(word: str, *, height: int) -> NDArray[np.uint8]:
    font = ImageFont.load_default(size=height * 0.62)
    left, top, right, bottom = font.getbbox(word)
    width = 2 * round((right - left) / 2 + height * 0.4)  # even, as its height is and its place
    plate = Image.new("RGB", (width, height), _PLATE)
    middle = (plate.width / 2 - (left + right) / 2, height / 2 - (top + bottom) / 2)
    ImageDraw.Draw(plate).text(middle, word, font=font, fill=_INK)
    return np.asarray(plate)
