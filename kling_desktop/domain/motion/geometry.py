"""Points and rectangles in the pixels of the upright picture.

The origin is the top left corner, y grows downwards, and the pixel in column 3 covers x from 3 up
to 4: its middle is at 3.5. Rectangles have whole edges and leave out their right and bottom ones,
as slices do.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Point(NamedTuple):
    """A place, which may lie outside the picture."""

    x: float
    y: float

    def __add__(self, other: object) -> Point:
        return Point(self.x + other.x, self.y + other.y) if isinstance(other, Point) else self

    def __sub__(self, other: Point) -> Point:
        return Point(self.x - other.x, self.y - other.y)

    def scaled(self, factor: float) -> Point:
        return Point(self.x * factor, self.y * factor)

    def distance(self, other: Point) -> float:
        return math.hypot(self.x - other.x, self.y - other.y)


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int

    @property
    def rect(self) -> Rect:
        return Rect(0, 0, self.width, self.height)


class Rect(NamedTuple):
    """Whole pixels: columns ``left`` to ``right - 1``, rows ``top`` to ``bottom - 1``."""

    left: int
    top: int
    right: int
    bottom: int

    @staticmethod
    def around(points: list[Point] | tuple[Point, ...], margin: float = 0.0) -> Rect:
        """The smallest one that holds the points, and that much more on each side."""
        return Rect(
            math.floor(min(point.x for point in points) - margin),
            math.floor(min(point.y for point in points) - margin),
            math.ceil(max(point.x for point in points) + margin),
            math.ceil(max(point.y for point in points) + margin),
        )

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, for an array of the whole picture; it must lie within the picture."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def moved(self, dx: int, dy: int) -> Rect:
        return Rect(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def grown(self, margin: int) -> Rect:
        return Rect(
            self.left - margin, self.top - margin, self.right + margin, self.bottom + margin
        )

    def clipped(self, other: Rect) -> Rect:
        """What both have in common; an empty one where they do not meet."""
        left, top, right, bottom = self
        other_left, other_top, other_right, other_bottom = other
        if (
            left >= other_left
            and top >= other_top
            and right <= other_right
            and (left <= right and top <= bottom <= other_bottom)
        ):
            return self
        left, top = max(left, other_left), max(top, other_top)
        right, bottom = min(right, other_right), min(bottom, other_bottom)
        return Rect(left, top, max(left, right), max(top, bottom))

    def united(self, other: Rect) -> Rect:
        """The smallest one that holds both; an empty one adds nothing."""
        left, top, right, bottom = self
        other_left, other_top, other_right, other_bottom = other
        if right <= left or bottom <= top:
            return other
        if other_right <= other_left or other_bottom <= other_top:
            return self
        return Rect(  # plain comparisons: each movement of a brush asks several times
            left if left < other_left else other_left,
            top if top < other_top else other_top,
            right if right > other_right else other_right,
            bottom if bottom > other_bottom else other_bottom,
        )

    def aligned(self, step: int) -> Rect:
        """Grown until every edge is a multiple of the step."""
        return Rect(
            self.left // step * step,
            self.top // step * step,
            -(-self.right // step) * step,
            -(-self.bottom // step) * step,
        )


NOTHING = Rect(0, 0, 0, 0)
