"""How the picture lies in the window: zoom, rotation, mirror and place, as one pure value.

Three kinds of coordinates: *picture* (pixels of the picture), *device* (pixels of the screen) and
*logical* (what the toolkit counts in; ``ratio`` device pixels each). All begin at the top left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from kling_desktop.domain.motion.geometry import Point

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Size

    Matrix: TypeAlias = tuple[float, float, float, float, float, float]
    """``x' = a x + c y + dx``, ``y' = b x + d y + dy``, as (a, b, c, d, dx, dy)."""
    Box: TypeAlias = tuple[float, float, float, float]
    """Left, top, right and bottom."""

LARGEST = 64.0
"""Device pixels that a pixel of the picture is shown with at most."""
SMALLEST_SIDE = 24.0
"""Device pixels of the longer side of a picture that is shown as small as can be."""
_MARGIN = 12.0
"""Logical pixels around a picture that is fitted."""
_QUARTERS = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
_FLAT = 1e-9
ORIGIN = Point(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class View:
    """Mirrored first if at all, then turned about the picture's origin, scaled, and moved."""

    scale: float = 1.0
    """Device pixels of one pixel of the picture: 1 is 100 %."""
    angle: float = 0.0
    """Degrees clockwise, from 0 up to 360."""
    is_mirrored: bool = False
    offset: Point = ORIGIN
    """Where the picture's origin is, in device pixels."""
    ratio: float = 1.0
    """Device pixels in one logical pixel."""
    matrix: Matrix = field(init=False, repr=False, compare=False)
    """From picture to device coordinates."""
    inverse: Matrix = field(init=False, repr=False, compare=False)
    """From device coordinates to the picture."""

    def __post_init__(self) -> None:
        cos, sin = _QUARTERS.get(self.angle) or _turned(self.angle)
        across = -self.scale if self.is_mirrored else self.scale
        matrix = (across * cos, across * sin, -self.scale * sin, self.scale * cos, *self.offset)
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "inverse", _inverted(matrix))

    @property
    def is_upright(self) -> bool:
        """Whether rows and columns of the picture run along those of the screen."""
        return self.angle in _QUARTERS

    @property
    def picture_pixels(self) -> float:
        """Pixels of the picture along one logical pixel."""
        return self.ratio / self.scale

    def to_device(self, point: Point) -> Point:
        a, b, c, d, dx, dy = self.matrix
        return Point(a * point.x + c * point.y + dx, b * point.x + d * point.y + dy)

    def to_view(self, point: Point) -> Point:
        """The place in logical pixels where a place of the picture is shown."""
        at = self.to_device(point)
        return Point(at.x / self.ratio, at.y / self.ratio)

    def from_device(self, point: Point) -> Point:
        e, f, g, h, _, _ = self.inverse
        x, y = point.x - self.offset.x, point.y - self.offset.y
        return Point(e * x + g * y, f * x + h * y)

    def to_picture(self, point: tuple[float, float]) -> Point:
        """What is shown at a place in logical pixels; it may lie outside the picture."""
        (x, y), (left, top), ratio = point, self.offset, self.ratio
        e, f, g, h, _, _ = self.inverse
        x, y = x * ratio - left, y * ratio - top
        return Point(e * x + g * y, f * x + h * y)

    def level(self, count: int) -> int:
        """Which of so many halved pictures is drawn: the smallest that need not be enlarged."""
        if self.scale >= 1:
            return 0
        return min(count - 1, math.floor(_FLAT - math.log2(self.scale)))

    def panned(self, dx: float, dy: float) -> View:
        """Moved by device pixels."""
        return replace(self, offset=Point(self.offset.x + dx, self.offset.y + dy))

    def zoomed(self, factor: float, about: Point, size: Size) -> View:
        """Enlarged, with the same place of the picture at a device pixel; within the limits."""
        smallest = min(1.0, SMALLEST_SIDE / max(size.width, size.height, 1))
        scale = min(max(self.scale * factor, smallest), LARGEST)
        return self._about(about, replace(self, scale=_settled(scale)))

    def rotated(self, degrees: float, about: Point) -> View:
        """Turned clockwise about a device pixel."""
        angle = (self.angle + degrees) % 360
        return self._about(about, replace(self, angle=0.0 if angle == 360 else angle))

    def unrotated(self, about: Point) -> View:
        return self._about(about, replace(self, angle=0.0))

    def mirrored(self, viewport: Size) -> View:
        """As in a mirror: left and right of the viewport change sides."""
        offset = Point(viewport.width - self.offset.x, self.offset.y)
        angle = -self.angle % 360
        return replace(self, angle=angle, is_mirrored=not self.is_mirrored, offset=offset)

    def at_ratio(self, ratio: float) -> View:
        """The same on a screen of another density: everything keeps its size in logical pixels."""
        change = ratio / self.ratio
        return replace(
            self, scale=self.scale * change, offset=self.offset.scaled(change), ratio=ratio
        )

    def at_scale(self, scale: float, viewport: Size, size: Size) -> View:
        """Enlarged or reduced about the middle of the viewport."""
        return self.zoomed(scale / self.scale, middle(viewport), size)

    def fitted(self, size: Size, viewport: Size) -> View:
        """The whole picture in the middle, as large as it can be; turned as it is."""
        cos, sin = abs(self.matrix[0]) / self.scale, abs(self.matrix[1]) / self.scale
        width = size.width * cos + size.height * sin
        height = size.width * sin + size.height * cos
        margin = 2 * _MARGIN * self.ratio
        across = max(viewport.width - margin, 8) / max(width, 1)
        down = max(viewport.height - margin, 8) / max(height, 1)
        scaled = replace(self, scale=min(across, down, LARGEST))
        return scaled.showing(Point(size.width / 2, size.height / 2), middle(viewport))

    def limited(self, size: Size, viewport: Size) -> View:
        """Moved back so that the middle of the viewport shows some place of the picture.

        Where a pixel of the picture takes whole pixels of the screen, they are laid upon them:
        half a pixel beside, everything would be blurred.
        """
        centre = middle(viewport)
        there = self.from_device(centre)
        within = Point(min(max(there.x, 0), size.width), min(max(there.y, 0), size.height))
        kept = self if within == there else self.showing(within, centre)
        steps = kept.scale if kept.scale >= 1 else math.log2(kept.scale)
        if kept.is_upright and steps == round(steps):
            offset = Point(float(round(kept.offset.x)), float(round(kept.offset.y)))
            kept = replace(kept, offset=offset)
        return kept

    def _about(self, about: Point, after: View) -> View:
        return after.showing(self.from_device(about), about)

    def showing(self, place: Point, at: Point) -> View:
        """Moved so that a place of the picture is at a device pixel."""
        now = self.to_device(place)
        return self.panned(at.x - now.x, at.y - now.y)


