"""Smart select: the object that a box, a scribble or a click means (study/motion-preview.md §4)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from kling_desktop.domain.motion import cut, parts, raster
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.mask import Pixels

    Line: TypeAlias = tuple[Point, ...]

NO_EDGE = "No clear edge found: the box's ellipse was taken."
NOTHING_FOUND = "No object found there: draw a box around it."
NO_CLEARER = "No clear edge found: the mask stays as it was."
_BOX_SIDE, _SCRIBBLE_SIDE = 256, 192
"""Longest side of the small copy. The study lets a clock choose for scribbles, and then the same
scribble would not always give the same mask; the smaller one is as good (0.957 to 0.960)."""
_COLOURS = 5
_FAINT = 4.0
"""Distance in Lab below which the two sides of an outline look the same."""
_SEED_TOLERANCE = 16
"""Distance in Lab from the colour clicked at."""
_CLICK_REACH = 0.2
"""Of the picture's short side, around a click: as near as that the object may be anywhere."""
_NEAR_SCRIBBLE, _NEAR_CLICK = 60.0, 25.0
"""Distance in Lab that is always near enough to a colour pointed at; a click says less."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thick line, or a dot."""

    points: Line
    radius: float
    """Pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user has said about an object; either a box or at least one stroke on it."""

    box: Rect | None = None
    inside: tuple[Stroke, ...] = ()
    outside: tuple[Stroke, ...] = ()

    def corrected(self, stroke: Stroke, *, is_inside: bool) -> Hints:
        if is_inside:
            return replace(self, inside=(*self.inside, stroke))
        return replace(self, outside=(*self.outside, stroke))


@dataclass(frozen=True, slots=True)
class Found:
    """An answer."""

    mask: Mask
    words: str = ""
    """What the user should know of it."""


def find(picture: NDArray[np.uint8], hints: Hints) -> Found:
    """The object that is meant; the same for the same hints, and never an exception."""
    size = Size(picture.shape[1], picture.shape[0])
    hints = _usable(hints, size)
    if hints.box is not None and not hints.box.clipped(size.rect).is_empty:
        return _in_box(picture, hints.box.clipped(size.rect), hints)
    if hints.inside:
        return _by_strokes(picture, hints)
    return Found(Mask.empty(size), NOTHING_FOUND)


def tightened(picture: NDArray[np.uint8], mask: Mask) -> Found:
    """A rough mask drawn to the edges near its outline: a tenth of its size to either side."""
    if mask.bounds.is_empty:
        return Found(mask, NO_CLEARER)
    small = cut.small_copy(picture, _wider(mask.bounds, 0.25, mask.size), _BOX_SIDE)
    was = _shrunk(mask, small)
    band = max(2.0, 0.1 * math.sqrt(cv2.countNonZero(was)))
    guess = np.where(was != 0, np.uint8(cut.MAYBE_IN), np.uint8(cut.MAYBE_OUT))
    guess[_distance(was) > band] = cut.OUT
    guess[_distance(~was) > min(band, 0.8 * float(_distance(~was).max()))] = cut.IN
    cut.framed(small, guess)
    found = cut.cut(small, guess)
    is_lost = found is None or cv2.countNonZero(found) < 0.05 * cv2.countNonZero(was)
    if found is None or is_lost or cut.contrast(small, found) < _FAINT:
        return Found(mask, NO_CLEARER)
    return Found(cut.enlarged(small, cut.tidied(found)))


def _in_box(picture: NDArray[np.uint8], box: Rect, hints: Hints) -> Found:
    size = Size(picture.shape[1], picture.shape[0])
    around = _with_strokes(_wider(box, 0.25, size), hints.inside, size)
    small = cut.small_copy(picture, around, _BOX_SIDE)
    guess = np.full(small.shape, cut.OUT, np.uint8)
    (left, top), (right, bottom) = (small.place(Point(*each)) for each in (box[:2], box[2:]))
    guess[round(top) : max(round(bottom), 1), round(left) : max(round(right), 1)] = cut.MAYBE_IN
    marks, denied = _drawn(small, hints.inside), _drawn(small, hints.outside)
    guess[denied != 0], guess[marks != 0] = cut.OUT, cut.IN
    cut.framed(small, guess)
    found = cut.cut(small, guess)
    least = 0.05 * box.width * box.height * small.scale**2
    if found is not None:
        found = (cut.tidied(found) & (~denied | marks)) | parts.parts_touching(found, marks)
    if found is None or cv2.countNonZero(found) < least:
        corners = Point(box.left, box.top), Point(box.right, box.bottom)
        return Found(raster.ellipse(size, *corners), NO_EDGE)
    return Found(cut.enlarged(small, found))


def _by_strokes(picture: NDArray[np.uint8], hints: Hints) -> Found:
    small, marks = _marked_part(picture, hints)
    if not marks.any():
        return Found(Mask.empty(small.size), NOTHING_FOUND)
    is_click = len(hints.inside[0].points) == 1
    guess = _guessed(small, marks, _NEAR_CLICK if is_click else _NEAR_SCRIBBLE)
    denied = _drawn(small, hints.outside)
    guess[denied != 0], guess[marks != 0] = cut.OUT, cut.IN
    cut.framed(small, guess)
    found = cut.cut(small, guess)
    if found is None:
        return Found(Mask.empty(small.size), NOTHING_FOUND)
    found = parts.parts_touching(found, marks)
    found |= parts.small_holes(found, 0.02 * cv2.countNonZero(found)) & ~denied
    return Found(cut.enlarged(small, found))


