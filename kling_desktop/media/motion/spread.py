"""How strongly a region's surroundings follow it: 1 on the region, 0 on others, smooth between."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.media.motion.scene import Floats

    Cells: TypeAlias = NDArray[np.bool_]

_COARSEST = 8
"""Cells of the longer side, at which the pyramid ends."""
_SWEEPS, _SWEEPS_COARSEST = 24, 80
_KERNEL = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]], np.float32)


def spread(ones: Cells, zeros: Cells, reach: float) -> Floats:
    """Solve ``lap w = w / reach^2`` with fixed cells, and give it flat shoulders.

    A screened Laplace equation keeps between 0 and 1 by its maximum principle. It is solved by
    Jacobi sweeps from coarse to fine (``motion-preview.md`` 2.6).

    Args:
        ones: cells of the region.
        zeros: cells that must not move with it.
        reach: in cells, over which it fades.
    """
    weight = _solved(ones.astype(np.float32), (ones | zeros).astype(np.float32), reach)
    return weight * weight * (3 - 2 * weight)


def _solved(value: Floats, fixed: Floats, reach: float) -> Floats:
    """The field, where ``fixed`` says how much of a cell has the value."""
    rows, columns = value.shape
    is_coarsest = max(rows, columns) <= _COARSEST
    if is_coarsest:
        field = value.copy()
    else:
        half = ((columns + 1) // 2, (rows + 1) // 2)
        share = cv2.resize(fixed, half, interpolation=cv2.INTER_AREA)
        mean = cv2.resize(value * fixed, half, interpolation=cv2.INTER_AREA)
        coarse = _solved(
            np.asarray(mean / np.maximum(share, 1e-6), np.float32),
            np.asarray(share > 0.5, np.float32),
            reach / 2,
        )
        above = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_LINEAR)
        field = np.asarray(above, np.float32)
    pinned = fixed > 0.5
    damping = np.float32(1 / (1 + 1 / (4 * reach * reach)))
    for _ in range(_SWEEPS_COARSEST if is_coarsest else _SWEEPS):
        field[pinned] = value[pinned]
        mean = cv2.filter2D(field, -1, _KERNEL, borderType=cv2.BORDER_REPLICATE)
        field = np.asarray(mean * damping, np.float32)
    field[pinned] = value[pinned]
    return field
