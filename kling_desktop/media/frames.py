"""One frame of a clip, exactly as it is decoded, as a PNG file."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import av
from av.video.reformatter import Colorspace

from kling_desktop.domain.errors import BadMedia
from kling_desktop.domain.lineage import AT, FIRST, KEY, Frame, MadeFrom, Moment, Still
from kling_desktop.media.sources import OPTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL import Image

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
    frame = _decoded(clip, moment, format="mp4")
    made_from = MadeFrom(job_id, moment.which, max(0.0, round(frame.time, 6)))
    return Frame(_png(_rgb(frame), made_from), _name(clip, moment, made_from.seconds), made_from)


def take_still(video: Path, moment: Moment, within: int = 0) -> Still:
    """The same of any video, upright; ``within`` pixels each way, where that is not 0. Blocks.

    Raises:
        BadMedia: it cannot be read, or it has no such frame.
    """
    frame = _decoded(video, moment, options=OPTIONS)
    image = _rgb(frame, within).rotate(frame.rotation, expand=True)
    return Still(_png(image), _name(video, moment, frame.time))


def _name(video: Path, moment: Moment, seconds: float) -> str:
    mark = f"{seconds:.2f}s" if moment.which == AT else moment.which
    return f"{video.stem}-{mark}.png"


def _decoded(video: Path, moment: Moment, **how: Any) -> VideoFrame:
    try:
        with av.open(str(video.absolute()), **how) as container:
            frame = _frame(container, _video(container, video), moment)
    except av.FFmpegError as error:
        raise BadMedia(video.name, f"cannot be decoded: {error.strerror}") from error
    if frame is None:
        raise BadMedia(video.name, "has no frame at that time")
    return frame


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


def _rgb(frame: VideoFrame, within: int = 0) -> Image.Image:
    """A frame's pixels; ``within`` so many each way, where that is not 0."""
    from PIL import Image

    colours = frame.colorspace
    if colours == _UNKNOWN:
        colours = Colorspace.ITU709 if frame.height >= _HIGH else Colorspace.ITU601
    scale = min(1.0, within / max(frame.width, frame.height)) if within else 1.0
    width, height = (max(1, round(each * scale)) for each in (frame.width, frame.height))
    rgb = frame.reformat(width, height, format="rgb24", src_colorspace=colours)
    return Image.fromarray(rgb.to_ndarray())


def _png(image: Image.Image, made_from: MadeFrom | None = None) -> bytes:
    from PIL import PngImagePlugin

    note = PngImagePlugin.PngInfo()
    if made_from is not None:
        note.add_text(KEY, json.dumps(made_from.to_json()))
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=note)
    return out.getvalue()
