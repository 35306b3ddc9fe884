"""From the document to what is sent: masks of the sent picture's size, points in whole pixels.

Here, and nowhere else, places in the picture become coordinates of an endpoint. A coordinate is
the number of the pixel that a place lies in, counted from where the endpoint counts from. Points
outside the picture stay outside: nothing is clamped, since nobody knows what Kling makes of it,
and a path that was bent without a word would be worse. ``path_checks`` says so beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.path_changes import scaled
from kling_desktop.domain.motion.sampling import sampled

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.mask import Mask, Pixels
    from kling_desktop.domain.motion.trajectory import Trajectory

_CORNER = Point(0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class MovingRegion:
    """One of ``dynamic_masks``, before its mask is uploaded."""

    region: RegionId
    mask: Pixels
    """Rows of the sent picture: 255 moves, 0 does not."""
    points: tuple[tuple[int, int], ...]
    """x and y as the endpoint counts them."""

    def field(self, mask_url: str) -> dict[str, object]:
        """The entry of ``dynamic_masks``, once the mask has an address."""
        trajectories = [{"x": x, "y": y} for x, y in self.points]
        return {"mask_url": mask_url, "trajectories": trajectories}


@dataclass(frozen=True, slots=True, eq=False)
class BrushOnWire:
    """Everything that is sent of a document."""

    size: Size
    """Of the sent picture and of every mask."""
    static: Pixels | None
    """Rows: 255 stays; None where nothing is pinned."""
    moving: tuple[MovingRegion, ...]
    """Those with pixels and a path, in the document's order. No pixel is in two masks."""


def on_wire(document: MotionDocument, sent: Size, origin: Origin) -> BrushOnWire:
    """What an endpoint is sent, for a picture that was brought to that size.

    Hiding a region is for the eyes only: it is sent all the same.
    """
    moving = []
    for region in document.dynamic:
        if region.mask.is_empty or region.trajectory.is_empty:
            continue
        mask = scaled_mask(region.mask, sent)
        if mask.any():
            points = wire_points(region.trajectory, document.size, sent, origin)
            moving.append(MovingRegion(region.id, mask, points))
    static = scaled_mask(document.static.mask, sent)
    return BrushOnWire(sent, static if static.any() else None, tuple(moving))


def wire_points(
    trajectory: Trajectory, picture: Size, sent: Size, origin: Origin
) -> tuple[tuple[int, int], ...]:
    """The points of a path as an endpoint counts them; rounding comes last.

    Raises:
        ValueError: the path leads nowhere.
    """
    pixels = np.floor(sampled(in_sent_pixels(trajectory, picture, sent))).astype(int)
    return tuple((x, counted(y, sent.height, origin)) for x, y in pixels.tolist())


def in_sent_pixels(trajectory: Trajectory, picture: Size, sent: Size) -> Trajectory:
    """The path on the picture as it is sent: middles of pixels meet middles of pixels."""
    if sent == picture:
        return trajectory
    return scaled(trajectory, sent.width / picture.width, sent.height / picture.height, _CORNER)


def counted(row: int, height: int, origin: Origin) -> int:
    """A row counted from the endpoint's side; twice is as before, so it leads back as well."""
    return row if origin is Origin.TOP_LEFT else height - 1 - row


def scaled_mask(mask: Mask, sent: Size) -> Pixels:
    """Rows of 0 and 255. Each pixel is that of the nearest middle, so masks stay disjoint."""
    whole = mask.size.rect
    if mask.is_empty:
        return np.zeros((sent.height, sent.width), np.uint8)
    if sent == mask.size:
        return mask.read(whole)
    columns = _nearest(sent.width, mask.size.width)
    rows = _nearest(sent.height, mask.size.height)
    return mask.read(whole)[rows[:, None], columns[None, :]]


def _nearest(wanted: int, there: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """For each of the wanted pixels the one whose middle is nearest."""
    places = (np.arange(wanted) * 2 + 1) * there // (2 * wanted)
    return np.minimum(places, there - 1).astype(np.intp)
