"""What a document becomes on the wire: a PNG for each region, and points for each path."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.motion.png import encode_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.motion.document import MotionDocument, Region, RegionId
    from kling_desktop.domain.motion.geometry import Point, Rect, Size
    from kling_desktop.domain.motion.trajectory import Trajectory

    Points = tuple[tuple[int, int], ...]

STATIC_FIELD, DYNAMIC_FIELD = "static_mask_url", "dynamic_masks"
LEAST, MOST = 2, 77
"""Points of a path (kling-facts.md §1.6)."""
_STEP = 1 / 32
"""Of a curve's parameter: pieces so short that their straight length is that of the curve."""


@dataclass(frozen=True, slots=True)
class OutgoingMask:
    """A mask as it is sent, with what people want to know of it."""

    region: RegionId
    title: str
    field: str
    """Where its address goes: ``static_mask_url`` or ``dynamic_masks.0``."""
    png: bytes
    size: Size
    area: int
    """Pixels that are in."""
    bounds: Rect
    points: Points = ()
    """As the endpoint counts them."""

    @property
    def as_json(self) -> dict[str, Any]:
        """As a dry run tells it."""
        pixels = self.size.width * self.size.height
        return {
            "field": self.field,
            "region": self.region,
            "name": self.title,
            "width": self.size.width,
            "height": self.size.height,
            "bytes": len(self.png),
            "sha256": hashlib.sha256(self.png).hexdigest(),
            "area_percent": round(100 * self.area / pixels, 3),
            "bounds": list(self.bounds),
            "trajectories": self.trajectories,
        }

    @property
    def trajectories(self) -> list[dict[str, int]]:
        return [{"x": x, "y": y} for x, y in self.points]


def outgoing(document: MotionDocument) -> tuple[OutgoingMask, ...]:
    """The masks of a document, the static one first.

    Raises:
        InvalidParams: a region lacks its pixels or its path, so Kling would not do what is drawn.
    """
    problems = tuple(_problems(document))
    if problems:
        raise InvalidParams(problems)
    moving = [each for each in document.dynamic if not each.mask.is_empty]
    masks = [] if document.static.mask.is_empty else [_mask(document.static, STATIC_FIELD)]
    masks += [_mask(each, f"{DYNAMIC_FIELD}.{index}") for index, each in enumerate(moving)]
    return tuple(masks)


def _problems(document: MotionDocument) -> Iterator[Problem]:
    for each in document.dynamic:
        if each.mask.is_empty and not each.trajectory.is_empty:
            yield Problem(each.title, "has a path, but no pixels are painted; paint what moves")
        if not each.mask.is_empty and each.trajectory.is_empty:
            yield Problem(each.title, "has no path; draw one, or make its pixels static")


def _mask(region: Region, field: str) -> OutgoingMask:
    mask = region.mask
    points = () if region.is_static else wire_points(region.trajectory, mask.size)
    return OutgoingMask(
        region.id, region.title, field, encode_mask(mask), mask.size, mask.area, mask.bounds, points
    )


def fields_of(masks: tuple[OutgoingMask, ...], addresses: tuple[str, ...]) -> dict[str, Any]:
    """The fields of the request, once each mask has an address."""
    found: dict[str, Any] = {}
    for mask, address in zip(masks, addresses, strict=True):
        if mask.field == STATIC_FIELD:
            found[STATIC_FIELD] = address
        else:
            entry = {"mask_url": address, "trajectories": mask.trajectories}
            found.setdefault(DYNAMIC_FIELD, []).append(entry)
    return found


def wire_points(trajectory: Trajectory, size: Size) -> Points:
    """2 to 77 whole pixels, evenly spaced along the curve, counted from the bottom left.

    That is how Kling's own pages count (kling-facts.md §1.4).
    """
    line = np.array([(point.x, point.y) for point in _line(trajectory)])
    lengths = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    count = min(max(LEAST, math.ceil(lengths[-1] / 4) + 1), MOST)
    places = np.linspace(0.0, lengths[-1], count)
    columns, rows = (np.floor(np.interp(places, lengths, line[:, axis])) for axis in (0, 1))
    found = [(int(x), size.height - 1 - int(y)) for x, y in zip(columns, rows, strict=True)]
    kept = [each for index, each in enumerate(found) if not index or each != found[index - 1]]
    return tuple(kept) if len(kept) >= LEAST else (found[0], found[-1])


def _line(trajectory: Trajectory) -> Iterator[Point]:
    """The curve as a chain of short straight pieces."""
    nodes = trajectory.nodes
    yield nodes[0].point
    for start, end in pairwise(nodes):
        corners = (start.point, start.point + start.after, end.point + end.before, end.point)
        steps = round(1 / _STEP) if any((*start.after, *end.before)) else 1
        for step in range(1, steps + 1):
            yield _on_curve(corners, step / steps)


def _on_curve(corners: tuple[Point, Point, Point, Point], at: float) -> Point:
    rest = 1 - at
    weights = (rest**3, 3 * rest**2 * at, 3 * rest * at**2, at**3)
    first, second, third, fourth = (
        corner.scaled(weight) for corner, weight in zip(corners, weights, strict=True)
    )
    return first + second + third + fourth
