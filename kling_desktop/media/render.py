"""Make a clip on this machine, without any model: the sandbox's stand-in for Kling.

The motion is a slow zoom into the still, or what the motion brush asks for. The same input makes
the same frames.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.encode import FPS, write_mp4
from kling_desktop.media.i420 import planes_of
from kling_desktop.media.motion.motion import Motion
from kling_desktop.media.motion.scene import Scene, scaled
from kling_desktop.media.scenes import fill
from kling_desktop.media.watermark import Watermark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kling_desktop.media.motion.scene import Moving

PIXELS = 1280 * 720
"""About this many in a frame, whatever its shape, unless others are asked for."""
_ZOOM = 0.08
"""How much larger the last frame is than the first."""
_FADE_FROM = 0.6
"""Where in the clip the picture for its end begins to show."""

cv2.setNumThreads(1)  # clips are rendered two at a time, and x264 has threads of its own


def frame_size(aspect: float, pixels: int = PIXELS) -> tuple[int, int]:
    """Width and height of a frame of that shape; even, as 4:2:0 wants them."""
    width = math.sqrt(pixels * aspect)
    return 2 * round(width / 2), 2 * round(width / aspect / 2)


def frame_size_of(picture: NDArray[np.uint8], pixels: int = PIXELS) -> tuple[int, int]:
    """The frame for a picture: its shape, within limits that a player can show."""
    height, width = picture.shape[:2]
    return frame_size(min(4.0, max(0.25, width / height)), pixels)


def render_clip(
    path: Path,
    still: NDArray[np.uint8],
    *,
    seconds: int,
    size: tuple[int, int],
    tail: NDArray[np.uint8] | None = None,
) -> None:
    """Write a watermarked MP4 that moves slowly into ``still`` and ends on ``tail``, if given."""
    write_mp4(path, clip_frames(still, seconds=seconds, size=size, tail=tail), size=size)


def render_motion(
    path: Path,
    picture: NDArray[np.uint8],
    moving: Sequence[Moving],
    static: NDArray[np.uint8] | None,
    *,
    seconds: int,
    size: tuple[int, int],
) -> None:
    """Write a watermarked MP4 in which regions of the picture move and the static one stays.

    Without a region that moves the whole picture does, but for what is static.
    """
    write_mp4(path, motion_planes(picture, moving, static, seconds=seconds, size=size), size=size)


def motion_frames(
    picture: NDArray[np.uint8],
    moving: Sequence[Moving],
    static: NDArray[np.uint8] | None,
    *,
    seconds: int,
    size: tuple[int, int],
) -> Iterator[NDArray[np.uint8]]:
    """The frames of :func:`render_motion` as they are seen: height x width x 3, RGB."""
    scene = scaled(Scene(picture, tuple(moving), static, seconds * FPS), size)
    watermark = Watermark(size)
    for frame in Motion(scene) if _moves(moving) else _zooming(scene):
        watermark.stamp(frame)
        yield frame


def motion_planes(
    picture: NDArray[np.uint8],
    moving: Sequence[Moving],
    static: NDArray[np.uint8] | None,
    *,
    seconds: int,
    size: tuple[int, int],
) -> Iterator[NDArray[np.uint8]]:
    """The same frames as they are encoded: I420, in two thirds of the time."""
    scene = scaled(Scene(picture, tuple(moving), static, seconds * FPS), size)
    watermark, motion = Watermark(size), Motion(scene)
    made = map(motion.planes, range(scene.frames))
    for frame in made if _moves(moving) else map(planes_of, _zooming(scene)):
        watermark.stamp_planes(frame)
        yield frame


def _moves(moving: Sequence[Moving]) -> bool:
    return any(len(each.points) > 1 for each in moving)


def _zooming(scene: Scene) -> Iterator[NDArray[np.uint8]]:
    """Slowly into the picture, but for what is static."""
    for index in range(scene.frames):
        frame = _zoomed(scene.picture, 1 + _ZOOM * _eased(index / (scene.frames - 1)))
        if scene.static is not None:
            np.copyto(frame, scene.picture, where=(scene.static > 127)[..., None])
        yield frame


def clip_frames(
    still: NDArray[np.uint8],
    *,
    seconds: int,
    size: tuple[int, int],
    tail: NDArray[np.uint8] | None = None,
) -> Iterator[NDArray[np.uint8]]:
    """The frames of :func:`render_clip`: height x width x 3, RGB."""
    first, count = fill(still, size), seconds * FPS
    last = None if tail is None else fill(tail, size)
    watermark = Watermark(size)
    for index in range(count):
        elapsed = index / (count - 1)
        frame = _zoomed(first, 1 + _ZOOM * _eased(elapsed))
        if last is not None and elapsed > _FADE_FROM:
            share = _eased((elapsed - _FADE_FROM) / (1 - _FADE_FROM))
            frame = np.asarray(cv2.addWeighted(frame, 1 - share, last, share, 0), dtype=np.uint8)
        watermark.stamp(frame)
        yield frame


def _zoomed(still: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    height, width = still.shape[:2]
    middle = ((width - 1) / 2, (height - 1) / 2)
    matrix = cv2.getRotationMatrix2D(middle, 0, scale)
    moved = cv2.warpAffine(
        still, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, dtype=np.uint8)


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)
