"""A picture as the canvas shows it, and what was done to the file to come there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.document import PictureRef
from kling_desktop.domain.motion.geometry import Size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.lineage import MadeFrom


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPicture:
    """Upright and in sRGB, as it is sent: what was transparent lies on white."""

    rows: NDArray[np.uint8]
    """Blue, green, red, 255."""
    alpha: NDArray[np.uint8] | None
    """How opaque each pixel was, 0 to 255; None where all of them were."""
    name: str
    data: bytes
    """The file, as it was given."""
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    kind: str
    """``JPEG``, ``PNG`` and so on, whatever the name ends with."""
    suffix: str
    """That goes with the kind, for a project file."""
    turned: bool = False
    """The camera had been held otherwise, and the file said so."""
    profiled: bool = False
    """It had other colours than sRGB, and said which."""
    frames: int = 1
    """Of an animation only the first one is used."""
    private: tuple[str, ...] = ()
    """What its file tells of whoever took it, such as ``location``; it is never sent."""
    made_from: MadeFrom | None = None
    """The clip that it is a frame of."""

    @property
    def size(self) -> Size:
        height, width = self.rows.shape[:2]
        return Size(width, height)

    @property
    def ref(self) -> PictureRef:
        """What a document keeps of it."""
        return PictureRef(self.size, self.name, self.digest)

    @property
    def held_back(self) -> str:
        """Says what of the file is not sent, in few words; empty where there is no such thing."""
        if not self.private:
            return ""
        verb = "is" if self.private == ("location",) else "are"
        return f"{' and '.join(self.private)} {verb} not sent"

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what people may not expect."""
        found = []
        if self.frames > 1:
            found.append(f"Only the first of its {self.frames} frames is used.")
        if self.alpha is not None:
            found.append("What is transparent in it is sent as white.")
        if self.profiled:
            found.append("Its colours were converted to sRGB.")
        return tuple(found)
