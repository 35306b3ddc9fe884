"""What the menus of the motion brush do, by the names in ``operations.ENTRIES``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import operations, path_edits
from kling_desktop.domain.motion.centroid import centroid
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, RegionId
from kling_desktop.domain.motion.edits import Edit, region_or_new
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.path_changes import Axis
from kling_desktop.domain.motion.path_edits import Target, trajectory_of
from kling_desktop.domain.motion.trajectory import Ease

if TYPE_CHECKING:
    from kling_desktop.ui.brush.operations import Operation, Operations
    from kling_desktop.ui.canvas.session import Session

OPAQUE = "Nothing of this picture is transparent, so there is nothing to take a mask from."


def deeds(session: Session) -> Operations:
    """Every operation that needs no numbers; those on the mask may take their time."""
    found: dict[str, Operation] = {
        "mask.fill-holes": operations.fill_holes,
        "mask.specks": operations.remove_specks,
        "mask.fill": operations.fill,
        "mask.invert": operations.invert,
        "mask.clear": operations.clear,
        "mask.pin": lambda document, _: operations.pin_everything_else(document),
        "mask.tighten": partial(_tighten, session),
        "mask.alpha": partial(_from_alpha, session),
        "path.clear": lambda document, region: path_edits.clear(Target(document, region)),
        "path.reverse": lambda document, region: path_edits.reverse(Target(document, region)),
        "path.mirror-x": partial(_mirror, Axis.HORIZONTAL),
        "path.mirror-y": partial(_mirror, Axis.VERTICAL),
        "path.snap": lambda document, region: path_edits.snap_direction(Target(document, region)),
    }
    for number in (*DYNAMIC, STATIC):
        found[f"mask.copy.{number}"] = partial(_copy_mask, number)
    for number in DYNAMIC:
        found[f"path.copy.{number}"] = partial(_copy_path, number)
    for ease in Ease:
        found[f"path.ease.{ease.value}"] = partial(_ease, ease)
    return found


def _tighten(session: Session, document: MotionDocument, region: RegionId) -> Edit:
    picture = session.picture
    if picture is None:
        return Edit("Tighten to object", document)
    return operations.tighten(document, region, picture)


def _from_alpha(session: Session, document: MotionDocument, region: RegionId) -> Edit:
    if session.alpha is None:
        return Edit("Mask from transparency", document, note=OPAQUE)
    return operations.from_alpha(document, region, session.alpha)


def _mirror(axis: Axis, document: MotionDocument, region: RegionId) -> Edit:
    return path_edits.mirror(Target(document, region), axis)


def _ease(ease: Ease, document: MotionDocument, region: RegionId) -> Edit:
    return path_edits.set_ease(Target(document, region), ease)


def _copy_mask(to: RegionId, document: MotionDocument, region: RegionId) -> Edit:
    return operations.copy_mask(document, region, to)


def _copy_path(to: RegionId, document: MotionDocument, region: RegionId) -> Edit:
    """The same way, from where the other region is; its own start if that has no pixels."""
    start = start_of(document, to) if not region_or_new(document, to).mask.is_empty else None
    return path_edits.paste(Target(document, to), trajectory_of(document, region), start)


def start_of(document: MotionDocument, region: RegionId) -> Point:
    """Where a region's way begins: where it begins now, else its middle, else the picture's."""
    there = region_or_new(document, region)
    if there.trajectory.nodes:
        return there.trajectory.nodes[0].point
    middle = centroid(there.mask)
    return middle or Point(document.size.width / 2, document.size.height / 2)
