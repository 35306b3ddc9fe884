"""What can be done to a region's mask or way as a whole: names in a table, deeds handed in.

A deed is a pure function from a document and a region to an edit, and may take its time: it is run
away from the window's thread. A name without a deed is in no menu.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from kling_desktop.domain.motion import edits, operations
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, RegionId
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Ease, Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Operation: TypeAlias = Callable[[MotionDocument, RegionId], Edit]
    Operations: TypeAlias = Mapping[str, Operation]

DOTS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a menu."""

    id: str
    """``mask.`` or ``path.`` says in which menu."""
    text: str
    group: str = ""
    """Entries with other words here are behind a line; those of a submenu have its title."""
    in_submenu: bool = False


ENTRIES: tuple[Entry, ...] = (
    Entry("mask.grow", f"Grow{DOTS}", "edge"),
    Entry("mask.shrink", f"Shrink{DOTS}", "edge"),
    Entry("mask.smooth", f"Smooth{DOTS}", "edge"),
    Entry("mask.tighten", "Tighten to the object", "edge"),
    Entry("mask.fill-holes", "Fill holes", "fill"),
    Entry("mask.specks", "Remove specks", "fill"),
    Entry("mask.fill", "Fill all", "fill"),
    Entry("mask.invert", "Invert", "fill"),
    Entry("mask.clear", "Clear", "fill"),
    Entry("mask.alpha", "From the picture's transparency", "from"),
    Entry("mask.file", f"From a mask file{DOTS}", "from"),
    *(Entry(f"mask.copy.{number}", f"Region {number}", "Copy to", in_submenu=True)
      for number in DYNAMIC),
    Entry(f"mask.copy.{STATIC}", "Static region", "Copy to", in_submenu=True),
    Entry("path.reverse", "Reverse", "change"),
    Entry("path.mirror-x", "Mirror left and right", "change"),
    Entry("path.mirror-y", "Mirror top and bottom", "change"),
    Entry("path.snap", "Snap to 15 degrees", "change"),
    Entry("path.clear", "Delete the path", "change"),
    Entry("path.pan", f"Pan{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.push-in", f"Push in{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.pull-out", f"Pull out{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.arc", f"Arc{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.orbit", f"Orbit{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.shake", f"Shake{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.wave", f"Wave{DOTS}", "Ready-made path", in_submenu=True),
    Entry("path.ease.even", "Even", "Speed along the path", in_submenu=True),
    Entry("path.ease.in", "Starts slowly", "Speed along the path", in_submenu=True),
    Entry("path.ease.out", "Ends slowly", "Speed along the path", in_submenu=True),
    Entry("path.ease.in-out", "Starts and ends slowly", "Speed along the path", in_submenu=True),
    *(Entry(f"path.copy.{number}", f"Region {number}", "Copy to", in_submenu=True)
      for number in DYNAMIC),
)  # fmt: skip
WRITTEN = {entry.id: entry for entry in ENTRIES}


def _clear(document: MotionDocument, region: RegionId) -> Edit:
    there = document.region(region)
    made = document
    if there is not None and not there.mask.is_empty:
        made = edits.give_mask(document, region, Mask.empty(document.size))
    return Edit("Clear mask", made)


def _invert(document: MotionDocument, region: RegionId) -> Edit:
    mask = edits.region_or_new(document, region).mask.inverted()
    return Edit("Invert mask", edits.give_mask(document, region, mask))


def _pin(document: MotionDocument, _: RegionId) -> Edit:
    return operations.pin_everything_else(document)


def _clear_path(document: MotionDocument, region: RegionId) -> Edit:
    there = document.region(region)
    made = document
    if there is not None and there.trajectory.nodes:
        made = edits.give_trajectory(document, region, Trajectory())
    return Edit("Delete path", made)


def _ease(ease: Ease) -> Operation:
    def deed(document: MotionDocument, region: RegionId) -> Edit:
        there = document.region(region)
        made = document
        if there is not None and there.trajectory.ease is not ease:
            eased = replace(there.trajectory, ease=ease)
            made = edits.give_trajectory(document, region, eased)
        return Edit("Change speed", made)

    return deed


PIN, MASK_FILE = "mask.pin", "mask.file"
BUILT_IN: Operations = {
    "mask.clear": _clear,
    "mask.invert": _invert,
    PIN: _pin,
    "path.clear": _clear_path,
    **{f"path.ease.{ease.value}": _ease(ease) for ease in Ease},
}
"""What the foundation can do by itself; whatever is handed in is added, or comes in its place."""
