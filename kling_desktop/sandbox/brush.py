"""The motion brush of a request: which pixels the stand-in model moves, and where to.

Masks are white where they apply and as large as the picture; trajectories are pixels of the
picture, counted from where the catalog says, equally spaced in time (``kling-facts.md`` §1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.motion.wire import counted
from kling_desktop.media.motion.scene import Moving
from kling_desktop.sandbox.refusals import Refused, item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from kling_desktop.domain.addresses import Loc
    from kling_desktop.domain.catalog import Endpoint

STATIC: Loc = ("static_mask_url",)


def moving_of(
    endpoint: Endpoint, params: Mapping[str, Any], pictures: Mapping[Loc, NDArray[np.uint8]]
) -> tuple[Moving, ...]:
    """The regions that move, in the order of the request."""
    origin = endpoint.brush.origin if endpoint.brush else Origin.BOTTOM_LEFT
    return tuple(
        _moving(pictures["dynamic_masks", index, "mask_url"], each.get("trajectories"), origin)
        for index, each in enumerate(params.get("dynamic_masks") or ())
    )


def _moving(
    mask: NDArray[np.uint8], path: Sequence[Mapping[str, int]] | None, origin: Origin
) -> Moving:
    height = mask.shape[0]
    points = [(each["x"], counted(each["y"], height, origin)) for each in path or ()]
    return Moving(_mask(mask), np.array(points, float))


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
