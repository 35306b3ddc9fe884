"""The picture without its objects: at once as well as can be, and better from the next frame on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.media.motion.borrow import behind
from kling_desktop.media.motion.plate import roughly_filled
from kling_desktop.media.motion.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.scene import Bytes, Picture


class Plate:
    """A picture, and what is missing in it."""

    def __init__(self, picture: Picture, holes: Sequence[Bytes], unit: float) -> None:
        self._picture, self._holes, self._unit = picture, tuple(holes), unit
        self._whole: Picture | None = None

    def is_of(self, picture: Picture, holes: Sequence[Bytes]) -> bool:
        """Whether it has just these holes."""
        return (
            self._picture is picture
            and len(self._holes) == len(holes)
            and all(np.array_equal(a, b) for a, b in zip(self._holes, holes, strict=True))
        )

    @property
    def is_ready(self) -> bool:
        return self._whole is not None

    def whole(self) -> Picture:
        """Filled with what the picture has elsewhere."""
        if self._whole is None:
            self._whole = behind(self._picture, self._holes, self._unit)
        return self._whole

    def quick(self) -> Picture:
        """Filled from its edges, unless something better is there already."""
        if self._whole is not None:
            return self._whole
        hole = np.zeros(self._picture.shape[:2], np.uint8)
        for each in self._holes:
            hole |= each
        return roughly_filled(self._picture, hole)


class Plates:
    """Remembers the last plate: most edits leave the objects where they are."""

    def __init__(self) -> None:
        self.shapes = Shapes()
        self._last: Plate | None = None

    def plate(self, picture: Picture, holes: Sequence[Bytes], unit: float) -> Plate:
        if self._last is None or not self._last.is_of(picture, holes):
            self._last = Plate(picture, holes, unit)
        return self._last
