"""What a document becomes on the wire: a PNG for each region, and points for each path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.motion.png import encode_mask
from kling_desktop.domain.motion.wire import wire_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.domain.catalog import Origin
    from kling_desktop.domain.motion.document import MotionDocument, Region, RegionId
    from kling_desktop.domain.motion.geometry import Rect, Size

    Points = tuple[tuple[int, int], ...]

STATIC_FIELD, DYNAMIC_FIELD = "static_mask_url", "dynamic_masks"


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


def outgoing(document: MotionDocument, origin: Origin) -> tuple[OutgoingMask, ...]:
    """The masks of a document, the static one first; points are counted from an origin.

    Raises:
        InvalidParams: a region lacks its pixels or its path, so Kling would not do what is drawn.
    """
    problems = tuple(_problems(document))
    if problems:
        raise InvalidParams(problems)
    moving = [each for each in document.dynamic if not each.mask.is_empty]
    masks = [] if document.static.mask.is_empty else [_mask(document.static, STATIC_FIELD, origin)]
    masks += [_mask(each, f"{DYNAMIC_FIELD}.{index}", origin) for index, each in enumerate(moving)]
    return tuple(masks)


def _problems(document: MotionDocument) -> Iterator[Problem]:
    for each in document.dynamic:
        if each.mask.is_empty and not each.trajectory.is_empty:
            yield Problem(each.title, "has a path, but no pixels are painted; paint what moves")
        if not each.mask.is_empty and each.trajectory.is_empty:
            yield Problem(each.title, "has no path; draw one, or make its pixels static")


def _mask(region: Region, field: str, origin: Origin) -> OutgoingMask:
    mask, path = region.mask, region.trajectory
    points = () if region.is_static else wire_points(path, mask.size, mask.size, origin)
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
