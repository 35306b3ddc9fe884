"""Masks that a project or an input names by file come onto the canvas."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import BadPicture, BadProject
from kling_desktop.domain.params import BRUSH_FIELDS
from kling_desktop.ui.forms.shelf import REMOTE, path_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.given import GivenMask
    from kling_desktop.engine.remote import RemoteEngine

INPUT: Final = ".json"
LARGEST: Final = 4_000_000
"""Bytes of an input."""
ON_CANVAS: Final = "The masks that it names are on the canvas now, and can be changed there."
PAINTED: Final = "It names masks besides what is painted in it; they were left out."
ELSEWHERE: Final = "A mask is on the web and was not fetched; save it and bring the file: {}."
UNREADABLE: Final = "A mask cannot be used: {}."


@dataclass(frozen=True, slots=True)
class GivenInput:
    """An input document, as ``generate --input`` takes it, or ``--dry-run --json`` shows it."""

    values: Mapping[str, Any]
    endpoint: str = ""


def without_masks(values: Mapping[str, Any]) -> dict[str, Any]:
    """An input without what belongs onto the canvas."""
    return {name: each for name, each in values.items() if name not in BRUSH_FIELDS}


async def read_input(path: Path) -> GivenInput:
    """Raises BadProject."""
    return await asyncio.to_thread(_read, path)


async def with_given_masks(
    engine: RemoteEngine,
    document: MotionDocument,
    endpoint: Endpoint,
    values: Mapping[str, Any],
    beside: Path,
) -> tuple[MotionDocument, list[str]]:
    """The document with the masks that an input names, and what has to be said about them."""
    from kling_desktop.domain.motion.given import masks_in, put_on

    named, notes = masks_in(values), list[str]()
    if not named or not document.is_blank:
        return document, [PAINTED] if named else []
    found: list[tuple[GivenMask, NDArray[Any]]] = []
    for each in named:
        if each.address.startswith(REMOTE):
            notes.append(ELSEWHERE.format(each.address[:200]))
            continue
        try:
            decoded = await engine.decode_picture(beside.parent / path_of(each.address))
        except BadPicture as error:
            notes.append(UNREADABLE.format(error))
        else:
            found.append((each, decoded.rows))
    if found:
        origin = endpoint.brush.origin if endpoint.brush else Origin.BOTTOM_LEFT
        document = await asyncio.to_thread(put_on, document, found, origin)
        notes.insert(0, ON_CANVAS)
    return document, notes


def _read(path: Path) -> GivenInput:
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(LARGEST + 1))
    except OSError as error:
        raise BadProject(path.name, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadProject(path.name, "is no input of a clip: it is not JSON") from None
    match told:
        case {"endpoint": str(endpoint), "body": dict(body)}:
            return GivenInput(body, endpoint)
        case dict():
            return GivenInput(told)
        case _:
            raise BadProject(path.name, "is no input of a clip: that is a JSON object of fields")
