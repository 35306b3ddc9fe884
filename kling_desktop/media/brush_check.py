"""Did the brush take? A clip is decoded and followed in a child process, as it may be anything."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import Broken, ClipDamaged
from kling_desktop.domain.given_json import parsed
from kling_desktop.domain.motion.asked import Asked, from_json
from kling_desktop.domain.motion.verdict_json import verdict_json
from kling_desktop.media.child import DAMAGED, Ended, run_child
from kling_desktop.paths import own_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.verdict import Verdict
    from kling_desktop.media.motion.scene import Bytes, Scene

COMMAND = "brush-check"
"""The hidden command of our own program that ends in :func:`main`."""
PATIENCE = 120.0
"""Seconds; ten seconds of video take about four."""
MOST_FRAMES = 1000
"""The longest clips of Kling have 300."""
MOST_PIXELS = 4096 * 4096


async def check_in_child(
    clip: Path,
    asked: Asked,
    *,
    command: Sequence[str] | None = None,
    patience: float = PATIENCE,
) -> dict[str, Any]:
    """The verdict on a clip, as ``verdict_json`` tells it; the child dies with this call.

    Raises:
        ClipDamaged: it is no video that can be followed; says why.
        Transient: the child did not come to an end in time.
        Broken: the child failed, and the clip may not be to blame.
        OSError: the child cannot be started.
    """
    words = own_command(COMMAND) if command is None else command
    told = json.dumps(asked.as_json).encode()
    return _judge(
        await run_child(
            [*words, str(clip)], told=told, patience=patience, task="following the clip"
        )
    )


def main(argv: Sequence[str]) -> int:
    """Judge the clip named by what stands on stdin, and print one JSON document about it."""
    (name,) = argv
    _step_back()
    asked = from_json(parsed(sys.stdin.read()))
    try:
        document, code = verdict_json(check(Path(name), asked), asked.names), 0
    except ClipDamaged as error:
        document, code = {"error": error.detail}, DAMAGED
    sys.stdout.write(json.dumps(document) + "\n")
    return code


def check(clip: Path, asked: Asked) -> Verdict:
    """Judge a clip, right here.

    Raises:
        ClipDamaged: it is no video that can be followed; says why.
        OSError: it, or a mask, cannot be read.
    """
    from kling_desktop.media.motion.track import grey_frames, verdict_of

    frames = grey_frames(_frames(clip))
    if len(frames) < 2:
        raise ClipDamaged("it has no two frames to compare")
    return verdict_of(frames, _scene(asked, len(frames)), [each.number for each in asked.regions])


def _scene(asked: Asked, frames: int) -> Scene:
    """The scene without its picture, of which only the size matters here."""
    import numpy as np

    from kling_desktop.domain.motion.wire import counted
    from kling_desktop.media.motion.scene import Moving, Scene

    static = _mask(asked.static) if asked.static else None
    masks = [_mask(each.mask) for each in asked.regions]
    height, width = (static if static is not None else masks[0]).shape
    moving = tuple(
        Moving(mask, np.array([(x, counted(y, height, asked.origin)) for x, y in each.points]))
        for mask, each in zip(masks, asked.regions, strict=True)
    )
    return Scene(np.zeros((height, width, 3), np.uint8), moving, static, frames)


def _mask(name: str) -> Bytes:
    import numpy as np
    from PIL import Image

    with Image.open(name) as picture:
        return np.where(np.asarray(picture.convert("L")) > 127, np.uint8(255), np.uint8(0))


def _frames(clip: Path) -> Iterator[NDArray[np.uint8]]:
    import av
    import numpy as np

    try:
        with av.open(str(clip.absolute()), format="mp4") as container:
            if not container.streams.video:
                raise ClipDamaged("it has no video in it")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            if stream.width * stream.height > MOST_PIXELS:
                raise ClipDamaged("its frames are larger than any model makes them")
            for number, frame in enumerate(container.decode(stream)):
                if number >= MOST_FRAMES:
                    raise ClipDamaged("it is longer than any clip that a model makes")
                yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    except av.FFmpegError as error:
        if isinstance(error, OSError):  # the disk is to blame, not the clip
            raise
        raise ClipDamaged(f"it cannot be decoded: {error.strerror}") from error


def _step_back() -> None:
    """Nobody waits for this: whatever else runs on this computer comes first."""
    if hasattr(os, "nice"):
        os.nice(5)


def _judge(ended: Ended) -> dict[str, Any]:
    """Tell from how the child ended whether the clip was judged, or is to blame."""
    try:
        document = parsed(ended.output)
        if ended.code == DAMAGED:
            raise ClipDamaged(document["error"])
        if ended.code == 0 and isinstance(document["words"], list):
            return dict(document)
    except (ValueError, TypeError, LookupError):
        pass
    raise Broken(f"the clip was not followed (exit code {ended.code}): {ended.last_words}")
