"""Frames that are made in the planes that an encoder takes (:mod:`kling_desktop.media.i420`).

So half as many values are looked up as red, green and blue take, and no frame is converted: the
picture is, once, and so is each object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.media.i420 import SHARES, planes_of, split
from kling_desktop.media.motion.cutout import Cutout, rimmed
from kling_desktop.media.motion.outline import around
from kling_desktop.media.motion.warp import warp_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.scene import Bytes, Floats, Picture, Points

_TO_PLANES = np.array(
    [
        [0.257, 0.504, 0.098, 16 / 255],
        [-0.148, -0.291, 0.439, 128 / 255],
        [0.439, -0.368, -0.071, 128 / 255],
    ]
)
"""BT.601 as OpenCV converts, of values that are times their alpha, which is the fourth."""


class Planar:
    """What a scene is made of, in planes; its sides are even."""

    def __init__(
        self, picture: Picture, plate: Picture, layers: Sequence[Cutout], static: Bytes | None
    ) -> None:
        self._picture, self._plate = planes_of(picture), planes_of(plate)
        self._layers = [_in_planes(each) for each in layers]
        self._still = [] if static is None else _still(static, self._picture)

    def first(self) -> Bytes:
        """The picture."""
        return self._picture.copy()

    def frame(self, flow: Floats | None, side: int, places: Sequence[Points]) -> Bytes:
        """A frame, an array of its own.

        Args:
            flow: what moves the plate, if anything does, and
            side: pixels of a cell of it.
            places: for each layer how far it is from where it was.
        """
        found = self._plate.copy()
        planes = split(found)
        if flow is not None:
            warp_planes(split(self._plate), flow, side, planes)
        for layer, (dx, dy) in zip(self._layers, places, strict=True):
            for piece, plane, share in zip(layer, planes, SHARES, strict=True):
                piece.draw(plane, float(dx) / share, float(dy) / share)
        for (box, mask, pixels), plane in zip(self._still, planes, strict=False):
            cv2.copyTo(pixels, mask, plane[box])
        return found


def _in_planes(layer: Cutout) -> tuple[Cutout, Cutout, Cutout]:
    """A layer for each of the planes."""
    alpha = cv2.bitwise_not(layer.clear[..., 0])
    values = cv2.merge([*cv2.split(layer.pixels), np.asarray(alpha, np.uint8)])
    light, blue, red = (
        np.asarray(each, np.uint8) for each in cv2.split(cv2.transform(values, _TO_PLANES))
    )
    clear = layer.clear[..., 0].copy()
    return (
        Cutout(light, clear, layer.left, layer.top, layer.depth),
        _halved(layer, blue, clear),
        _halved(layer, red, clear),
    )


def _halved(layer: Cutout, colour: Bytes, clear: Bytes) -> Cutout:
    """Of each square of four pixels the first, as in the picture's own planes."""
    odd = layer.top % 2, layer.left % 2  # such a piece begins with its empty rim
    part = (slice(1 - odd[0], -1, 2), slice(1 - odd[1], -1, 2))
    left, top = (layer.left - odd[1]) // 2, (layer.top - odd[0]) // 2
    return Cutout(rimmed(colour[part], 0), rimmed(clear[part], 255), left, top, layer.depth)


def _still(static: Bytes, picture: Bytes) -> list[tuple[tuple[slice, slice], Bytes, Bytes]]:
    """For each plane where there is something static, its mask, and how it looks."""
    light, *colours = split(picture)
    whole = np.where(static > 127, np.uint8(255), np.uint8(0))
    corners = [whole[y::2, x::2] for y in (0, 1) for x in (0, 1)]
    half = np.asarray(np.max(corners, axis=0), np.uint8)
    found = []
    for mask, plane in ((whole, light), (half, colours[0]), (half, colours[1])):
        box = around(mask, 0)
        if box is not None:
            found.append((box, mask[box].copy(), plane[box].copy()))
    return found
