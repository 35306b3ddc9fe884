"""Write frames as the kind of file Kling delivers: an H.264 MP4 that can play while it loads."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import av
from av.video.reformatter import ColorRange, Colorspace

from kling_desktop.media.i420 import planes_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

FPS = 30
"""Kling 1.0 to 1.6 (``kling-facts.md`` §3)."""
_X264 = {
    "preset": "ultrafast",
    "qp": "14",
    "g": "60",
    "x264-params": "me=dia:subme=1:deadzone-inter=9:no-dct-decimate=1",
}
"""Fine enough that no pixel of what is static changes by more than four levels, in a fraction of
the time that a smaller file would take. Those that changed most shared a block with what moves:
there, fewer small differences are left out than is usual (42 clips: 6 levels at most, now 4).
"""
_THREADS = 1
"""Threads of its own cost the encoder a tenth more: it works next to what makes the frames."""
_AHEAD = 2
"""Frames that may wait for the encoder."""


def write_mp4(path: Path, frames: Iterable[NDArray[np.uint8]], *, size: tuple[int, int]) -> None:
    """Encode frames of ``size`` (width, height; both even) to ``path``.

    They are rows of red, green and blue, or the planes that the encoder takes (I420): an array of
    two dimensions, which must not change any more. While one is encoded the next is made, in the
    thread of the caller.
    """
    with (
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container,
        ThreadPoolExecutor(1, "encode") as encoder,
    ):
        stream = container.add_stream("libx264", rate=FPS, options=_X264)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.thread_count = _THREADS
        context.colorspace, context.color_range = Colorspace.SMPTE170M, ColorRange.MPEG

        def put(frame: av.VideoFrame) -> None:
            container.mux(stream.encode(frame))

        waiting: deque[Future[None]] = deque()
        for pixels in frames:
            waiting.append(encoder.submit(put, _frame(pixels)))
            if len(waiting) > _AHEAD:
                waiting.popleft().result()
        for each in waiting:
            each.result()
        container.mux(stream.encode(None))


def _frame(pixels: NDArray[np.uint8]) -> av.VideoFrame:
    # OpenCV converts six times as fast as the encoder's own scaler.
    planes = planes_of(pixels) if pixels.ndim > 2 else pixels
    if planes.shape[0] % 6:  # PyAV loses rows of such a buffer (19.0), so that it must copy it
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return av.VideoFrame.from_numpy_buffer(planes, format="yuv420p")
