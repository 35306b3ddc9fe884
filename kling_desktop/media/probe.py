"""Is a file a whole video? Every frame is decoded, in a child process that a bad file may crash."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import Broken, ClipDamaged
from kling_desktop.domain.given_json import parsed
from kling_desktop.media.child import DAMAGED, Ended, run_child
from kling_desktop.paths import own_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream

COMMAND = "media-probe"
"""The hidden command of our own program that ends in :func:`main`."""
PATIENCE = 60.0
"""Seconds; decoding ten seconds of video takes about one."""

_CRASHES = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL")
    if hasattr(signal, name)
)
_WINDOWS_CRASH = 0xC0000000
"""Exit codes from here on are exceptions of the processor."""


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What decoding a whole video told."""

    width: int
    height: int
    """Pixels."""
    frames: int
    fps: float
    codec: str
    duration: float
    """Seconds."""


def measure(path: Path) -> ClipFacts:
    """Decode all of an MP4 or MOV file, right here.

    Raises:
        ClipDamaged: it is not a whole video; says why.
        OSError: it cannot be read.
    """
    import av

    # The layout is given, for FFmpeg would take playlists and scripts for video as well; and its
    # edit list is ignored, so that the number of frames is the one that the index promises.
    options = {"ignore_editlist": "1"}
    try:
        with av.open(str(path.absolute()), format="mp4", options=options) as container:
            return _measured(container)
    except av.FFmpegError as error:
        if isinstance(error, OSError):  # the disk is to blame, not the clip
            raise
        raise ClipDamaged(f"it cannot be decoded: {error.strerror}") from error


async def measure_in_child(
    path: Path, *, command: Sequence[str] | None = None, patience: float = PATIENCE
) -> ClipFacts:
    """Decode all of a file in a child process, which dies with this call.

    Raises:
        ClipDamaged: it is not a whole video, or it crashes the decoder.
        Transient: the child did not come to an end in time.
        Broken: the child failed, and the file is not to blame.
        OSError: the child cannot be started.
    """
    words = own_command(COMMAND) if command is None else command
    return _judge(await run_child([*words, str(path)], patience=patience, task="checking the clip"))


def main(argv: Sequence[str]) -> int:
    """Measure the file named, and print one JSON document about it."""
    from pathlib import Path

    (name,) = argv
    try:
        document, code = asdict(measure(Path(name))), 0
    except ClipDamaged as error:
        document, code = {"error": error.detail}, DAMAGED
    sys.stdout.write(json.dumps(document) + "\n")
    return code


def _measured(container: InputContainer) -> ClipFacts:
    if not container.streams.video:
        raise ClipDamaged("it has no video in it")
    stream = container.streams.video[0]
    promised, decoded = stream.frames, _count_frames(container, stream)
    if decoded == 0:
        raise ClipDamaged("it has no frames")
    if decoded < promised:
        raise ClipDamaged(f"only {decoded} of its {promised} frames are whole")
    fps = float(stream.average_rate or 0)
    if fps <= 0:
        raise ClipDamaged("its frames have no times")
    return ClipFacts(
        width=stream.width,
        height=stream.height,
        frames=decoded,
        fps=fps,
        codec=stream.codec_context.name,
        duration=decoded / fps,
    )


def _count_frames(container: InputContainer, stream: VideoStream) -> int:
    stream.thread_type = "AUTO"
    # The decoder patches up a picture with wrong bytes in it, and says so.
    return sum(not frame.is_corrupt for frame in container.decode(stream))


def _judge(ended: Ended) -> ClipFacts:
    """Tell from how the child ended whether the file is whole, damaged, or not to blame."""
    if -ended.code in _CRASHES or ended.code >= _WINDOWS_CRASH:
        raise ClipDamaged("it makes the decoder crash")
    try:
        document = parsed(ended.output)
        if ended.code == DAMAGED:
            raise ClipDamaged(document["error"])
        return ClipFacts(**document)
    except (ValueError, TypeError, LookupError):
        what = f"the clip was not checked (exit code {ended.code}): {ended.last_words}"
        raise Broken(what) from None
