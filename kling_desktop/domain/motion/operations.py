"""What can be done to the mask of a region at once: steps for the undo history.

A region takes pixels from others as a brush would (``edits``). A locked one stays as it is, and
the step says so. Arrays that come from outside are masks of any size: pixel ``i`` of ``n`` takes
sample ``floor((i + 0.5) * samples / n)``, the nearest one to its middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kling_desktop.domain.motion import edits, morphology, parts, smart
from kling_desktop.domain.motion.edits import Edit, region_or_new
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument, Region, RegionId
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Pixels

    _Change: TypeAlias = Callable[[Mask], Mask]

PIN_GAP = 0.009
"""Part of the picture's short side that stays free around what moves: 4 pixels of 480."""
NO_ROOM = "There was no free place for the copy's pixels; it has the path alone."
NO_PIXELS = "{} has no pixels yet: paint some first."
NO_HOLES = "{} has no holes: an area that is open to the picture's edge is none."
NO_SPECKS = "{} has no specks: every part of it is big enough."
ALL_PINNED = "Everything that does not move is static already."
MOVED = "The pixels of {} are {}'s now: each belongs to one region."
THRESHOLD = 128
"""Of 256 levels; from here on a pixel of an image is in."""


def grow(document: MotionDocument, wanted: RegionId, pixels: float) -> Edit:
    """Grow by that many pixels, round at corners."""
    return _changed(document, wanted, "Grow", lambda mask: morphology.grown(mask, pixels))


def shrink(document: MotionDocument, wanted: RegionId, pixels: float) -> Edit:
    """Shrink by that many pixels, but not away from the picture's edge."""
    return _changed(document, wanted, "Shrink", lambda mask: morphology.shrunk(mask, pixels))


def smooth(document: MotionDocument, wanted: RegionId, pixels: float) -> Edit:
    """Even out what is smaller than about that many pixels along the outline."""
    return _changed(document, wanted, "Smooth", lambda mask: morphology.smoothed(mask, pixels))


def fill_holes(document: MotionDocument, wanted: RegionId) -> Edit:
    """Fill what the region goes around; an area open to the picture's edge is no hole."""
    return _changed(document, wanted, "Fill holes", parts.with_holes_filled, NO_HOLES)


def remove_specks(document: MotionDocument, wanted: RegionId, share: float = 0.01) -> Edit:
    """Take away parts of less than a share of the region's biggest one."""

    def change(mask: Mask) -> Mask:
        return parts.without_specks(mask, share)

    return _changed(document, wanted, "Remove specks", change, NO_SPECKS)


def invert(document: MotionDocument, wanted: RegionId) -> Edit:
    """Give the region all that nobody has in place of what it has.

    Others keep their pixels, so that doing it twice changes nothing at all.
    """

    def rest(mask: Mask) -> Mask:
        left = mask.inverted()
        for each in document.regions:
            left = left.without(each.mask)
        return left

    return _changed(document, wanted, "Invert", rest)


def clear(document: MotionDocument, wanted: RegionId) -> Edit:
    """Take all pixels; the way stays."""
    return _changed(document, wanted, "Clear", lambda mask: Mask.empty(mask.size))


def fill(document: MotionDocument, wanted: RegionId) -> Edit:
    """Give the region every pixel that is not locked."""
    return _changed(document, wanted, "Fill everything", lambda mask: Mask.full(mask.size))


def copy_mask(document: MotionDocument, source: RegionId, target: RegionId) -> Edit:
    """Paint the pixels of one region with another.

    A pixel has one owner, so that the first one is left without, unless it is locked: then there
    is nothing to be had.
    """
    region, other = region_or_new(document, source), region_or_new(document, target)
    label = f"Copy mask to {other.title}"
    if source == target:
        return Edit(label, document)
    if refusal := _refusal(region) or _refusal(other) or _lack(region):
        return Edit(label, document, note=refusal)
    note = MOVED.format(region.title, other.title)
    return Edit(label, edits.paint(document, target, region.mask), note=note)


def from_alpha(document: MotionDocument, wanted: RegionId, alpha: NDArray[Any]) -> Edit:
    """Make the region of what is at least half opaque.

    Raises:
        ValueError: the array is not one of levels.
    """
    mask = _scaled(_levels(alpha) >= THRESHOLD, document.size)
    return _changed(document, wanted, "Mask from transparency", lambda _: mask)


def from_image(document: MotionDocument, wanted: RegionId, image: NDArray[Any]) -> Edit:
    """Make the region of what is white in an image: grey, or blue, green, red, maybe alpha.

    Colours count by their mean, and what is transparent is out.

    Raises:
        ValueError: the array is not an image.
    """
    mask = _scaled(_is_white(image), document.size)
    return _changed(document, wanted, "Mask from file", lambda _: mask)


def tighten(document: MotionDocument, wanted: RegionId, picture: NDArray[np.uint8]) -> Edit:
    """Draw the mask to the edges of the object that it covers; takes longer than a frame."""
    label, region = "Tighten to object", region_or_new(document, wanted)
    if refusal := _refusal(region):
        return Edit(label, document, note=refusal)
    found = smart.tightened(picture, region.mask)
    if found.mask is region.mask:
        return Edit(label, document, note=found.words)
    return Edit(label, edits.give_mask(document, wanted, found.mask), note=found.words)


