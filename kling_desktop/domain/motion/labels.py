"""Whose each pixel is: one byte for it, since no two regions share one.

What is shown is made of this, instead of seven masks. It follows the document by rewriting the
tiles that are other objects than before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.mask import FULL_TILE, Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.geometry import Rect
    from kling_desktop.domain.motion.stroke import Stroke

    Codes: TypeAlias = NDArray[np.uint8]

NOBODY = 0
STATIC_CODE = 7
CODES = 8


def code_of(region: RegionId) -> int:
    """1 to 6 for what moves, 7 for what stays."""
    return STATIC_CODE if region == STATIC else int(region)


class Labels:
    """The owners of all pixels, and what the stroke in progress makes of them."""

    def __init__(self, document: MotionDocument) -> None:
        self.codes: Codes = np.zeros((document.size.height, document.size.width), np.uint8)
        self._size = document.size
        self._masks: dict[int, Mask] = {}
        self._stroke: Stroke | None = None
        self._code, self._erases = NOBODY, False
        self._locked: tuple[int, ...] = ()
        self.follow(document)

    def follow(self, document: MotionDocument) -> list[Rect]:
        """Show another version of the document.

        Returns:
            The places of the tiles that may differ.
        """
        before, self._masks = self._masks, _masks_of(document)
        nothing = Mask.empty(self._size)
        changed: set[int] = set()
        for code in before.keys() | self._masks.keys():
            old, new = before.get(code, nothing), self._masks.get(code, nothing)
            if old is not new:
                changed.update(new.tiles_changed_since(old))
        self._locked = tuple(code_of(each.id) for each in document.regions if each.is_locked)
        return [self._rewrite(index) for index in sorted(changed)]

    def begin(self, stroke: Stroke, region: RegionId, *, erases: bool) -> None:
        """Show from now on what a stroke does to a region, as if it were committed already."""
        self._stroke, self._code, self._erases = stroke, code_of(region), erases

    def end(self) -> None:
        """There is no stroke any more."""
        self._stroke = None

    @property
    def coming(self) -> int:
        """The owner that the stroke in progress brings to its pixels."""
        return NOBODY if self._erases else self._code

    def taken(self, level: int, rect: Rect) -> Codes | None:
        """Where the stroke in progress decides on the owner, in a rectangle of a halved picture.

        Not 0 there; None if there is no stroke, or it may not change anything.
        """
        if self._stroke is None or self._code in self._locked:
            return None
        part = _part(level, rect)
        covered = self._stroke.coverage[part]
        if level:
            covered = covered.copy()
        if self._erases:
            covered = covered * (self.codes[part] == self._code)
        for locked in self._locked:
            covered = covered * (self.codes[part] != locked)
        return covered

    def read(self, level: int, rect: Rect, into: Codes) -> None:
        """The owners in a rectangle of the picture halved so many times: of each top left pixel."""
        into[:] = self.codes[_part(level, rect)]
        taken = self.taken(level, rect)
        if taken is not None:
            np.copyto(into, self.coming, where=taken != 0)

    def _rewrite(self, index: int) -> Rect:
        place = next(iter(self._masks.values())).place_of(index)
        part = self.codes[place.slices]
        part[:] = NOBODY
        for code, mask in self._masks.items():
            tile = mask.tiles[index]
            if tile is FULL_TILE:
                part[:] = code
            elif tile is not None:
                part |= mask.read(place) & np.uint8(code)
        return place


def _part(level: int, rect: Rect) -> tuple[slice, slice]:
    """The top left pixels of those of a halved picture."""
    left, top, right, bottom = rect
    step = 1 << level
    return slice(top << level, bottom << level, step), slice(left << level, right << level, step)


def _masks_of(document: MotionDocument) -> dict[int, Mask]:
    return {code_of(each.id): each.mask for each in document.regions}
