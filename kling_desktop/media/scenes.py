"""The still that a rendered clip starts from, for each of the inputs that Kling takes."""

from __future__ import annotations

import textwrap
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_INK = (245, 245, 245)
_SHADOW = (12, 12, 16)
_LONGEST_CAPTION = 240
"""Characters; more would not be legible."""


def fill(
    picture: NDArray[np.uint8], size: tuple[int, int], method: int | None = None
) -> NDArray[np.uint8]:
    """The picture scaled and cropped around its middle to cover ``size`` exactly."""
    width, height = size
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    scaled = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    if method is None:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    whole = cv2.resize(picture, scaled, interpolation=method)
    left, top = (scaled[0] - width) // 2, (scaled[1] - height) // 2
    return np.ascontiguousarray(whole[top : top + height, left : left + width], dtype=np.uint8)


def prompt_scene(prompt: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A calm gradient whose colours come from the prompt, with the prompt on it."""
    return caption(_gradient(zlib.crc32(prompt.encode()), size), prompt)


def row_scene(pictures: Sequence[NDArray[np.uint8]], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The pictures side by side, each filling its share of the frame."""
    width, height = size
    edges = [round(width * each / len(pictures)) for each in range(len(pictures) + 1)]
    parts = [
        fill(picture, (right - left, height))
        for picture, left, right in zip(pictures, edges, edges[1:], strict=False)
    ]
    return np.ascontiguousarray(np.hstack(parts))


def caption(still: NDArray[np.uint8], text: str, *, at: float = 0.5) -> NDArray[np.uint8]:
    """The still with a text across it, ``at`` this share of its height."""
    image = Image.fromarray(still)
    draw = ImageDraw.Draw(image)
    short = textwrap.shorten(text, _LONGEST_CAPTION, placeholder=" …") or text[:_LONGEST_CAPTION]
    height = max(18, min(image.size) // 14)
    lines = textwrap.fill(short, max(8, round(image.width * 0.86 / (height * 0.55))))
    draw.multiline_text(
        (image.width / 2, image.height * at),
        lines,
        font=ImageFont.load_default(size=height),
        fill=_INK,
        anchor="mm",
        align="center",
        stroke_width=max(1, height // 14),
        stroke_fill=_SHADOW,
    )
    return np.array(image)


def _gradient(seed: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    one, other = np.random.default_rng(seed).integers(24, 168, size=(2, 3))
    down, across = np.linspace(0, 0.7, height)[:, None], np.linspace(0, 0.3, width)[None, :]
    share = (down + across)[..., None]
    return np.asarray(one * (1 - share) + other * share, dtype=np.uint8)
