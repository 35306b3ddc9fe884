"""What puts a piece of advice right by one click: a step of the undo history, or other fields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion import edits, path_edits
from kling_desktop.domain.motion.centroid import centroid
from kling_desktop.domain.motion.curve import length, polyline
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.path_changes import scaled
from kling_desktop.domain.motion.path_checks import TOO_FAST, FlawKind
from kling_desktop.domain.motion.path_edits import Target
from kling_desktop.domain.motion.sampling import PEAK
from kling_desktop.domain.motion.trajectory import Ease
from kling_desktop.domain.motion.wire import scaled_mask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.path_checks import Flaw
    from kling_desktop.domain.motion.trajectory import Trajectory

LONG_ENOUGH = 0.12
"""Share of the width that a lengthened path has: a little more than what is known to work."""
FAST_ENOUGH = 0.9
"""Share of the highest speed that a slowed path has."""
SECONDS = 5.0
_HALVINGS = 20


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
    mask = Mask.of(scaled_mask(region.mask, document.size))
    return Fix("Fit it to the picture", Edit("Fit mask", document.with_region(
        replace(region, mask=mask)
    )))  # fmt: skip


def pin_rest(document: MotionDocument) -> Fix:
    pinned = edits.pin_everything_else(document)
    return Fix("Pin everything else", Edit("Pin everything else", pinned))


def lengthen(document: MotionDocument, region: Region) -> Fix:
    wanted = LONG_ENOUGH * document.size.width
    return Fix("Make the path longer", path_edits.set_length(Target(document, region.id), wanted))


def for_flaw(document: MotionDocument, flaw: Flaw) -> tuple[Fix, ...]:
    """What can be done about a flaw of a region that is not locked."""
    if flaw.region.is_locked or flaw.kind not in _FOR_FLAWS:
        return ()
    fix = _FOR_FLAWS[flaw.kind](document, flaw.region)
    is_of_use = fix is not None and fix.edit is not None and fix.edit.document is not document
    return (fix,) if fix is not None and is_of_use else ()


def _make_static(document: MotionDocument, region: Region) -> Fix:
    changed = edits.paint(document, STATIC, region.mask)
    return Fix("Make it static", Edit("Make static", edits.remove(changed, region.id)))


def _delete_path(document: MotionDocument, region: Region) -> Fix:
    return Fix("Delete the path", path_edits.clear(Target(document, region.id)))


def _remove(document: MotionDocument, region: Region) -> Fix:
    return Fix("Delete the region", Edit("Delete region", edits.remove(document, region.id)))


def _start_inside(document: MotionDocument, region: Region) -> Fix | None:
    middle = centroid(region.mask)
    if middle is None:
        return None
    target = Target(document, region.id)
    moved = path_edits.paste(target, region.trajectory, middle)
    return Fix("Start it in the region", replace(moved, label="Move path"))


def _slow_down(document: MotionDocument, region: Region) -> Fix:
    path, size = region.trajectory, document.size
    most = FAST_ENOUGH * TOO_FAST / 100 * min(size) * SECONDS / PEAK[path.ease]
    return Fix("Make the path shorter", path_edits.set_length(Target(document, region.id), most))


def _keep_inside(document: MotionDocument, region: Region) -> Fix | None:
    """The same way, as long as the picture lets it be, from the same start."""
    path = region.trajectory
    start = path.nodes[0].point
    short, whole = 0.0, 1.0
    for _ in range(_HALVINGS):
        share = (short + whole) / 2
        inside = _is_inside(scaled(path, share, share, start), document)
        short, whole = (share, whole) if inside else (short, share)
    fitted = scaled(path, short, short, start)
    if short == 0 or length(fitted) < 1:
        return None
    target = Target(document, region.id)
    return Fix("Keep it in the picture", path_edits.set_path(target, fitted, "Fit path"))


def _is_inside(path: Trajectory, document: MotionDocument) -> bool:
    points, size = polyline(path).points, document.size
    return bool(
        (points >= 0).all() and (points[:, 0] < size.width).all()
        and (points[:, 1] < size.height).all()
    )  # fmt: skip


def _even_pace(document: MotionDocument, region: Region) -> Fix:
    return Fix("Use an even pace", path_edits.set_ease(Target(document, region.id), Ease.EVEN))


_FOR_FLAWS: Mapping[FlawKind, Callable[[MotionDocument, Region], Fix | None]] = {
    FlawKind.NO_PATH: _make_static,
    FlawKind.NO_PIXELS: _delete_path,
    FlawKind.VANISHES: _remove,
    FlawKind.TOO_SHORT: lengthen,
    FlawKind.WEAK: lengthen,
    FlawKind.TOO_FAST: _slow_down,
    FlawKind.STARTS_OUTSIDE: _start_inside,
    FlawKind.LEAVES_FRAME: _keep_inside,
    FlawKind.STEPPED: _even_pace,
}
