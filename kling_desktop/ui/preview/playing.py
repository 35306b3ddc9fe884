"""What the window needs of whoever renders motion; handed in, as the renderer lives elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.document import MotionDocument

LONG_SIDE = 960
"""Pixels of the frames at most: more is not seen in a preview, and costs time."""
FPS = 30
"""As the clips of Kling have."""


class Playing(Protocol):
    """A document in motion."""

    @property
    def frames(self) -> int:
        """How many there are."""
        ...

    def frame(self, number: int, /) -> NDArray[np.uint8]:
        """Rows of blue, green and red."""
        ...


class Renderer(Protocol):
    """Renders versions of one document, at one size."""

    def __call__(self, document: MotionDocument, /) -> Playing: ...


class MakeMotion(Protocol):
    """Makes the renderer for a picture (rows of blue, green, red, 255) and a size."""

    def __call__(self, picture: NDArray[np.uint8], long_side: int, /) -> Renderer: ...


class ExportMotion(Protocol):
    """Writes a document in motion to a file, on whatever thread it is called."""

    def __call__(
        self,
        out: Path,
        document: MotionDocument,
        picture: NDArray[np.uint8],
        on_frame: Callable[[int, int], None],
        /,
    ) -> None:
        """``on_frame`` hears how many of how many frames are made, and may raise to end it.

        Raises FolderUnusable, and what ``on_frame`` raises; then nothing is left behind.
        """
        ...


def moves(document: MotionDocument) -> bool:
    """Whether there is any motion to show."""
    return any(not each.mask.is_empty and not each.trajectory.is_empty for each in document.dynamic)