def _marked_part(picture: NDArray[np.uint8], hints: Hints) -> tuple[cut.Small, Pixels]:
    """Where the object may be, and what of it is known to be in."""
    size, first = Size(picture.shape[1], picture.shape[0]), hints.inside[0]
    seed = _seed_of_click(picture, first) if len(first.points) == 1 else Mask.empty(size)
    reach = replace(first, radius=_CLICK_REACH * min(size)) if len(first.points) == 1 else first
    box = _with_strokes(seed.bounds, (reach, *hints.inside), size)
    part = box.grown(round(0.9 * max(box.width, box.height))).clipped(size.rect)
    small = cut.small_copy(picture, size.rect if part.is_empty else part, _SCRIBBLE_SIDE)
    core = cv2.erode(_shrunk(seed, small), np.ones((5, 5), np.uint8))
    return small, np.maximum(_drawn(small, hints.inside), np.asarray(core, np.uint8))


def _seed_of_click(picture: NDArray[np.uint8], dot: Stroke) -> Mask:
    """What of one colour hangs together at a click, roughly: it stands in for a scribble."""
    size = Size(picture.shape[1], picture.shape[0])
    whole = cut.small_copy(picture, size.rect, _BOX_SIDE)
    x, y = (int(each) for each in whole.place(dot.points[0]))
    x, y = min(max(x, 0), whole.shape[1] - 1), min(max(y, 0), whole.shape[0] - 1)
    apart = ((whole.pixels.astype(np.float32) - whole.pixels[y, x]) ** 2).sum(axis=2)
    near = np.where(apart <= _SEED_TOLERANCE**2, np.uint8(255), np.uint8(0))
    return cut.enlarged(whole, parts.connected(near, x, y, 4))


def _guessed(small: cut.Small, marks: Pixels, least: float) -> NDArray[np.uint8]:
    """What may be in: near the strokes, and of their colours."""
    side, distance = max(small.shape), _distance(marks)
    apart = _from_palette(small.pixels, marks)
    reach = max(1.6 * float(np.percentile(apart[marks != 0], 95)), least)
    guess = np.full(small.shape, cut.MAYBE_OUT, np.uint8)
    guess[(distance < 0.45 * side) & (apart < reach)] = cut.MAYBE_IN
    guess[distance > 0.6 * side] = cut.OUT
    return guess


def _from_palette(pixels: NDArray[np.uint8], marks: Pixels) -> NDArray[np.float32]:
    """Distance of each pixel from the nearest colour of those marked."""
    colours = pixels[marks != 0].astype(np.float32)
    count = min(_COLOURS, len(np.unique(colours, axis=0)))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    cv2.setRNGSeed(7)
    _, _, centres = cv2.kmeans(
        colours,
        count,
        np.zeros((len(colours), 1), np.int32),
        criteria,
        1,
        cv2.KMEANS_PP_CENTERS,
    )
    apart = [((pixels.astype(np.float32) - centre) ** 2).sum(axis=2) for centre in centres]
    nearest: NDArray[np.float32] = np.sqrt(np.min(apart, axis=0))
    return nearest


def _drawn(small: cut.Small, strokes: tuple[Stroke, ...]) -> Pixels:
    """Strokes in the small copy, at least a pixel wide."""
    canvas = np.zeros(small.shape, np.uint8)
    for stroke in strokes:
        places = [small.place(point) for point in stroke.points]
        line = np.floor(np.array(places)).astype(np.int32).reshape(-1, 1, 2)
        width = max(1, round(2 * stroke.radius * small.scale))
        cv2.polylines(canvas, [line], isClosed=False, color=(255,), thickness=width)
    return canvas


def _distance(marks: Pixels) -> NDArray[np.float32]:
    """From the nearest mark; infinite without one."""
    if not marks.any():
        return np.full(marks.shape, np.inf, np.float32)
    others = np.where(marks, np.uint8(0), np.uint8(1))
    return np.asarray(cv2.distanceTransform(others, cv2.DIST_L2, 5), np.float32)


def _shrunk(mask: Mask, small: cut.Small) -> Pixels:
    height, width = small.shape
    share = cv2.resize(mask.read(small.rect), (width, height), interpolation=cv2.INTER_AREA)
    return np.where(share >= 128, np.uint8(255), np.uint8(0))


def _wider(rect: Rect, share: float, size: Size) -> Rect:
    across, down = math.ceil(rect.width * share), math.ceil(rect.height * share)
    wide = Rect(rect.left - across, rect.top - down, rect.right + across, rect.bottom + down)
    return wide.clipped(size.rect)


def _with_strokes(rect: Rect, strokes: tuple[Stroke, ...], size: Size) -> Rect:
    for stroke in strokes:
        rect = rect.united(Rect.around(stroke.points, stroke.radius))
    return rect.clipped(size.rect)


def _usable(hints: Hints, size: Size) -> Hints:
    """Without what is not a number, and with what is far away brought near the picture."""
    near = size.rect.grown(max(size) + 1)

    def kept(strokes: tuple[Stroke, ...]) -> tuple[Stroke, ...]:
        clean = (replace(each, points=_near(each.points, near)) for each in strokes)
        return tuple(each for each in clean if each.points)

    return replace(hints, inside=kept(hints.inside), outside=kept(hints.outside))


def _near(points: Line, rect: Rect) -> Line:
    return tuple(
        Point(min(max(x, rect.left), rect.right), min(max(y, rect.top), rect.bottom))
        for x, y in points
        if math.isfinite(x) and math.isfinite(y)
    )
