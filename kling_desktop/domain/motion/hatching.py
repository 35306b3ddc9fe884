"""What tells regions apart without colour: each has stripes or dots of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERIOD = 16
"""Pixels after which every pattern begins anew, each way."""
_BROAD, _FINE, _DOT = 3, 2, 14


CODE_BITS = 3
"""Of a byte that says what is to be drawn; the others are the place within the patterns."""


def places(side: int) -> tuple[NDArray[np.uint8], list[int]]:
    """Where one is within all patterns at once: there are no more than 32 different places.

    Returns:
        For each pixel of a square the number of its place, above ``CODE_BITS``; and for each
        number the bits of ``stripes``.
    """
    bits = stripes(side)
    kinds = np.flatnonzero(np.bincount(bits[:PERIOD, :PERIOD].ravel(), minlength=256))
    numbers = np.zeros(256, np.uint8)
    numbers[kinds] = np.arange(len(kinds)) << CODE_BITS
    return numbers[bits], [int(each) for each in kinds]


def stripes(side: int) -> NDArray[np.uint8]:
    """For each pixel of a square, bit ``n`` says whether the pattern of region code ``n`` is there.

    1 rises, 2 falls, 3 lies, 4 stands, 5 is a grid, 6 has dots, 7 (static) is a lattice.
    """
    y, x = np.mgrid[:PERIOD, :PERIOD]
    rises, falls = (x + y) % PERIOD, (x - y) % PERIOD
    middle = PERIOD // 2
    patterns = {
        1: rises < _BROAD,
        2: falls < _BROAD,
        3: y < _BROAD,
        4: x < _BROAD,
        5: (x < _FINE) | (y < _FINE),
        6: (x - middle) ** 2 + (y - middle) ** 2 < _DOT,
        7: (rises < _FINE) | (falls < _FINE),
    }
    bits = np.zeros((PERIOD, PERIOD), np.uint8)
    for code, pattern in patterns.items():
        bits |= pattern.astype(np.uint8) << np.uint8(code)
    times = -(-side // PERIOD)
    return np.tile(bits, (times, times))[:side, :side]
