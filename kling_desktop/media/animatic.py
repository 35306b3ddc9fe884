"""The motion preview as a file: MP4, GIF or WebP, marked as what it is."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PIL import Image

from kling_desktop.media.encode import FPS, write_mp4
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.of_document import SECONDS, scene_of
from kling_desktop.media.motion.scene import scaled
from kling_desktop.media.watermark import Watermark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.media.motion.scene import Scene

    OnFrame = Callable[[int, int], None]

SUFFIXES = (".mp4", ".gif", ".webp")
MARK = "PREVIEW, NOT THE MODEL"
_LONG_SIDE = {".mp4": 1280, ".gif": 640, ".webp": 960}
"""Pixels; pictures in a loop are large files."""
_EVERY = {".mp4": 1, ".gif": 2, ".webp": 2}
"""Of the frames that many make one picture of the file."""
_WEBP_QUALITY = 80


def export_animatic(
    out: Path,
    document: MotionDocument,
    rows: NDArray[np.uint8],
    *,
    seconds: int = SECONDS,
    on_frame: OnFrame = lambda _done, _of: None,
) -> Scene:
    """Render what is painted on a picture (rows of red, green, blue) to a file; blocks.

    The file is there once it is whole; one that was there before stays until then.

    Raises:
        ValueError: the file's name does not end as one of ``SUFFIXES`` does.
        OSError: the file cannot be written.
        Whatever ``on_frame`` raises.
    """
    scene = scene_of(document, rows, seconds=seconds)
    part = out.with_name(f".{out.stem}.part{out.suffix}")
    try:
        write_animatic(part, scene, on_frame=on_frame)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return scene


def write_animatic(
    path: Path, scene: Scene, *, on_frame: OnFrame = lambda _done, _of: None
) -> None:
    """Render a scene, at 30 frames a second of what the model would make; blocks.

    ``on_frame`` is told after each frame how many of how many are made.

    Raises:
        ValueError: the file's name does not end as one of ``SUFFIXES`` does.
        OSError: the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"a preview is written as one of {SUFFIXES}, not as {suffix!r}")
    size = _size(scene, _LONG_SIDE[suffix])
    make = _planes if suffix == ".mp4" else _frames
    frames = _told(make(scaled(scene, size), _EVERY[suffix], size), scene, suffix, on_frame)
    if suffix == ".mp4":
        write_mp4(path, frames, size=size)
    else:
        _write_loop(path, frames, _EVERY[suffix])


def _size(scene: Scene, long_side: int) -> tuple[int, int]:
    """Width and height; even, as 4:2:0 wants them."""
    height, width = scene.picture.shape[:2]
    scale = min(1.0, long_side / max(width, height))
    return max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))


def _frames(scene: Scene, every: int, size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    motion, mark = Motion(scene), Watermark(size, MARK)
    for number in range(0, motion.frames, every):
        frame = motion.frame(number)
        mark.stamp(frame)
        yield frame


def _planes(scene: Scene, every: int, size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    motion, mark = Motion(scene), Watermark(size, MARK)
    for number in range(0, motion.frames, every):
        planes = motion.planes(number)
        mark.stamp_planes(planes)
        yield planes


def _told(
    frames: Iterator[NDArray[np.uint8]], scene: Scene, suffix: str, on_frame: OnFrame
) -> Iterator[NDArray[np.uint8]]:
    of = -(-scene.frames // _EVERY[suffix])
    for done, frame in enumerate(frames, start=1):
        yield frame
        on_frame(done, of)


def _write_loop(path: Path, frames: Iterator[NDArray[np.uint8]], every: int) -> None:
    first, *rest = (Image.fromarray(frame) for frame in frames)
    # A GIF counts in hundredths of a second, and the whole must last as long as the clip.
    ends = [10 * round(100 * Fraction(every * number, FPS)) for number in range(len(rest) + 2)]
    durations = [end - start for start, end in itertools.pairwise(ends)]
    shared: dict[str, Any] = {"append_images": rest, "duration": durations, "loop": 0}
    if path.suffix.lower() == ".webp":
        first.save(path, save_all=True, quality=_WEBP_QUALITY, method=2, **shared)
    else:
        first.save(path, save_all=True, **shared)
