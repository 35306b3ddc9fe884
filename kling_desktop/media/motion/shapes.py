"""What is known of masks by themselves, kept from one version of a document to the next."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.media.motion.collide import shrunk
from kling_desktop.media.motion.cutout import Edge, soft_edge
from kling_desktop.media.motion.outline import Outline, outline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.media.motion.scene import Bytes, Floats, Picture


class Shape:
    """A mask on a picture; what follows from the two is made when it is asked for, and once."""

    def __init__(self, picture: Picture, mask: Bytes, unit: float) -> None:
        self.mask = mask
        self._picture, self._unit = picture, unit

    @cached_property
    def outline(self) -> Outline:
        return outline_of(self._picture, self.mask, self._unit)

    @cached_property
    def edge(self) -> Edge:
        """Whoever changes it must copy it."""
        return soft_edge(self.mask, self.outline, self._unit)

    @cached_property
    def small(self) -> Floats:
        return shrunk(self.mask)


class Shapes:
    """Remembers the last version's shapes: most edits leave most masks as they are."""

    def __init__(self) -> None:
        self._of: tuple[Picture, float] | None = None
        self._last: list[Shape] = []

    def shapes(self, picture: Picture, masks: Sequence[Bytes], unit: float) -> list[Shape]:
        if self._of is None or self._of[0] is not picture or self._of[1] != unit:
            self._of, self._last = (picture, unit), []
        known = self._last
        self._last = [
            next(
                # The one in the same place first: it is nearly always the one.
                (each for each in known[n : n + 1] + known if np.array_equal(each.mask, mask)),
                None,
            )
            or Shape(picture, mask, unit)
            for n, mask in enumerate(masks)
        ]
        return self._last
