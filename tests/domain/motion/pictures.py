"""Pictures of one object whose every pixel is known: one texture in the shape of a thing, another
around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kling_desktop.domain.motion import raster
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.tools.tool import Scene
from kling_desktop.paths import resource

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.mask import Mask

ONE, TWO = DYNAMIC[:2]


@dataclass(frozen=True)
class Shown:
    """A picture and where its object is."""

    name: str
    pixels: NDArray[np.uint8]
    truth: Mask

    @property
    def size(self) -> Size:
        return self.truth.size

    @property
    def box(self) -> Rect:
        """As a user draws it: 6 % too large."""
        rect = self.truth.bounds
        margin = round(0.06 * max(rect.width, rect.height))
        return rect.grown(margin).clipped(self.size.rect)

    @property
    def inner_line(self) -> tuple[Point, ...]:
        """A scribble along the middle of the object, well inside."""
        rect = self.truth.bounds
        places = [
            Point(rect.left + rect.width * share, (rect.top + rect.bottom) / 2)
            for share in np.linspace(0.25, 0.75, 12).tolist()
        ]
        return tuple(each for each in places if self.truth.holds(each))


def scene_of(pixels: NDArray[np.uint8]) -> Scene:
    size = Size(pixels.shape[1], pixels.shape[0])
    return Scene(MotionDocument.blank(PictureRef(size)), ONE, pixels)


def overlap(found: Mask, truth: Mask) -> float:
    """Intersection over union."""
    whole = found.united(truth).area
    return found.common(truth).area / whole if whole else 1.0


def flat(size: Size, colour: tuple[int, int, int] = (90, 160, 200)) -> NDArray[np.uint8]:
    return np.full((size.height, size.width, 4), (*colour, 255), np.uint8)


@cache
def clear_objects(width: int = 960) -> tuple[Shown, ...]:
    """Objects that differ from what is around them in colour, as most things do."""
    size = Size(width, width * 9 // 16)
    boat, portrait = _photo("boat.jpg", size), _photo("astronaut.jpg", size)
    return (
        _shown("blob on noise", size, _blob(size, 5, 0.25), _noise(size, (60, 90, 200), 1), 2),
        _shown("ellipse on waves", size, _blob(size, 1, 0.0), _noise(size, (60, 190, 80), 3), 4),
        _shown("star on noise", size, _blob(size, 6, 0.4), _noise(size, (200, 120, 40), 5), 6),
        Shown(
            "grain on a photograph",
            _laid(_noise(size, (40, 220, 240), 7), boat, _blob(size, 3, 0.2)),
            _blob(size, 3, 0.2),
        ),
        Shown(
            "photograph on grain",
            _laid(_tinted(portrait, (0.3, 0.6, 1.0)), _noise(size, (170, 150, 90), 8), _egg(size)),
            _egg(size),
        ),
    )


def _shown(name: str, size: Size, truth: Mask, inside: NDArray[np.uint8], seed: int) -> Shown:
    around = _noise(size, (128 + 10 * seed, 130, 120), seed)
    return Shown(name, _laid(inside, around, truth), truth)


def _laid(inside: NDArray[np.uint8], around: NDArray[np.uint8], truth: Mask) -> NDArray[np.uint8]:
    """One over the other, with the soft edge that a lens gives."""
    share = cv2.GaussianBlur(truth.read(truth.size.rect), (0, 0), 0.8)[:, :, None] / 255.0
    return np.asarray(inside * share + around * (1 - share), np.uint8)


def _noise(size: Size, colour: tuple[int, int, int], seed: int) -> NDArray[np.uint8]:
    """Grain and soft patches about a colour."""
    random = np.random.default_rng(seed)
    shape = (size.height, size.width)
    patches = cv2.resize(random.normal(0, 14, (9, 16, 3)), (size.width, size.height))
    grain = random.normal(0, 8, (*shape, 1))
    pixels = np.full((*shape, 4), 255, np.uint8)
    pixels[:, :, :3] = np.clip(np.array(colour) + patches + grain, 0, 255)
    return pixels


def portrait() -> NDArray[np.uint8]:
    """The astronaut, before a flag and a model of the shuttle."""
    return _photo("astronaut.jpg", Size(512, 512))


def _photo(name: str, size: Size) -> NDArray[np.uint8]:
    pixels = cv2.imread(str(resource(f"samples/{name}")))
    assert pixels is not None
    return cv2.cvtColor(cv2.resize(pixels, tuple(size)), cv2.COLOR_BGR2BGRA).astype(np.uint8)


def _tinted(pixels: NDArray[np.uint8], by: tuple[float, float, float]) -> NDArray[np.uint8]:
    return np.asarray(pixels * np.array([*by, 1.0]), np.uint8)


def _blob(size: Size, arms: int, depth: float) -> Mask:
    """Round, with arms."""
    turns = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    reach = size.height * 0.33 * (1 - depth / 2 + depth / 2 * np.cos(arms * turns))
    x, y = size.width * 0.45 + reach * np.cos(turns), size.height * 0.5 + reach * np.sin(turns)
    return raster.polygon(size, [Point(*each) for each in zip(x.tolist(), y.tolist(), strict=True)])


def _egg(size: Size) -> Mask:
    return raster.ellipse(
        size,
        Point(size.width * 0.3, size.height * 0.15),
        Point(size.width * 0.62, size.height * 0.85),
    )
