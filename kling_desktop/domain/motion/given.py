"""Masks and paths of a request, put back onto a document: what was sent becomes what is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.operations import from_image
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.wire import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import Origin
    from kling_desktop.domain.motion.document import MotionDocument, RegionId

STATIC_FIELD: Final = "static_mask_url"
MOVING_FIELD: Final = "dynamic_masks"
FAR: Final = 1_000_000
"""Pixels; as of a project's paths."""


@dataclass(frozen=True, slots=True)
class GivenMask:
    """A mask that a request names, and the way of what is in it."""

    region: RegionId
    address: str
    points: tuple[tuple[int, int], ...] = ()
    """Pixels, as the endpoint counts them."""


def masks_in(values: Mapping[str, Any]) -> list[GivenMask]:
    """Those that an input names; what makes no sense in it is passed over."""
    found: list[GivenMask] = []
    moving = values.get(MOVING_FIELD)
    for each in moving if isinstance(moving, list | tuple) else ():
        address = each.get("mask_url") if isinstance(each, dict) else None
        if isinstance(address, str) and address and len(found) < len(DYNAMIC):
            found.append(GivenMask(DYNAMIC[len(found)], address, _points(each.get("trajectories"))))
    static = values.get(STATIC_FIELD)
    if isinstance(static, str) and static:
        found.append(GivenMask(STATIC, static))
    return found


def put_on(
    document: MotionDocument, masks: Sequence[tuple[GivenMask, NDArray[Any]]], origin: Origin
) -> MotionDocument:
    """The document with these masks, each with the pixels of its picture; blocks.

    A pixel that two of them want is the later one's, as on the canvas.
    """
    for each, rows in masks:
        document = from_image(document, each.region, rows).document
        if each.points:
            document = edits.give_trajectory(document, each.region, _path(each, document, origin))
    return document


def _path(given: GivenMask, document: MotionDocument, origin: Origin) -> Trajectory:
    """Through the middles of the pixels that were named."""
    height = document.size.height
    return Trajectory.through(
        [Point(x + 0.5, counted(y, height, origin) + 0.5) for x, y in given.points]
    )


def _points(told: object) -> tuple[tuple[int, int], ...]:
    found = []
    for each in told if isinstance(told, list | tuple) else ():
        match each:
            case {"x": int() | float() as x, "y": int() | float() as y} if _near(x) and _near(y):
                found.append((int(x), int(y)))
            case _:
                return ()
    return tuple(found)


def _near(number: float) -> bool:
    return -FAR <= number <= FAR