def middle(viewport: Size) -> Point:
    return Point(viewport.width / 2, viewport.height / 2)


def bounds(matrix: Matrix, box: Box) -> Box:
    """The smallest upright box that holds another one after it was mapped."""
    a, b, c, d, dx, dy = matrix
    left, top, right, bottom = box
    if not b and not c and a > 0 and d > 0:
        return a * left + dx, d * top + dy, a * right + dx, d * bottom + dy
    return (
        dx + min(a * left, a * right) + min(c * top, c * bottom),
        dy + min(b * left, b * right) + min(d * top, d * bottom),
        dx + max(a * left, a * right) + max(c * top, c * bottom),
        dy + max(b * left, b * right) + max(d * top, d * bottom),
    )


def _inverted(matrix: Matrix) -> Matrix:
    a, b, c, d, dx, dy = matrix
    area = a * d - b * c
    e, f, g, h = d / area, -b / area, -c / area, a / area
    return e, f, g, h, -(e * dx + g * dy), -(f * dx + h * dy)


def _turned(angle: float) -> tuple[float, float]:
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


def _settled(scale: float) -> float:
    """Exactly a power of two if it is one but for the rounding of many small steps."""
    nearest = 2.0 ** round(math.log2(scale))
    return nearest if math.isclose(scale, nearest, rel_tol=1e-6) else scale
