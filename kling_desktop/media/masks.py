"""Masks of files that people bring: grey, of 8 bits, and nothing but black and white."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.png import encode_mask
from kling_desktop.domain.motion.unpng import BadMask, decode_mask
from kling_desktop.media.pictures import Prepared, prepare, read_bytes, upright_size

if TYPE_CHECKING:
    from pathlib import Path

_HALF = np.uint8(128)


def prepare_mask(path: Path) -> Prepared:
    """Read a mask; what is at least half white in it is in. The same mask gives the same bytes.

    Raises:
        BadPicture: it cannot be used; says why.
    """
    data = read_bytes(path)
    size = Size(*upright_size(path.name, data))
    try:
        mask = decode_mask(data, size)
    except BadMask:
        mask = _of_any_picture(path)
    return Prepared(encode_mask(mask), ".png", *mask.size)


def _of_any_picture(path: Path) -> Mask:
    from PIL import Image

    with Image.open(io.BytesIO(prepare(path).data)) as picture:
        return Mask.of(np.asarray(picture.convert("L")) & _HALF)
