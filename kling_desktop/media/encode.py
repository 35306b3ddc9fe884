"""Write frames as the kind of file Kling delivers: an H.264 MP4 that can play while it loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

FPS = 30
"""Kling 1.0 to 1.6 (``kling-facts.md`` §3)."""
_X264 = {
    "preset": "ultrafast",
    "qp": "16",
    "g": "60",
    "x264-params": "me=dia:subme=1",
}
"""Fine enough that what is static changes by no more than four levels, next to what moves as well,
in a fraction of the time that a smaller file would take.
"""
_THREADS = 2
"""Fixed, because the bytes of the file depend on it."""


def write_mp4(path: Path, frames: Iterable[NDArray[np.uint8]], *, size: tuple[int, int]) -> None:
    """Encode RGB frames of ``size`` (width, height; both even) to ``path``."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options=_X264)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.thread_count = _THREADS
        context.thread_type = "FRAME"  # encode while the next frame is made; slices would wait
        context.colorspace, context.color_range = Colorspace.SMPTE170M, ColorRange.MPEG
        for pixels in frames:
            container.mux(stream.encode(_frame(pixels)))
        container.mux(stream.encode(None))


def _frame(pixels: NDArray[np.uint8]) -> av.VideoFrame:
    # OpenCV converts six times as fast as the encoder's own scaler.
    planes = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")
