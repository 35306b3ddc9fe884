"""Onion skin: what differs between start, middle and end of a motion, as a layer to lay over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVELS = 14
"""Differences below this are not worth a ghost."""
ALPHAS = (105, 135, 165)
"""Of start, middle and end: what comes later is seen better."""


def places(frames: int) -> tuple[int, int, int]:
    """The numbers of the frames that ghosts are made of."""
    last = max(0, frames - 1)
    return 0, last // 2, last


def ghosts(frames: Sequence[NDArray[np.uint8]]) -> QImage:
    """A layer of three frames (rows of blue, green and red), transparent where all agree.

    Where at most one of them shows something that moves, the median is what lies behind it.
    """
    still = np.median(np.stack(frames), axis=0).astype(np.int16)
    height, width = still.shape[:2]
    layer = np.zeros((height, width, 4), np.uint8)
    for rows, alpha in zip(frames, ALPHAS, strict=True):
        differs = np.abs(rows.astype(np.int16) - still).max(axis=2) > LEVELS
        layer[differs, :3] = rows[differs]
        layer[differs, 3] = alpha
    shown = QImage(layer.data, width, height, width * 4, QImage.Format.Format_ARGB32)
    return shown.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
