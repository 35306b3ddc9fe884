"""The motion brush of a draft: its masks are kept as files before anything is checked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import addresses
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.motion.asked import mask_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.outgoing import OutgoingMask
    from kling_desktop.engine.disk_ports import Files


DYNAMIC_MASKS = "dynamic_masks"


def origin_of(endpoint: Endpoint) -> Origin:
    """Where an endpoint is believed to count from; what Kling has written where nobody knows."""
    return endpoint.brush.origin if endpoint.brush else Origin.BOTTOM_LEFT


async def counted_for(
    files: Files, params: Mapping[str, Any], before: str, origin: Origin
) -> Mapping[str, Any] | None:
    """The same input with its points counted from another edge; None where they are right.

    Masks that are not on this computer have no height that is known here: whoever counted their
    points by hand is believed.

    Raises:
        BadPicture: a mask cannot be read.
    """
    from kling_desktop.engine.intake import path_of

    entries = params.get(DYNAMIC_MASKS) or ()
    if before in {"", origin.value} or not entries:
        return None
    if not all(str(each["mask_url"]).startswith("file:") for each in entries):
        return None
    from kling_desktop.domain.motion.wire import recounted

    heights = [(await files.picture_size(path_of(each["mask_url"])))[1] for each in entries]
    return {
        **params,
        DYNAMIC_MASKS: [
            {**each, "trajectories": recounted(each.get("trajectories"), height)}
            for each, height in zip(entries, heights, strict=True)
        ],
    }


@dataclass(frozen=True, slots=True)
class Brushed:
    """Fields for the request, and the masks that are behind them."""

    fields: Mapping[str, Any]
    masks: tuple[OutgoingMask, ...] = ()


async def brushed(files: Files, endpoint: Endpoint, document: MotionDocument | None) -> Brushed:
    """Make the masks of a document and keep them.

    Raises:
        InvalidParams: something that is drawn would not be sent.
        FolderUnusable: they cannot be kept.
    """
    if document is None or document.is_blank:
        return Brushed({})
    from kling_desktop.domain.motion.outgoing import fields_of, outgoing

    origin = origin_of(endpoint)
    masks = await asyncio.to_thread(outgoing, document, origin)
    kept = [await files.keep_bytes(mask_name(each.region), each.png) for each in masks]
    return Brushed(fields_of(masks, tuple(each.as_uri() for each in kept)), masks)


async def check_sizes(files: Files, endpoint: Endpoint, local: Mapping[str, Any]) -> None:
    """Hold the size of each mask on this computer against that of the picture.

    Raises:
        InvalidParams: they differ; Kling would accept the request, then fail.
    """
    from kling_desktop.engine.intake import path_of

    address = str(local.get("image_url", ""))
    masks = [each for each in addresses.masks(endpoint, local) if each[1].startswith("file:")]
    if not masks or not address.startswith("file:"):
        return
    wanted = await files.picture_size(path_of(address))
    problems = []
    for field, mask in masks:
        size = await files.picture_size(path_of(mask))
        if size != wanted:
            told = "is {} x {} pixels, but the picture is {} x {}".format(*size, *wanted)
            problems.append(Problem(field, told))
    if problems:
        raise InvalidParams(tuple(problems))
