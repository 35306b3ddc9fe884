"""Where a region is at each frame. Points are equally spaced in time and straight in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kling_desktop.media.motion.scene import Points

_SMOOTHED_FROM = 8
"""Points; fewer are taken as they are."""
_REACH = 3
_KERNEL = np.exp(-0.5 * np.arange(-_REACH, _REACH + 1) ** 2)
_KERNEL /= _KERNEL.sum()


def displacements(points: Points, frames: int) -> Points:
    """How far the region has moved at each frame: frames x 2, nothing at the first.

    Points on the wire are whole pixels; a Gaussian of one point takes the judder of the rounding
    out (p95 of the second difference 0.71 -> 0.10 px, ``motion-preview.md`` 2.1).
    """
    if len(points) < 2:
        return np.zeros((frames, 2))
    smooth = _smoothed(points) if len(points) >= _SMOOTHED_FROM else np.asarray(points, float)
    at = np.linspace(0, len(smooth) - 1, frames)
    places = np.column_stack(
        [np.interp(at, np.arange(len(smooth)), smooth[:, axis]) for axis in (0, 1)]
    )
    moved: Points = places - places[0]
    return moved


def _smoothed(points: Points) -> Points:
    """Odd reflection at both ends, which stay exactly where they are."""
    inner = np.asarray(points, float)
    before = 2 * inner[0] - inner[_REACH:0:-1]
    after = 2 * inner[-1] - inner[-2 : -2 - _REACH : -1]
    longer = np.vstack([before, inner, after])
    smooth = np.column_stack(
        [np.convolve(longer[:, axis], _KERNEL, mode="valid") for axis in (0, 1)]
    )
    smooth[0], smooth[-1] = inner[0], inner[-1]
    return smooth