def pin_everything_else(document: MotionDocument) -> Edit:
    """Make all that does not move static, but for a gap around what moves.

    The edge of an object is mixed with what is behind it: pinned, it would stay as a ghost of its
    outline (kling-facts.md §1.5 asks for a gap of a few pixels as well).
    """
    label = "Pin everything else"
    gap = max(2.0, round(min(document.size) * PIN_GAP))
    if refusal := _refusal(document.static):
        return Edit(label, document, note=refusal)
    made = edits.pin_everything_else(document, lambda mask: morphology.grown(mask, gap))
    if made.static.mask == document.static.mask:
        return Edit(label, document, note=ALL_PINNED)
    return Edit(label, made)


def duplicate(document: MotionDocument, wanted: RegionId, by: Point) -> Edit:
    """A copy of a region and its path, moved by whole pixels; nobody loses pixels to it."""
    by = Point(float(round(by.x)), float(round(by.y)))
    mask = _moved(region_or_new(document, wanted).mask, by)
    made = edits.duplicate(document, wanted, mask, by)
    copy, lost = made.dynamic[-1].mask, ""
    if copy.is_empty and not region_or_new(document, wanted).mask.is_empty:
        lost = NO_ROOM
    return Edit("Duplicate region", made, note=lost)


def beside(document: MotionDocument, wanted: RegionId) -> Point:
    """By how much a copy is moved so that it lies next to the region, where there is most room."""
    width, height = document.size
    left, top, right, bottom = region_or_new(document, wanted).mask.bounds
    gap = max(2, round(min(document.size) * PIN_GAP))
    across, down = right - left + gap, bottom - top + gap
    ways = (
        (width - right - across, Point(across, 0)), (left - across, Point(-across, 0)),
        (height - bottom - down, Point(0, down)), (top - down, Point(0, -down)),
    )  # fmt: skip
    fitting = [by for room, by in ways if room >= 0]
    return fitting[0] if fitting else max(ways, key=lambda each: each[0])[1]


def _moved(mask: Mask, by: Point) -> Mask:
    """The pixels farther on; what leaves the picture is gone."""
    if mask.is_empty:
        return mask
    width, height = mask.size
    dx, dy = round(by.x), round(by.y)
    there = mask.bounds
    to = Rect(
        max(there.left + dx, 0), max(there.top + dy, 0),
        min(there.right + dx, width), min(there.bottom + dy, height),
    )  # fmt: skip
    if to.left >= to.right or to.top >= to.bottom:
        return Mask.empty(mask.size)
    source = Rect(to.left - dx, to.top - dy, to.right - dx, to.bottom - dy)
    return Mask.part(mask.size, to, mask.read(source))


def _changed(
    document: MotionDocument, wanted: RegionId, label: str, change: _Change, idle: str = ""
) -> Edit:
    """``idle`` says why nothing is changed where that may surprise."""
    region = region_or_new(document, wanted)
    if refusal := _refusal(region):
        return Edit(label, document, note=refusal)
    mask = change(region.mask)
    if mask == region.mask:
        return Edit(label, document, note=idle and (_lack(region) or idle.format(region.title)))
    return Edit(label, edits.give_mask(document, wanted, mask))


def _refusal(region: Region) -> str:
    return f"{region.title} is locked: unlock it to change its mask." if region.is_locked else ""


def _lack(region: Region) -> str:
    return NO_PIXELS.format(region.title) if region.mask.is_empty else ""


def _levels(array: NDArray[Any]) -> Pixels:
    """Rows of 256 levels, of booleans, bytes or 16 bits."""
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"a mask has rows and columns, not the shape {array.shape}")
    if array.dtype == np.bool_:
        return np.where(array, np.uint8(255), np.uint8(0))
    if array.dtype == np.uint16:
        return (array >> 8).astype(np.uint8)
    if array.dtype != np.uint8:
        raise ValueError(f"a mask has levels of 8 or 16 bits, not {array.dtype}")
    return array


def _is_white(image: NDArray[Any]) -> NDArray[np.bool_]:
    if image.ndim == 2:
        return _levels(image) >= THRESHOLD
    if image.ndim != 3 or image.shape[2] not in {1, 3, 4}:
        raise ValueError(f"an image has 1, 3 or 4 channels, not the shape {image.shape}")
    channels = [_levels(image[:, :, index]) for index in range(image.shape[2])]
    colours = channels[:3]
    is_white = np.sum(colours, axis=0, dtype=np.uint16) >= THRESHOLD * len(colours)
    if len(channels) == 4:
        is_white &= channels[3] >= THRESHOLD
    return np.asarray(is_white, np.bool_)


def _scaled(is_in: NDArray[np.bool_], size: Size) -> Mask:
    height, width = is_in.shape
    if (width, height) != size:
        rows, columns = _samples(height, size.height), _samples(width, size.width)
        is_in = is_in[:, columns][rows] if height < size.height else is_in[rows][:, columns]
    return Mask.of(is_in.view(np.uint8))


def _samples(there: int, wanted: int) -> NDArray[np.int64]:
    return (2 * np.arange(wanted, dtype=np.int64) + 1) * there // (2 * wanted)
