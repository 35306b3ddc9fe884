"""An object cut out of its surroundings by colour: GrabCut on a small copy of a part of a picture.

More pixels than these make it slower and no better (study/motion-preview.md §4). The same question
has the same answer, always: the generator of the clusters is seeded before each cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from kling_desktop.domain.motion import parts
from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.mask import Pixels

OUT, IN = cv2.GC_BGD, cv2.GC_FGD
MAYBE_OUT, MAYBE_IN = cv2.GC_PR_BGD, cv2.GC_PR_FGD
_SEED = 7
_ROUNDS = 3
_NO_RECT = (0, 0, 0, 0)
_FRAME = 2
"""Pixels of the small copy along the sides of the part that are taken to be out."""
_NEARBY = (7, 7)
"""Pixels of the small copy whose colours count as those beside an outline."""
_SOFT = 0.7
"""Sigma, in pixels of the small copy, that the outline is smoothed by before it is enlarged."""


class Small(NamedTuple):
    """A part of a picture and its small copy in Lab."""

    size: Size
    """Of the whole picture."""
    rect: Rect
    """The part, in pixels of the picture."""
    pixels: NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, int]:
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def scale(self) -> float:
        """Pixels of the copy in one of the picture."""
        return max(self.shape) / max(self.rect.width, self.rect.height)

    def place(self, point: Point) -> tuple[float, float]:
        """Where a place of the picture is in the copy."""
        height, width = self.shape
        return (
            (point.x - self.rect.left) * width / self.rect.width,
            (point.y - self.rect.top) * height / self.rect.height,
        )


def small_copy(picture: NDArray[np.uint8], rect: Rect, longest: int) -> Small:
    """A part of the picture, which must not be empty, with sides of at most that many pixels."""
    size = Size(picture.shape[1], picture.shape[0])
    part = picture[rect.slices]
    factor = min(1.0, longest / max(rect.width, rect.height))
    wanted = (max(1, round(rect.width * factor)), max(1, round(rect.height * factor)))
    small = cv2.resize(part, wanted, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small[:, :, :3].copy(), cv2.COLOR_BGR2LAB)
    return Small(size, rect, np.asarray(lab, np.uint8))


def framed(small: Small, guess: NDArray[np.uint8]) -> None:
    """Make a frame definitely out, but for what is definitely in.

    Where the part ends with the picture an object may well go on, so that only the other sides
    count; without any of those all do, as there must be something that is out.
    """
    rect, size = small.rect, small.size
    sides = (rect.left > 0, rect.top > 0, rect.right < size.width, rect.bottom < size.height)
    left, top, right, bottom = sides if any(sides) else (True,) * 4
    frame = np.zeros(guess.shape, np.bool_)
    frame[:, :_FRAME] |= left
    frame[:_FRAME] |= top
    frame[:, -_FRAME:] |= right
    frame[-_FRAME:] |= bottom
    guess[frame & (guess != IN)] = OUT


def cut(small: Small, guess: NDArray[np.uint8]) -> Pixels | None:
    """What is in, 255, by a guess that may say in and out for certain; None if nothing comes."""
    is_in = (guess == IN) | (guess == MAYBE_IN)
    if is_in.all() or not is_in.any() or not (guess == OUT).any():
        return None
    labels = guess.copy()
    models = np.zeros((1, 65), np.float64), np.zeros((1, 65), np.float64)
    cv2.setRNGSeed(_SEED)
    try:
        cv2.grabCut(small.pixels, labels, _NO_RECT, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # it asserts when either side has run out of pixels (opencv issue 13297)
        return None
    found = np.where((labels == IN) | (labels == MAYBE_IN), np.uint8(255), np.uint8(0))
    return found if found.any() else None


def tidied(found: Pixels) -> Pixels:
    """Without crumbs and pinholes."""
    found = parts.big_parts(found, 0.15)
    return found | parts.small_holes(found, 0.02 * cv2.countNonZero(found))


def contrast(small: Small, found: Pixels) -> float:
    """How far colours on both sides of the outline are apart in Lab, at half of its places."""
    inside = np.where(found != 0, np.float32(1), np.float32(0))
    outline = (inside == 1) & (cv2.erode(found, np.ones((3, 3), np.uint8), borderValue=255) == 0)
    if not outline.any():
        return 0.0
    means = []
    for share in (inside, 1 - inside):
        weight = np.maximum(cv2.blur(share, _NEARBY), 1e-6)[:, :, None]
        means.append(cv2.blur(small.pixels * share[:, :, None], _NEARBY) / weight)
    return float(np.median(np.linalg.norm(means[0] - means[1], axis=2)[outline]))


def enlarged(small: Small, found: Pixels) -> Mask:
    """The pixels of the picture that belong to those of the copy, with a smooth outline."""
    soft = cv2.GaussianBlur(found, (0, 0), _SOFT, borderType=cv2.BORDER_REPLICATE)
    wanted = (small.rect.width, small.rect.height)
    large = cv2.resize(soft, wanted, interpolation=cv2.INTER_CUBIC)
    return Mask.part(small.size, small.rect, np.where(large >= 128, np.uint8(255), np.uint8(0)))
