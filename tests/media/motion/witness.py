"""What a clip really shows, seen without any of the renderer's own mathematics."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kling_desktop.media.motion.scene import Bytes, Picture, Points

_CORE = 0.6
"""Share of a region's box that is looked for again: towards its edge it gives way."""
_UNLIKE, _NOISE = 0.6, 8.0
"""What a region may differ from what it was: share of its contrast, and levels besides."""
_REACH = 0.12
"""Share of the width within which it is looked for, from where it was a tenth before."""


def decoded(path: Path) -> list[Bytes]:
    """The frames of a clip as they stand in the file: light, and colours below it (4:2:0)."""
    with av.open(str(path)) as container:
        return [
            np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
            for frame in container.decode(video=0)
        ]


def shown(planes: Bytes) -> Picture:
    """A decoded frame as it is seen."""
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420), np.uint8)


def light(planes: Bytes) -> Bytes:
    """How light each pixel of a decoded frame is: 16 is black, 235 white."""
    return planes[: planes.shape[0] * 2 // 3]


def planes_of(frame: Picture) -> Bytes:
    """A frame that was never in a file, as if it had been in one that loses nothing."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420), np.uint8)


def tenths(count: int) -> list[int]:
    """The frames at every tenth of a clip."""
    return [round(share * (count - 1) / 10) for share in range(11)]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a region was found."""

    way: Points
    """Displacement at every tenth."""
    seen: NDArray[np.bool_]
    """Whether it was recognised there; else something was before it."""

    def off(self, wanted: Points, size: tuple[int, int]) -> float:
        """The greatest distance from where it should be, in shares of the diagonal."""
        apart: Points = np.hypot(*(self.way - wanted).T)
        return float(apart[self.seen].max()) / float(np.hypot(*size))


def sighted(frames: Sequence[Picture], mask: Bytes, veiled: Collection[int] = ()) -> Sighting:
    """Look for the middle of a region, as it is in the first frame, at every tenth of a clip.

    At those tenths that are ``veiled`` something else is asked to be before it.
    It is looked for around where it was last; the longer it was not seen, the farther around.
    """
    box = _core(mask)
    sample = frames[0][box[1] : box[3], box[0] : box[2]]
    last = (box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2
    found, seen = [last], [True]
    reach = _REACH
    for tenth, number in enumerate(tenths(len(frames))[1:], start=1):
        place, is_seen = _near(frames[number], sample, last, reach)
        is_seen &= tenth not in veiled
        found.append(place)
        seen.append(is_seen)
        last, reach = (place, _REACH) if is_seen else (last, reach + _REACH)
    return Sighting(np.array(found) - found[0], np.array(seen))


def _core(mask: Bytes) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the middle of a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    edges = []
    for each in (columns, rows):
        middle, half = (each[0] + each[-1] + 1) / 2, max(5.0, (each[-1] + 1 - each[0]) * _CORE / 2)
        edges.append((max(0, round(middle - half)), min(mask.size, round(middle + half))))
    return edges[0][0], edges[1][0], edges[0][1], edges[1][1]


def _near(
    frame: Picture, sample: Picture, at: tuple[float, float], share: float
) -> tuple[tuple[float, float], bool]:
    """Where the pixels are that are most like a sample, and whether they are like it."""
    height, width = frame.shape[:2]
    tall, wide = sample.shape[:2]
    reach = share * width
    left, top = max(0, round(at[0] - wide / 2 - reach)), max(0, round(at[1] - tall / 2 - reach))
    right = min(width, round(at[0] + wide / 2 + reach) + 1)
    bottom = min(height, round(at[1] + tall / 2 + reach) + 1)
    found = cv2.matchTemplate(frame[top:bottom, left:right], sample, cv2.TM_SQDIFF)
    row, column = np.unravel_index(int(found.argmin()), found.shape)
    unlike = (max(0.0, float(found.min())) / sample.size) ** 0.5
    contrast = float(sample.astype(np.float32).std(axis=(0, 1)).mean())
    place = (left + int(column) + (wide - 1) / 2, top + int(row) + (tall - 1) / 2)
    return place, unlike <= _UNLIKE * contrast + _NOISE


def asked(points: Points, scale: float) -> Points:
    """The displacement asked for at every tenth: points are equally spaced in time."""
    at = np.linspace(0, len(points) - 1, 11)
    way = np.column_stack(
        [np.interp(at, np.arange(len(points)), points[:, axis]) for axis in (0, 1)]
    )
    moved: Points = (way - way[0]) * scale
    return moved


def veiled(masks: Sequence[Bytes], ways: Sequence[Points]) -> list[list[int]]:
    """For each region the tenths at which one is asked before it; what stands lower is nearer."""
    middles = [np.array(np.nonzero(mask)[::-1], float).mean(axis=1) for mask in masks]
    radii = [float(np.count_nonzero(mask) / np.pi) ** 0.5 for mask in masks]
    lowest = [int(np.flatnonzero(mask.any(axis=1))[-1]) for mask in masks]
    found: list[list[int]] = [[] for _ in masks]
    for one, other in itertools.permutations(range(len(masks)), 2):
        if lowest[other] > lowest[one]:
            apart = np.hypot(*(middles[one] + ways[one] - middles[other] - ways[other]).T)
            found[one] += np.flatnonzero(apart < radii[one] + radii[other]).tolist()
    return found


def changed(frames: Sequence[Bytes], mask: Bytes) -> tuple[float, float]:
    """How far the light under a mask is off the first of the frames.

    In levels: the mean of the frame that is farthest off, and the pixel that is.
    """
    where = mask > 0
    off = np.stack([np.abs(each[where].astype(np.int16) - frames[0][where]) for each in frames])
    return float(off.mean(axis=1).max()), float(off.max())


def jump(frames: Sequence[Picture]) -> float:
    """The greatest change from one frame to the next, in shares of the middle one."""
    small = [frame[::3, ::3].astype(np.int16) for frame in frames]
    changes = [float(np.abs(one - other).mean()) for one, other in itertools.pairwise(small)]
    return max(changes) / max(float(np.median(changes)), 0.5)
