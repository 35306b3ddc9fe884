"""The files that a request names: from the sandbox's own CDN or from ``data:``, nowhere else."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import ImageOps

from kling_desktop.domain.addresses import Loc, places
from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import BadMedia, BadPicture
from kling_desktop.media.pictures import named, open_picture
from kling_desktop.sandbox.addresses import own_file
from kling_desktop.sandbox.refusals import Refused, item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.sandbox.files import Files

LARGEST = 10 * 1024 * 1024
"""Bytes (``kling-facts.md`` §2)."""
SMALLEST_SIDE = 300
"""Pixels (``kling-facts.md`` §2)."""
RECORDINGS = frozenset((FieldKind.VIDEO, FieldKind.SOUND))
_FORMATS = {FieldKind.VIDEO: "video", FieldKind.SOUND: "audio"}
"""What fal calls them in the types of its errors."""
_ENOUGH = (2560, 2560)
"""No clip shows more of a picture than this."""


class _Unusable(Exception):
    """A picture that the model cannot take: type, message and context of the error."""

    def __init__(self, kind: str, message: str, **context: object) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.context = context


def load_pictures(
    endpoint: Endpoint, params: Mapping[str, Any], files: Files
) -> dict[Loc, NDArray[np.uint8]]:
    """All pictures of an input, upright and in RGB, by their place in it.

    Raises:
        Refused: with every picture that cannot be used.
    """
    loaded: dict[Loc, NDArray[np.uint8]] = {}
    wrong: list[dict[str, Any]] = []
    for loc, kind, address in places(endpoint, params):
        if kind in RECORDINGS:
            continue
        try:
            smallest = 1 if kind is FieldKind.MASKS else SMALLEST_SIDE
            loaded[loc] = _decoded(_fetched(address, files), smallest=smallest)
        except _Unusable as reason:
            wrong.append(item(loc, reason.kind, reason.message, address, **reason.context))
    if wrong:
        raise Refused(wrong)
    return loaded


def load_recordings(
    endpoint: Endpoint, params: Mapping[str, Any], files: Files
) -> dict[FieldKind, tuple[Path, float]]:
    """The first video and the first sound of an input, and how many seconds they have.

    Raises:
        Refused: with every one that cannot be used.
    """
    from kling_desktop.media.sources import seconds_of

    loaded: dict[FieldKind, tuple[Path, float]] = {}
    wrong: list[dict[str, Any]] = []
    for loc, kind, address in places(endpoint, params):
        if kind not in RECORDINGS:
            continue
        path = files.path(own_file(address) or "")
        if path is None:
            wrong.append(item(loc, "file_download_error", "Failed to download the file", address))
            continue
        try:
            loaded.setdefault(kind, (path, seconds_of(path, kind)))
        except BadMedia as error:
            wrong.append(item(loc, f"unsupported_{_FORMATS[kind]}_format", str(error), address))
    if wrong:
        raise Refused(wrong)
    return loaded


def _fetched(address: str, files: Files) -> bytes:
    if address.startswith("data:"):
        return _inline(address)
    file_id = own_file(address)
    path = files.path(file_id) if file_id else None
    if path is None:
        raise _Unusable("file_download_error", "Failed to download the file")
    if path.stat().st_size > LARGEST:
        raise _Unusable("file_too_large", "File size exceeds the limit", max_size=LARGEST)
    return path.read_bytes()


def _inline(address: str) -> bytes:
    header, _, payload = address.partition(",")
    try:
        if header.endswith(";base64"):
            return base64.b64decode(payload)
        return unquote_to_bytes(payload)
    except (binascii.Error, ValueError):
        raise _Unusable("file_download_error", "Failed to decode the data URI") from None


def _decoded(data: bytes, *, smallest: int) -> NDArray[np.uint8]:
    try:
        with named("It"), open_picture("It", data) as image:
            image.load()
            upright = ImageOps.exif_transpose(image)
    except BadPicture:
        raise _Unusable("image_load_error", "Failed to load the image") from None
    if min(upright.size) < smallest:
        raise _Unusable(
            "image_too_small", "Image too small", min_height=smallest, min_width=smallest
        )
    upright.thumbnail(_ENOUGH)
    return np.array(upright.convert("RGB"))
