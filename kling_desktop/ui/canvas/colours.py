"""What regions look like: a colour each that colour-blind eyes tell apart, and stripes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from kling_desktop.domain.motion.document import DYNAMIC, STATIC, RegionId

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument

REGION_COLOURS: dict[RegionId, str] = dict(
    zip(
        (*DYNAMIC, STATIC),
        ("#e69f00", "#56b4e9", "#00b386", "#f0e442", "#3f6fe0", "#ee5a36", "#c9ccd3"),
        strict=True,
    )
)
"""After Okabe and Ito; what stays is grey."""
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
    colour = QColor(REGION_COLOURS[region])
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
