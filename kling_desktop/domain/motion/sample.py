"""What is painted on the sample picture: a boat that sails towards the sun, and all else rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.advice_fixes import pin_rest
from kling_desktop.domain.motion.document import MotionDocument, Region, RegionId
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.trajectory import Trajectory

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import PictureRef

PICTURE: Final = "samples/boat.jpg"
"""Among the resources; the places below are its pixels."""
SIZE: Final = Size(1280, 720)
ENDPOINT: Final = "fal-ai/kling-video/v1.5/pro/image-to-video"
"""Its schema lists the brush (kling-facts.md), so that nothing has to be asked."""
PROMPT: Final = "A sailing boat glides over the sea at dusk. Fixed camera."
_BOAT: Final = (
    *((466, 160), (520, 168), (520, 180), (494, 190), (560, 262), (606, 350), (638, 470)),
    *((630, 500), (604, 532), (574, 546), (380, 546), (352, 528), (326, 498), (350, 486)),
    *((366, 400), (398, 308), (440, 236), (464, 200)),
)
_WAY: Final = ((480, 420), (600, 424), (720, 418))
"""Long enough to be followed (a tenth of the width and more), and away from the edge."""


def sample(picture: PictureRef) -> MotionDocument:
    """The document of a first start.

    Raises:
        ValueError: it is another picture.
    """
    if picture.size != SIZE:
        raise ValueError(f"the sample has {SIZE.width} x {SIZE.height} pixels")
    mask = raster.polygon(SIZE, [Point(*each) for each in _BOAT])
    boat = Region(RegionId(1), mask, "Boat", Trajectory.through([Point(*each) for each in _WAY]))
    (rest,) = pin_rest(MotionDocument.blank(picture).with_region(boat))
    assert rest.edit is not None
    return rest.edit.document
