"""The motion brush of a request: which pixels the stand-in model moves, and where to.

Masks are white where they apply and as large as the picture; trajectories are pixels of the
picture from the top left corner, equally spaced in time (``kling-facts.md`` §1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kling_desktop.media.motion.scene import Moving
from kling_desktop.sandbox.refusals import Loc, Refused, item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

STATIC: Loc = ("static_mask_url",)


def moving_of(
    params: Mapping[str, Any], pictures: Mapping[Loc, NDArray[np.uint8]]
) -> tuple[Moving, ...]:
    """The regions that move, in the order of the request."""
    return tuple(
        Moving(
            _mask(pictures["dynamic_masks", index, "mask_url"]),
            np.array([(each["x"], each["y"]) for each in mask.get("trajectories") or ()], float),
        )
        for index, mask in enumerate(params.get("dynamic_masks") or ())
    )


def static_of(pictures: Mapping[Loc, NDArray[np.uint8]]) -> NDArray[np.uint8] | None:
    """What must stay as it is."""
    return _mask(pictures[STATIC]) if STATIC in pictures else None


def check_masks(params: Mapping[str, Any], pictures: Mapping[Loc, NDArray[np.uint8]]) -> None:
    """Kling fails a task whose masks are not as large as its picture, after it accepted it.

    Raises:
        Refused: with every such mask.
    """
    size = pictures["image_url",].shape[:2]
    wrong = [
        item(
            loc,
            "value_error",
            "The mask must have the same resolution as the image",
            _address(params, loc),
        )
        for loc, pixels in pictures.items()
        if str(loc[-1]).endswith("mask_url") and pixels.shape[:2] != size
    ]
    if wrong:
        raise Refused(wrong)


def _mask(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.where(pixels.max(axis=2) > 127, np.uint8(255), np.uint8(0))


def _address(params: Mapping[str, Any], loc: Loc) -> object:
    found: Any = params
    for step in loc:
        found = found[step]
    return found
