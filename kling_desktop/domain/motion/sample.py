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
    *((468, 164), (468, 205), (465, 206), (427, 268), (394, 334), (380, 370), (370, 404)),
    *((361, 443), (354, 487), (446, 481), (467, 481), (468, 495), (404, 497), (334, 497)),
    *((336, 502), (339, 502), (357, 522), (385, 540), (567, 540), (597, 525), (614, 500)),
    *((619, 493), (547, 495), (472, 494), (473, 480), (631, 475), (627, 469), (615, 419)),
    *((595, 359), (576, 319), (546, 269), (525, 239), (485, 187), (486, 178), (514, 172)),
)
"""Its outline as ``packaging/samples.py`` draws it: what fits closely is cut out, not stretched."""
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
