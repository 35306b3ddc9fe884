"""What a clip really shows, seen without any of the renderer's own mathematics."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from tests.media.motion.pictures import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kling_desktop.media.motion.scene import Bytes, Picture, Points

_CORE = 0.6
"""Share of a region's box that is looked for again: towards its edge it gives way."""
_REACH = 0.12
"""Share of the width within which it is looked for, from where it was a tenth before."""


def decoded(path: Path) -> list[Picture]:
    """The frames of a clip."""
    with av.open(str(path)) as container:
        return [
            np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            for frame in container.decode(video=0)
        ]


def tenths(count: int) -> list[int]:
    """The frames at every tenth of a clip."""
    return [round(share * (count - 1) / 10) for share in range(11)]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a region was found."""

    way: Points
    """Displacement at every tenth."""
    likeness: tuple[float, ...]
    """How well it was recognised, up to 1."""


def sighted(frames: Sequence[Picture], mask: Bytes) -> Sighting:
    """Look for the middle of a region, as it is in the first frame, at every tenth of a clip."""
    box = _core(mask)
    sample = frames[0][box[1] : box[3], box[0] : box[2]]
    x, y = (box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2
    found, likeness = [(x, y)], [1.0]
    for number in tenths(len(frames))[1:]:
        place, score = _near(frames[number], sample, found[-1])
        found.append(place)
        likeness.append(score)
    return Sighting(np.array(found) - found[0], tuple(likeness))


def _core(mask: Bytes) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the middle of a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    edges = []
    for each in (columns, rows):
        middle, half = (each[0] + each[-1] + 1) / 2, max(5.0, (each[-1] + 1 - each[0]) * _CORE / 2)
        edges.append((max(0, round(middle - half)), min(mask.size, round(middle + half))))
    return edges[0][0], edges[1][0], edges[0][1], edges[1][1]


def _near(
    frame: Picture, sample: Picture, at: tuple[float, float]
) -> tuple[tuple[float, float], float]:
    height, width = frame.shape[:2]
    reach = _REACH * width
    half_y, half_x = sample.shape[0] / 2, sample.shape[1] / 2
    left, top = max(0, round(at[0] - half_x - reach)), max(0, round(at[1] - half_y - reach))
    right = min(width, round(at[0] + half_x + reach) + 1)
    bottom = min(height, round(at[1] + half_y + reach) + 1)
    part = frame[top:bottom, left:right]
    score = float(cv2.matchTemplate(part, sample, cv2.TM_CCOEFF_NORMED).max())
    x, y = place_of(part, sample)
    return (x + left, y + top), score


def asked(points: Points, scale: float) -> Points:
    """The displacement asked for at every tenth: points are equally spaced in time."""
    at = np.linspace(0, len(points) - 1, 11)
    way = np.column_stack(
        [np.interp(at, np.arange(len(points)), points[:, axis]) for axis in (0, 1)]
    )
    moved: Points = (way - way[0]) * scale
    return moved


def farthest_off(way: Points, wanted: Points, size: tuple[int, int]) -> float:
    """The greatest distance between two ways, in shares of the diagonal."""
    off: Points = np.hypot(*(way - wanted).T)
    return float(off.max()) / float(np.hypot(*size))


def jump(frames: Sequence[Picture]) -> float:
    """The greatest change from one frame to the next, in shares of the middle one."""
    small = [frame[::3, ::3].astype(np.int16) for frame in frames]
    changes = [float(np.abs(one - other).mean()) for one, other in itertools.pairwise(small)]
    return max(changes) / max(float(np.median(changes)), 0.5)
