"""One of the halved pictures with the regions over it, in memory as far as it was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtGui import QImage

from kling_desktop.domain.motion.geometry import Rect

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows: TypeAlias = NDArray[np.uint8]

STEP = 256
"""Pixels of the side of the squares that are made at a time."""
_CHEAP = 40_000_000
"""Bytes of a level up to which all of it is kept, also while another is in sight."""
_KEPT = 48_000_000
"""Bytes that are kept of a larger one, unless the half of them would not be enough to be seen."""
_PAGE = 4
"""Squares side by side whose rows share a page of memory."""


class Level:
    """A halved picture, and the same with the regions over it."""

    def __init__(self, picture: Rows) -> None:
        self.picture = picture
        height, width = picture.shape[:2]
        self.rect = Rect(0, 0, width, height)
        self._image: QImage | None = None
        self._rows: Rows | None = None
        self.is_fresh = np.zeros((-(-height // STEP), -(-width // STEP)), np.bool_)

    @property
    def image(self) -> QImage:
        """Its memory is taken by the system when it is first written to, page by page."""
        if self._image is None:
            self._image = QImage(self.rect.width, self.rect.height, QImage.Format.Format_RGB32)
            rows = np.frombuffer(self._image.bits(), np.uint8)
            self._rows = rows.reshape(self.picture.shape)
        return self._image

    @property
    def drawn(self) -> Rows:
        """The pixels of the image."""
        if self._rows is None:
            _ = self.image
        assert self._rows is not None
        return self._rows

    def drop_if_dear(self) -> None:
        """Give its memory back if it is much."""
        if self.picture.nbytes > _CHEAP:
            self._image = self._rows = None
            self.is_fresh[:] = False

    def make_room(self, sight: Rect) -> None:
        """Give its memory back if it is much, and most of it is for what is not in sight.

        Who walks over a large picture in full size would have all of it twice in the end.
        """
        if self.picture.nbytes > _CHEAP:
            wanted = np.zeros_like(self.is_fresh)
            wanted[squares(sight)] = True
            if _bytes_of(self.is_fresh | wanted) > max(_KEPT, 2 * _bytes_of(wanted)):
                self.drop_if_dear()


def squares(part: Rect) -> tuple[slice, slice]:
    """Rows and columns of the squares in which a rectangle lies."""
    return (
        slice(part.top // STEP, (part.bottom - 1) // STEP + 1),
        slice(part.left // STEP, (part.right - 1) // STEP + 1),
    )


def _bytes_of(drawn: NDArray[np.bool_]) -> int:
    """Memory of squares; the system gives it in pages, which are wider than these."""
    pages = np.logical_or.reduceat(drawn, range(0, drawn.shape[1], _PAGE), axis=1)
    return int(pages.sum()) * _PAGE * STEP * STEP * 4
