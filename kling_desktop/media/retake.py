"""A given video shown again, frame by frame: what the sandbox makes of a request that edits one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

from kling_desktop.media.encode import FPS
from kling_desktop.media.scenes import caption, fill
from kling_desktop.media.watermark import Watermark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

ABOVE = 0.1
"""Where the words stand, in shares of the height."""


def first_frame(path: Path) -> NDArray[np.uint8]:
    """Height x width x 3, RGB. Raises av.FFmpegError, LookupError."""
    with av.open(str(path.absolute())) as container:
        for frame in container.decode(video=0):
            return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    raise LookupError("it has no frames")


def retaken(
    path: Path, words: str, *, seconds: int, size: tuple[int, int]
) -> Iterator[NDArray[np.uint8]]:
    """The video's frames at our rate and size, with words and watermark; the last one lasts."""
    watermark, count = Watermark(size), seconds * FPS
    shown, made = None, 0
    for time, pixels in _timed(path):
        if shown is None or time * FPS >= made:
            shown = caption(fill(pixels, size), words, at=ABOVE)
            watermark.stamp(shown)
        while made < min(count, time * FPS + 1):
            yield shown
            made += 1
        if made >= count:
            return
    for _ in range(made, count if shown is not None else 0):
        assert shown is not None
        yield shown


def _timed(path: Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    with av.open(str(path.absolute())) as container:
        for frame in container.decode(video=0):
            yield float(frame.time or 0), np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
