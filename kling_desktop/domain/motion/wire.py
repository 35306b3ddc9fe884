"""From a path in the picture to the points that are sent: whole pixels, as an endpoint counts them.

Here, and nowhere else, places in the picture become coordinates of an endpoint. A coordinate is
the number of the pixel that a place lies in, counted from where the endpoint counts from. Points
outside the picture stay outside: nothing is clamped, since nobody knows what Kling makes of it,
and a path that was bent without a word would be worse. ``path_checks`` says so beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.path_changes import scaled
from kling_desktop.domain.motion.sampling import sampled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Mask, Pixels
    from kling_desktop.domain.motion.trajectory import Trajectory

_CORNER = Point(0.0, 0.0)


def wire_points(
    trajectory: Trajectory, picture: Size, sent: Size, origin: Origin
) -> tuple[tuple[int, int], ...]:
    """The points of a path as an endpoint counts them; rounding comes last.

    Raises:
        ValueError: the path leads nowhere.
    """
    pixels = np.floor(sampled(in_sent_pixels(trajectory, picture, sent))).astype(int)
    return tuple((x, counted(y, sent.height, origin)) for x, y in pixels.tolist())


def in_sent_pixels(trajectory: Trajectory, picture: Size, sent: Size) -> Trajectory:
    """The path on the picture as it is sent: middles of pixels meet middles of pixels."""
    if sent == picture:
        return trajectory
    return scaled(trajectory, sent.width / picture.width, sent.height / picture.height, _CORNER)


def counted(row: int, height: int, origin: Origin) -> int:
    """A row counted from the endpoint's side; twice is as before, so it leads back as well."""
    return row if origin is Origin.TOP_LEFT else height - 1 - row


def recounted(points: Sequence[Mapping[str, int]] | None, height: int) -> list[dict[str, int]]:
    """Points of a request, counted from the other edge: no pixel of the path is another one."""
    return [{**each, "y": counted(each["y"], height, Origin.BOTTOM_LEFT)} for each in points or ()]


def scaled_mask(mask: Mask, sent: Size) -> Pixels:
    """Rows of 0 and 255. Each pixel is that of the nearest middle, so masks stay disjoint."""
    whole = mask.size.rect
    if mask.is_empty:
        return np.zeros((sent.height, sent.width), np.uint8)
    if sent == mask.size:
        return mask.read(whole)
    columns = _nearest(sent.width, mask.size.width)
    rows = _nearest(sent.height, mask.size.height)
    return mask.read(whole)[rows[:, None], columns[None, :]]


def _nearest(wanted: int, there: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """For each of the wanted pixels the one whose middle is nearest."""
    places = (np.arange(wanted) * 2 + 1) * there // (2 * wanted)
    return np.minimum(places, there - 1).astype(np.intp)
