"""One frame of a clip, exactly as it is decoded, as a PNG file."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import av
from av.video.reformatter import Colorspace

from kling_desktop.domain.errors import BadMedia
from kling_desktop.domain.lineage import AT, FIRST, KEY, Frame, MadeFrom, Moment

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

NEAR = 0.001
"""Seconds by which a time may be too early: players count in milliseconds."""
_UNKNOWN = 2
_HIGH = 720
"""Rows from which on the colours of an unmarked video are those of BT.709."""


def take_frame(clip: Path, moment: Moment, job_id: str) -> Frame:
    """The frame that is on the screen at a moment; blocks.

    Raises:
        BadMedia: the clip cannot be read, or it has no such frame.
    """
    try:
        with av.open(str(clip.absolute()), format="mp4") as container:
            stream = _video(container, clip)
            frame = _frame(container, stream, moment)
    except av.FFmpegError as error:
        raise BadMedia(clip.name, f"cannot be decoded: {error.strerror}") from error
    if frame is None:
        raise BadMedia(clip.name, "has no frame at that time")
    made_from = MadeFrom(job_id, moment.which, max(0.0, round(frame.time, 6)))
    mark = f"{made_from.seconds:.2f}s" if moment.which == AT else moment.which
    return Frame(_png(frame, made_from), f"{clip.stem}-{mark}.png", made_from)


def _video(container: InputContainer, clip: Path) -> VideoStream:
    if not container.streams.video:
        raise BadMedia(clip.name, "has no video in it")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    return stream


def _frame(container: InputContainer, stream: VideoStream, moment: Moment) -> VideoFrame | None:
    if moment.which == FIRST:
        return next(container.decode(stream), None)
    limit = moment.seconds + NEAR if moment.which == AT else None
    ticks = (stream.duration or 0) if limit is None else int(limit / stream.time_base)
    container.seek(ticks, stream=stream, backward=True)
    return _latest(container, stream, limit) or _from_the_start(container, stream, limit)


def _from_the_start(
    container: InputContainer, stream: VideoStream, limit: float | None
) -> VideoFrame | None:
    """Where the index leads astray, every frame is decoded."""
    container.seek(0, stream=stream, backward=True)
    return _latest(container, stream, limit)


def _latest(
    container: InputContainer, stream: VideoStream, limit: float | None
) -> VideoFrame | None:
    """Of the frames from here, the last that is shown by a time, or at all."""
    found: VideoFrame | None = None
    for frame in container.decode(stream):
        if limit is not None and frame.time > limit:
            break
        found = frame
    return found


def _png(frame: VideoFrame, made_from: MadeFrom) -> bytes:
    from PIL import Image, PngImagePlugin

    colours = frame.colorspace
    if colours == _UNKNOWN:
        colours = Colorspace.ITU709 if frame.height >= _HIGH else Colorspace.ITU601
    rgb = frame.reformat(format="rgb24", src_colorspace=colours)
    note = PngImagePlugin.PngInfo()
    note.add_text(KEY, json.dumps(made_from.to_json()))
    out = io.BytesIO()
    Image.fromarray(rgb.to_ndarray()).save(out, "PNG", pnginfo=note)
    return out.getvalue()
