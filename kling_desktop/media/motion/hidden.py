"""What the sandbox's watermark hides of a clip: it stays where it is, whatever moves behind it.

Its letters are the best corners of all, so that a region that begins under it seemed to stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.render import frame_size
from kling_desktop.media.watermark import Watermark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.corners import Grey
    from kling_desktop.media.motion.scene import Bytes

_RIM = 4
"""Pixels by which a frame that was made smaller may have it elsewhere, and its blur."""
_LIKE = 0.7
"""Likeness from which on it is the watermark: it lets a fifth of the picture through."""
_FLAT = 3.0
"""Levels of contrast below which nothing can be recognised."""
_LEAST = 0.25
"""Share of a region that must be clear of it, or what is left tells nothing of the region."""


def mark_in(frames: Sequence[Grey]) -> Bytes | None:
    """255 where the watermark is; None if the clip does not bear it from beginning to end.

    Frames may be smaller than they were in the clip, which is as large as the sandbox makes them.
    """
    height, width = frames[0].shape
    some = (frames[0], frames[len(frames) // 2], frames[-1])
    for whole in ((width, height), frame_size(width / height)):
        watermark, scale = Watermark(whole), height / whole[1]
        rows, columns = (_scaled(each, scale) for each in watermark.area)
        size = columns.stop - columns.start - 2 * _RIM, rows.stop - rows.start - 2 * _RIM
        grey = cv2.cvtColor(watermark.plate, cv2.COLOR_RGB2GRAY)
        plate = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        area = slice(max(0, rows.start), rows.stop), slice(max(0, columns.start), columns.stop)
        if all(_bears(frame[area], plate) for frame in some):
            found = np.zeros((height, width), np.uint8)
            found[area] = 255
            return found
    return None


def _scaled(span: slice, scale: float) -> slice:
    start, stop = round(span.start * scale), round(span.stop * scale)
    return slice(start - _RIM, max(start + 1, stop) + _RIM)


def _bears(part: Grey, plate: Grey) -> bool:
    if part.shape[0] < plate.shape[0] or part.shape[1] < plate.shape[1] or plate.std() < _FLAT:
        return False
    like = cv2.matchTemplate(np.ascontiguousarray(part), plate, cv2.TM_CCOEFF_NORMED)
    return float(like.max()) >= _LIKE


def clear_of(mark: Bytes | None, mask: Bytes) -> Bytes:
    """The larger part of a mask beside the mark, or above it: its box must be clear of it too."""
    if mark is None or not (mask & mark).any():
        return mask
    rows, columns = np.flatnonzero(mark.any(axis=1)), np.flatnonzero(mark.any(axis=0))
    above, beside = mask.copy(), mask.copy()
    above[rows[0] :], beside[:, columns[0] :] = 0, 0
    most = max(above, beside, key=np.count_nonzero)
    return most if np.count_nonzero(most) >= _LEAST * np.count_nonzero(mask) else mask
