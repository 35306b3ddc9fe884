"""The first frame of a video that may be anything; a child decodes it, which that may crash."""

from __future__ import annotations

import base64
import io
import json
import sys
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import BadMedia, Broken
from kling_desktop.media.child import DAMAGED, run_child
from kling_desktop.paths import own_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COMMAND = "video-still"
"""The hidden command of our own program that ends in :func:`main`."""
PATIENCE = 20.0
"""Seconds; one frame takes far less than one."""
MOST_PIXELS = 8192 * 8192
"""Of a frame; no video that Kling takes has as many."""


async def still_of(path: Path, *, command: Sequence[str] | None = None) -> bytes:
    """The first frame of a video, upright, as a PNG file.

    Raises:
        BadMedia: it is no video that can be decoded; says why.
        Transient: the child did not come to an end in time.
        Broken: the child failed, and the file is not to blame.
    """
    words = own_command(COMMAND) if command is None else command
    ended = await run_child([*words, str(path)], patience=PATIENCE, task="looking at the video")
    try:
        document = json.loads(ended.output)
        if ended.code == DAMAGED:
            raise BadMedia(path.name, document["error"])
        return base64.b64decode(document["png"])
    except (ValueError, TypeError, LookupError):
        what = f"the video was not looked at (exit code {ended.code}): {ended.last_words}"
        raise Broken(what) from None


def main(argv: Sequence[str]) -> int:
    """Decode the first frame of the file named, and print one JSON document with it."""
    from pathlib import Path

    (name,) = argv
    try:
        document, code = {"png": base64.b64encode(_first(Path(name))).decode()}, 0
    except BadMedia as error:
        document, code = {"error": error.detail}, DAMAGED
    sys.stdout.write(json.dumps(document) + "\n")
    return code


def _first(path: Path) -> bytes:
    import av
    from PIL import Image

    from kling_desktop.media.sources import OPTIONS

    try:
        with av.open(str(path.absolute()), options=OPTIONS) as container:
            if not container.streams.video:
                raise BadMedia(path.name, "it has no video in it")
            stream = container.streams.video[0]
            if stream.width * stream.height > MOST_PIXELS:
                raise BadMedia(path.name, "its frames are larger than Kling takes")
            frame = next(container.decode(stream), None)
    except av.FFmpegError as error:
        raise BadMedia(path.name, f"it cannot be decoded: {error.strerror}") from None
    if frame is None:
        raise BadMedia(path.name, "it has no frames")
    out = io.BytesIO()
    # Phones turn the picture by a note, counter-clockwise in degrees, instead of its pixels.
    image = Image.fromarray(frame.to_ndarray(format="rgb24"))
    image.rotate(frame.rotation, expand=True).save(out, "PNG", compress_level=1)
    return out.getvalue()
