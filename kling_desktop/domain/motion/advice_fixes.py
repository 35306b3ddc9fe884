"""What puts a piece of advice right by one click: a step of the undo history, or other fields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion import edits, operations, path_edits
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.path_checks import FlawKind
from kling_desktop.domain.motion.path_edits import Target
from kling_desktop.domain.motion.path_fixes import free, mended
from kling_desktop.domain.motion.ways import way_of
from kling_desktop.domain.motion.wire import scaled_mask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.path_checks import Flaw


@dataclass(frozen=True, slots=True)
class Fix:
    """What a button does."""

    text: str
    edit: Edit | None = None
    """Of the document."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the form that change; None empties one."""
    endpoint: str = ""
    """Another endpoint to switch to."""


def switch(endpoint: str) -> Fix:
    """To an endpoint with the brush."""
    version, tier = endpoint.split("/")[2:4]
    number = version.removeprefix("v")
    number = number if "." in number else f"{number}.0"
    return Fix(f"Switch to {number} {tier.capitalize()}", endpoint=endpoint)


def values(text: str, **changed: Any) -> Fix:
    return Fix(text, values=changed)


def first_regions(document: MotionDocument, most: int) -> Fix:
    kept = replace(document, dynamic=document.dynamic[:most])
    return Fix(f"Keep the first {most}", Edit("Remove regions", kept))


def resize_mask(document: MotionDocument, region: Region) -> Fix:
    """Its pixels in the picture's size, but for those that another region has there."""
    mask = Mask.of(scaled_mask(region.mask, document.size))
    for other in document.regions:
        if other.id != region.id and other.mask.size == document.size:
            mask = mask.without(other.mask)
    made = document.with_region(replace(region, mask=mask))
    return Fix("Fit it to the picture", Edit("Fit mask", made))


def pin_rest(document: MotionDocument) -> tuple[Fix, ...]:
    """Everything but what moves and where it moves: what is pinned there would hold it back."""
    pinned = operations.pin_everything_else(document).document
    for each in document.dynamic:
        if not each.mask.is_empty and not each.trajectory.is_empty:
            pinned = edits.erase(pinned, STATIC, way_of(each))
    if pinned.static.mask.is_empty:
        return ()
    return (Fix("Pin all but the ways", Edit("Pin everything else", pinned)),)


def for_flaw(document: MotionDocument, flaw: Flaw) -> tuple[Fix, ...]:
    """What can be done about a flaw of a region that is not locked."""
    if flaw.region.is_locked:
        return ()
    if (remedy := mended(document, flaw)) is not None:
        return (Fix(*remedy),)
    found = (make(document, flaw.region) for make in _FOR_FLAWS.get(flaw.kind, ()))
    return tuple(each for each in found if each is not None)


def _make_static(document: MotionDocument, region: Region) -> Fix | None:
    if document.static.is_locked:
        return None  # Its pixels would belong to nobody.
    changed = edits.paint(document, STATIC, region.mask)
    return Fix("Make it static", Edit("Make static", edits.remove(changed, region.id)))


def _delete_path(document: MotionDocument, region: Region) -> Fix:
    return Fix("Delete the path", path_edits.clear(Target(document, region.id)))


def _remove(document: MotionDocument, region: Region) -> Fix:
    return Fix("Delete the region", Edit("Delete region", edits.remove(document, region.id)))


def _unpin(document: MotionDocument, region: Region) -> Fix | None:
    freed = free(document, region)
    return None if freed is None else Fix("Unpin its way", Edit("Unpin way", freed))


_FOR_FLAWS: Mapping[FlawKind, tuple[Callable[[MotionDocument, Region], Fix | None], ...]] = {
    FlawKind.NO_PATH: (_make_static, _remove),
    FlawKind.NO_PIXELS: (_delete_path,),
    FlawKind.VANISHES: (_remove,),
    FlawKind.CROSSES_STATIC: (_unpin,),
}
