"""The way that a region takes: a curve of nodes with handles, and how speed is spread along it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kling_desktop.domain.motion.geometry import Point

NO_HANDLE = Point(0.0, 0.0)


class Join(Enum):
    """How the curve passes a node."""

    CORNER = "corner"
    """Each handle is moved by itself."""
    SMOOTH = "smooth"
    """The handles lie on one line; their lengths may differ."""
    SYMMETRIC = "symmetric"
    """The handles mirror each other."""


class Ease(Enum):
    """How the speed changes on the way. Points on the wire are equally spaced in time."""

    EVEN = "even"
    IN = "in"
    OUT = "out"
    IN_OUT = "in-out"


@dataclass(frozen=True, slots=True)
class Node:
    """A place that the curve passes, with a cubic Bezier handle on each side."""

    point: Point
    before: Point = NO_HANDLE
    """From the point to the handle on the side that the curve comes from."""
    after: Point = NO_HANDLE
    """From the point to the handle on the side where it goes on."""
    join: Join = Join.CORNER

    def moved(self, by: Point) -> Node:
        return replace(self, point=self.point + by)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A path with a direction; with fewer than two nodes nothing moves."""

    nodes: tuple[Node, ...] = ()
    ease: Ease = Ease.EVEN

    @property
    def is_empty(self) -> bool:
        """Whether it leads nowhere."""
        return len(self.nodes) < 2

    @staticmethod
    def through(points: tuple[Point, ...] | list[Point]) -> Trajectory:
        """Straight from point to point."""
        return Trajectory(tuple(Node(point) for point in points))
