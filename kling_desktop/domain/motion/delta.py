"""A version of a document as its difference to another: the tiles that changed, and few words."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import BadProject
from kling_desktop.domain.motion.mask import TILE, Mask
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.project_json import from_text, to_text

if TYPE_CHECKING:
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.mask import Tile

_BYTES = TILE * TILE // 8
_TILE = struct.Struct("<BIB")
"""Region, place in the mask, and whether there is a tile."""


def changes(new: MotionDocument, old: MotionDocument) -> bytes:
    """What makes the new one of the old one; of the picture they must agree."""
    tiles, data = [], []
    for region in new.regions:
        before = old.region(region.id)
        former = before.mask if before is not None else Mask.empty(new.size)
        pairs = zip(region.mask.tiles, former.tiles, strict=True)
        for index, (mine, its) in enumerate(pairs):
            if mine is not its and mine != its:
                tiles.append(_TILE.pack(region.id, index, mine is not None))
                data.append(mine or b"")
    words = to_text(Project(document=new)).encode()
    head = struct.pack("<II", len(words), len(tiles))
    return zlib.compress(b"".join((head, words, *tiles, *data)), 1)


def changed(old: MotionDocument, told: bytes) -> MotionDocument:
    """The new one of the old one and its difference.

    Raises:
        BadProject: it is no such difference.
    """
    try:
        return _changed(old, _unpacked(told))
    except (struct.error, zlib.error, ValueError, LookupError, json.JSONDecodeError) as error:
        raise BadProject("The journal", f"is damaged: {error}") from None


def _unpacked(told: bytes) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(told, 1 << 28)  # more than seven masks of the largest picture
    if not stream.eof:
        raise ValueError("a step is too long")
    return found


def _changed(old: MotionDocument, told: bytes) -> MotionDocument:
    size, count = struct.unpack_from("<II", told)
    start = struct.calcsize("<II")
    document = from_text(told[start : start + size], "The journal").document
    if document.size != old.size:
        raise ValueError("it is for another picture")
    masks = {
        each.id: list(found.mask.tiles if (found := old.region(each.id)) else each.mask.tiles)
        for each in document.regions
    }
    at, data = start + size, start + size + count * _TILE.size
    for place in range(at, data, _TILE.size):
        region, index, is_there = _TILE.unpack_from(told, place)
        tile: Tile | None = None
        if is_there:
            tile, data = told[data : data + _BYTES], data + _BYTES
            if len(tile) != _BYTES:
                raise ValueError("a tile is cut short")
        masks[region][index] = tile
    for each in document.regions:
        mask = Mask(document.size, tuple(masks[each.id]))
        document = document.with_region(replace(each, mask=mask))
    return document
