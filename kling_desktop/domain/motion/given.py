"""A brush that was given as masks and points, as fal has it, turned into regions to paint on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.operations import from_image
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.wire import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import Origin
    from kling_desktop.domain.motion.document import MotionDocument


@dataclass(frozen=True, slots=True)
class GivenMask:
    """One mask of a request."""

    region: RegionId
    rows: NDArray[Any]
    """The picture of the mask: height x width x channels, or height x width."""
    points: Sequence[tuple[int, int]] = ()
    """Pixels of the mask, counted from where the endpoint counts from."""


def with_masks(
    document: MotionDocument, masks: Sequence[GivenMask], origin: Origin
) -> MotionDocument:
    """The document with these regions as well; where two overlap, the later one has the pixels.

    Raises:
        ValueError: a mask is not an image.
    """
    for each in masks:
        document = from_image(document, each.region, each.rows).document
        if each.region != STATIC and each.points:
            path = _path(each, document, origin)
            document = edits.give_trajectory(document, each.region, path)
    return document


def _path(mask: GivenMask, document: MotionDocument, origin: Origin) -> Trajectory:
    """Through the middles of the pixels, in those of the picture."""
    height, width = mask.rows.shape[:2]
    across, down = document.size.width / width, document.size.height / height
    return Trajectory.through(
        [
            Point((x + 0.5) * across, (counted(y, height, origin) + 0.5) * down)
            for x, y in mask.points
        ]
    )
