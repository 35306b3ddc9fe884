"""Masks that came as files, in a project or with an earlier job, become regions on the canvas."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import BadPicture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.engine.remote import RemoteEngine

MASKS, STATIC = "dynamic_masks", "static_mask_url"
FARTHEST = 1_000_000
"""Pixels from the edge; no picture is as large."""
FAR = "Masks that are on the web are not fetched; save them and open them as masks from files."
NO_MASKS = "The masks that came with it make no sense, so they were left out."
UNREADABLE = "The mask {} cannot be used: {}."


@dataclass(frozen=True, slots=True)
class GivenBrush:
    """What a request says of the brush."""

    values: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin = Origin.BOTTOM_LEFT
    """Where its points are counted from."""
    folder: Path = Path()
    """Where paths that are not whole begin."""

    def __bool__(self) -> bool:
        return any(self.values.get(each) for each in (MASKS, STATIC))


async def painted_as_given(
    document: MotionDocument, given: GivenBrush, engine: RemoteEngine
) -> tuple[MotionDocument, list[str]]:
    """The document with the masks that were given, and what has to be said of them."""
    from kling_desktop.domain.motion.asked import asked_of
    from kling_desktop.domain.motion.document import STATIC as STAYS
    from kling_desktop.domain.motion.document import RegionId
    from kling_desktop.domain.motion.given import GivenMask, with_masks

    try:
        asked = asked_of(_local(given), given.origin)
    except ValueError:
        return document, [NO_MASKS]
    if asked is None:
        return document, [FAR]
    if any(abs(number) > FARTHEST for each in asked.regions for at in each.points for number in at):
        return document, [NO_MASKS]
    wanted = [(RegionId(each.number), each.mask, each.points) for each in asked.regions]
    if asked.static:
        wanted.append((STAYS, asked.static, ()))
    masks, notes = [], []
    for region, path, points in wanted:
        try:
            rows = (await engine.decode_picture(Path(path))).rows
        except BadPicture as error:
            notes.append(UNREADABLE.format(Path(path).name, error.detail))
        else:
            masks.append(GivenMask(region, rows, points))
    return await asyncio.to_thread(with_masks, document, masks, given.origin), notes


def _local(given: GivenBrush) -> dict[str, Any]:
    """The same with whole addresses of files. Raises ValueError: it makes no sense."""
    from pydantic import TypeAdapter

    from kling_desktop.domain.motion.document import DYNAMIC
    from kling_desktop.domain.params import DynamicMask

    found: dict[str, Any] = {}
    entries = TypeAdapter(list[DynamicMask])
    if masks := given.values.get(MASKS):
        found[MASKS] = [
            {**each, "mask_url": _address(each["mask_url"], given.folder)}
            for each in entries.dump_python(entries.validate_python(masks))
        ][: len(DYNAMIC)]
    if static := given.values.get(STATIC):
        found[STATIC] = _address(static, given.folder)
    return found


def _address(told: object, folder: Path) -> str:
    text = str(told)
    if text.startswith(("http:", "https:", "data:", "file:")):
        return text
    return (folder / text).absolute().as_uri()
