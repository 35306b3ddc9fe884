"""Every change of a document: a function from one version to the next, with a name for the undo.

Of two regions that want a pixel the one painted last has it; a locked region keeps what it has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.document import STATIC, MotionDocument, Region, RegionId
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.trajectory import Trajectory

NOWHERE = Point(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Edit:
    """A step of the undo history."""

    label: str
    """What was done, as it follows "Undo": ``Paint``, ``Move point``."""
    document: MotionDocument
    merges_with: str = ""
    """Steps in a row with the same words here are one, such as nudges; empty: it stands alone."""
    note: str = ""
    """What the user should know of it, a sentence; told also where nothing changes."""


def region_or_new(document: MotionDocument, wanted: RegionId) -> Region:
    """The region of a number, or an empty one of that number."""
    return document.region(wanted) or Region(wanted, Mask.empty(document.size))


def paint(document: MotionDocument, wanted: RegionId, added: Mask) -> MotionDocument:
    """Give pixels to a region, which is made if there is none; locked regions keep theirs."""
    region = region_or_new(document, wanted)
    if region.is_locked:
        return document
    for other in document.regions:
        if other.is_locked:
            added = added.without(other.mask)
    for other in document.regions:
        if other.id != wanted and not other.is_locked:
            document = _with_mask(document, other, other.mask.without(added))
    mask = region.mask.united(added)
    if mask is region.mask and document.region(wanted) is not None:
        return document
    return document.with_region(replace(region, mask=mask))


def erase(document: MotionDocument, wanted: RegionId, taken: Mask) -> MotionDocument:
    """Take pixels from a region."""
    region = document.region(wanted)
    if region is None or region.is_locked:
        return document
    return _with_mask(document, region, region.mask.without(taken))


def give_mask(document: MotionDocument, wanted: RegionId, mask: Mask) -> MotionDocument:
    """Make a region consist of exactly these pixels, but for those of locked regions."""
    region = region_or_new(document, wanted)
    if region.is_locked:
        return document
    emptied = replace(region, mask=Mask.empty(document.size))
    return paint(document.with_region(emptied), wanted, mask)


def pin_everything_else(
    document: MotionDocument, spared: Callable[[Mask], Mask] = lambda mask: mask
) -> MotionDocument:
    """Make every pixel static that no dynamic region has, or needs around itself.

    Args:
        document: the version to start from.
        spared: gives what is left free for a region's mask; at least the mask.
    """
    mask = Mask.full(document.size)
    for each in document.dynamic:
        mask = mask.without(spared(each.mask))
    return give_mask(document, STATIC, mask)


def give_trajectory(
    document: MotionDocument, wanted: RegionId, trajectory: Trajectory
) -> MotionDocument:
    """Give a dynamic region another way; a locked or static one keeps its own."""
    region = region_or_new(document, wanted)
    if region.is_locked or region.is_static:
        return document
    return document.with_region(replace(region, trajectory=trajectory))


def add(document: MotionDocument, wanted: RegionId | None = None) -> MotionDocument:
    """With one more empty region, of the lowest free number if none is wanted.

    Raises:
        ValueError: there are six already.
    """
    number = document.free_number() if wanted is None else wanted
    if number is None:
        raise ValueError("Kling moves at most six regions")
    return document.with_region(region_or_new(document, number))


def remove(document: MotionDocument, wanted: RegionId) -> MotionDocument:
    """Without a region; the static one becomes empty."""
    region = document.region(wanted)
    if region is None or region.is_locked:
        return document
    if region.is_static:
        return document.with_region(Region(STATIC, Mask.empty(document.size)))
    rest = tuple(each for each in document.dynamic if each.id != wanted)
    return replace(document, dynamic=rest)


def move(document: MotionDocument, wanted: RegionId, position: int) -> MotionDocument:
    """With a dynamic region at another place in the order, counted without itself."""
    region = document.region(wanted)
    if region is None or region.is_static:
        return document
    rest = [each for each in document.dynamic if each.id != wanted]
    rest.insert(min(max(position, 0), len(rest)), region)
    return replace(document, dynamic=tuple(rest))


def duplicate(
    document: MotionDocument, wanted: RegionId, mask: Mask | None = None, by: Point = NOWHERE
) -> MotionDocument:
    """With a copy of a region under a free number: its way, moved, and pixels that nobody has.

    A pixel has one owner, so that the copy takes none from the region or from any other.

    Raises:
        ValueError: there are six already, or the region is not there.
    """
    region, number = document.region(wanted), document.free_number()
    if number is None or region is None:
        raise ValueError("Kling moves at most six regions")
    free = Mask.empty(document.size) if mask is None else mask
    for each in document.regions:
        free = free.without(each.mask)
    way = region.trajectory
    way = replace(way, nodes=tuple(each.moved(by) for each in way.nodes))
    return document.with_region(Region(number, free, f"{region.title} copy", way))


def rename(document: MotionDocument, wanted: RegionId, name: str) -> MotionDocument:
    return _changed(document, wanted, name=name.strip())


def show(document: MotionDocument, wanted: RegionId, *, visible: bool) -> MotionDocument:
    return _changed(document, wanted, is_visible=visible)


def lock(document: MotionDocument, wanted: RegionId, *, locked: bool) -> MotionDocument:
    return _changed(document, wanted, is_locked=locked)


def solo(document: MotionDocument, wanted: RegionId, *, solo: bool) -> MotionDocument:
    return _changed(document, wanted, is_solo=solo)


def _changed(document: MotionDocument, wanted: RegionId, **changes: object) -> MotionDocument:
    region = document.region(wanted)
    if region is None:
        return document
    return document.with_region(replace(region, **changes))  # type: ignore[arg-type]


def _with_mask(document: MotionDocument, region: Region, mask: Mask) -> MotionDocument:
    if mask is region.mask:
        return document
    return document.with_region(replace(region, mask=mask))
