"""Pictures that Kling would refuse, and how they could be cut and scaled; what is painted follows.

The limits are those of ``domain/limits.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.limits import MAX_BYTES, MAX_RATIO, MIN_RATIO, MIN_SIDE
from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Node, Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import Region

_ROOM = 0.9
"""Scaled to so many of the bytes that are allowed: how well pictures compress varies."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A part of the picture, brought to a size."""

    crop: Rect
    """Within the picture as it is."""
    size: Size
    """Of the picture that it becomes."""
    reason: str
    """What is wrong with the picture as it is: a sentence."""
    label: str
    """What would be done, for a button."""

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels that each pixel becomes, across and down."""
        return self.size.width / self.crop.width, self.size.height / self.crop.height


def proposal(size: Size, file_bytes: int = 0) -> Fit | None:
    """How a picture of that size could be sent, with its middle kept; None if it can be already."""
    return fit_of(size, limited(size.rect, size), file_bytes)


def fit_of(size: Size, crop: Rect, file_bytes: int = 0) -> Fit | None:
    """The same with a part of it that the user has chosen and ``limited`` allows."""
    share = (crop.width * crop.height) / (size.width * size.height)
    fitted = _scaled(Size(crop.width, crop.height), file_bytes * share)
    if (crop, fitted) == (size.rect, size):
        return None
    steps = []
    if crop != size.rect:
        steps.append(f"Crop to {crop.width} x {crop.height}")
    if fitted != (crop.width, crop.height):
        steps.append(f"{'scale' if steps else 'Scale'} to {fitted.width} x {fitted.height}")
    return Fit(crop, fitted, _reason(size, file_bytes), " and ".join(steps))


def limited(box: Rect, size: Size) -> Rect:
    """The part nearest to a box, about its middle, that lies in the picture and can be sent."""
    box = box.clipped(size.rect)
    width, height = max(1, box.width), max(1, box.height)
    width = max(1, min(width, math.floor(height * MAX_RATIO)))
    height = max(1, min(height, math.floor(width / MIN_RATIO)))
    left = min(max(0, box.left + (box.width - width) // 2), size.width - width)
    top = min(max(0, box.top + (box.height - height) // 2), size.height - height)
    return Rect(left, top, left + width, top + height)


def _scaled(size: Size, file_bytes: float) -> Size:
    if min(size) < MIN_SIDE:
        return _times(size, MIN_SIDE / min(size))
    if file_bytes > MAX_BYTES:
        factor = math.sqrt(_ROOM * MAX_BYTES / file_bytes)
        factor = max(factor, MIN_SIDE / min(size))
        return _times(size, factor) if factor < 1 else size
    return size


def _times(size: Size, factor: float) -> Size:
    """Scaled, with a shape that is still allowed after rounding."""
    width, height = (max(MIN_SIDE, math.ceil(side * factor - 1e-9)) for side in size)
    width = min(width, math.floor(height * MAX_RATIO))
    height = min(height, math.floor(width / MIN_RATIO))
    return Size(width, height)


def _reason(size: Size, file_bytes: int) -> str:
    ratio = size.width / size.height
    if not MIN_RATIO <= ratio <= MAX_RATIO:
        return (
            f"The picture is {ratio:.3g} times as wide as high; Kling takes {MIN_RATIO} to "
            f"{MAX_RATIO}."
        )
    if min(size) < MIN_SIDE:
        return (
            f"The picture is {size.width} x {size.height} pixels; Kling wants at least {MIN_SIDE} "
            "on each side."
        )
    if file_bytes > MAX_BYTES:
        return f"The file has {file_bytes / 1e6:.1f} MB; Kling takes {MAX_BYTES // 1_000_000} MB."
    return "Only a part of the picture is used."


def fit_document(document: MotionDocument, fit: Fit, digest: str = "") -> MotionDocument:
    """What is painted, on the picture that it becomes; ``digest`` is that of the new file.

    Each pixel of a mask is that of the nearest middle, so that masks stay disjoint.
    """
    rows = _nearest(fit.crop.top, fit.crop.height, fit.size.height)
    columns = _nearest(fit.crop.left, fit.crop.width, fit.size.width)
    picture = PictureRef(fit.size, document.picture.name, digest)
    regions = [_fitted(each, fit, rows, columns) for each in document.regions]
    return MotionDocument(picture, regions[-1], tuple(regions[:-1]))


def _nearest(start: int, there: int, wanted: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    places = (np.arange(wanted, dtype=np.int64) * 2 + 1) * there // (2 * wanted)
    return start + np.minimum(places, there - 1)


def _fitted(
    region: Region,
    fit: Fit,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    columns: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Region:
    path = region.trajectory
    nodes = tuple(_fitted_node(each, fit) for each in path.nodes)
    mask = Mask.empty(fit.size)
    if not region.mask.is_empty:
        # A band of rows at a time: of a large picture the whole would be much at once.
        for top in range(0, fit.size.height, 256):
            part = rows[top : top + 256]
            band = Rect(0, int(part[0]), region.mask.size.width, int(part[-1]) + 1)
            pixels = region.mask.read(band)[part - part[0]][:, columns]
            mask = mask.written(Rect(0, top, fit.size.width, top + len(part)), pixels)
    return replace(region, mask=mask, trajectory=Trajectory(nodes, path.ease))


def _fitted_node(node: Node, fit: Fit) -> Node:
    across, down = fit.scale
    place = node.point - Point(fit.crop.left, fit.crop.top)
    return replace(
        node,
        point=Point(place.x * across, place.y * down),
        before=Point(node.before.x * across, node.before.y * down),
        after=Point(node.after.x * across, node.after.y * down),
    )
