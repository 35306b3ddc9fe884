"""How large a region is and how far it goes, in the words of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.motion.curve import length

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, Region, RegionId
    from kling_desktop.domain.motion.mask import Mask

DOT = "\N{MIDDLE DOT}"


class Areas:
    """The pixels of each region; only tiles that have changed are counted again."""

    def __init__(self) -> None:
        self._known: dict[RegionId, tuple[Mask, int]] = {}

    def of(self, region: Region) -> int:
        mask, area = region.mask, 0
        before = self._known.get(region.id)
        if before is None or before[0].size != mask.size:
            area = mask.area
        elif before[0] is mask:
            return before[1]
        else:
            area = before[1] + _grown(before[0], mask)
        self._known[region.id] = (mask, area)
        return area


def _grown(before: Mask, now: Mask) -> int:
    return sum(
        _count(new) - _count(old)
        for old, new in zip(before.tiles, now.tiles, strict=True)
        if old is not new
    )


def _count(tile: bytes | None) -> int:
    return int.from_bytes(tile).bit_count() if tile else 0


def percent(part: float, whole: float) -> str:
    """A share in few digits; something that is there is never 0 %."""
    if whole <= 0 or part <= 0:
        return "0 %"
    share = 100 * part / whole
    if share < 0.1:
        return "under 0.1 %"
    return f"{share:.1f} %" if share < 10 else f"{share:.0f} %"


def facts(document: MotionDocument, region: Region, area: int) -> str:
    """``12 % · path 34 %``: of the picture's pixels, and of its width."""
    size = document.size
    parts = [percent(area, size.width * size.height) if area else "empty"]
    if not region.is_static:
        way = length(region.trajectory)
        parts.append(f"path {percent(way, size.width)}" if way else "no path")
    return f" {DOT} ".join(parts)
