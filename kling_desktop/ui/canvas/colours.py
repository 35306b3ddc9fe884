"""Regions over the picture: the colours of the palette, stronger where their pattern is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from kling_desktop.ui.canvas.palette import look_of

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, RegionId

CODE_COUNT = 8
STRIPED = 8
"""Added to a region's code where its pattern is."""
_PLAIN, _STRIPES = 0.62, 1.0
_PASSIVE = 0.75
"""How much weaker regions are than the one that is painted."""


def colour_table(
    document: MotionDocument, active: RegionId, *, opacity: float, is_shown: bool = True
) -> tuple[int, ...]:
    """ARGB of region codes 0 to 7, then of the same codes where their pattern is."""
    table = [0] * (2 * CODE_COUNT)
    if is_shown:
        for region in document.shown():
            code = CODE_COUNT - 1 if region.is_static else int(region.id)
            strength = opacity if region.id == active else opacity * _PASSIVE
            table[code] = _argb(region.id, strength * _PLAIN)
            table[code + STRIPED] = _argb(region.id, strength * _STRIPES)
    return tuple(table)


def _argb(region: RegionId, alpha: float) -> int:
    colour = QColor(look_of(region).colour)
    colour.setAlphaF(min(max(alpha, 0.0), 1.0))
    return colour.rgba()


def premultiplied(argb: int) -> int:
    """A colour with its alpha multiplied in, rounded as Qt does it."""
    alpha = argb >> 24
    found = alpha << 24
    for shift in (0, 8, 16):
        product = (argb >> shift & 255) * alpha
        found |= (product + (product >> 8) + 128 >> 8) << shift
    return found
