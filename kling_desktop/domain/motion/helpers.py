"""Ready-made ways: a few numbers become a plain path, which is edited like any other.

A path moves a region and nothing else: what a camera would do to it, such as a push in, is the
way that the region takes on the screen meanwhile.
"""

from __future__ import annotations

import math
import random
from dataclasses import astuple, dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from kling_desktop.domain.motion.curve import is_sound
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.smoothing import joined_softly
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Ease, Join, Node, Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.motion.geometry import Size


class Helper(Enum):
    """What there is."""

    PAN = "pan"
    """Straight in a direction."""
    PUSH_IN = "push in"
    """Away from the picture's middle, as what is in front of a camera that drives in."""
    PULL_OUT = "pull out"
    """Towards the picture's middle."""
    ARC = "arc"
    """Along a part of a circle."""
    ORBIT = "orbit"
    """Round a place behind it, and back to the start."""
    SHAKE = "shake"
    """To and fro at random, and back to the start."""
    WAVE = "wave"
    """Up and down on the way in a direction."""


@dataclass(frozen=True, slots=True)
class HelperOptions:
    """The numbers of all helpers; ``USES`` says which each takes."""

    direction: float = 0.0
    """Degrees: 0 to the right, 90 down, as on the screen."""
    distance: float = 20.0
    """From start to end in percent of the picture's width; of an orbit, its width."""
    sweep: float = 90.0
    """Degrees that an arc turns by, 1 to 300; below zero to the other side."""
    height: float = 5.0
    """Of a wave and of an orbit from its middle, and of a shake: percent of the width."""
    times: float = 2.0
    """Waves, rounds of an orbit, or shakes; at least a quarter, rounds and shakes whole."""
    seed: int = 1
    """Of a shake: another number is another shake."""


USES: Mapping[Helper, tuple[str, ...]] = {
    Helper.PAN: ("direction", "distance"),
    Helper.PUSH_IN: ("distance",),
    Helper.PULL_OUT: ("distance",),
    Helper.ARC: ("direction", "distance", "sweep"),
    Helper.ORBIT: ("distance", "height", "times"),
    Helper.SHAKE: ("height", "times", "seed"),
    Helper.WAVE: ("direction", "distance", "height", "times"),
}
"""Which fields of ``HelperOptions`` each takes."""
MOST_TIMES = 20
_CIRCLE = 4 / 3
"""With the tangent of a quarter of the turn: how long the handles of an arc are, in radii."""


def expanded(helper: Helper, start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """The path of a helper.

    Args:
        helper: Which one.
        start: Where it begins, such as a region's centroid.
        size: Of the picture.
        options: Its numbers.

    Raises:
        ValueError: a number is none, or leads too far away.
    """
    if not all(math.isfinite(number) for number in (*start, *astuple(options))):
        raise ValueError("a number of a path must be one")
    path = _MAKERS[helper](start, size, options)
    if not is_sound(path):
        raise ValueError("a path must stay near the picture")
    return path


def pan(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    return Trajectory.through([start, start + _way(size, options)])


def push_in(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """Faster and faster, since what comes nearer seems to. From the middle it sinks."""
    outwards = _unit(start - _middle(size), least=1.0)
    end = start + outwards.scaled(_pixels(size, options.distance))
    return Trajectory(Trajectory.through([start, end]).nodes, Ease.IN)


def pull_out(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """Slower and slower. In the middle it rises, as what goes away over a plain does."""
    inwards = _unit(start - _middle(size), least=1.0).scaled(-1)
    end = start + inwards.scaled(_pixels(size, options.distance))
    return Trajectory(Trajectory.through([start, end]).nodes, Ease.OUT)


def arc(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """From start to end, which lie in the direction, along a circle that turns by the sweep."""
    sweep = math.radians(_limited(abs(options.sweep), 1, 300))
    side = -1 if options.sweep < 0 else 1
    chord = _way(size, options)
    radius = math.hypot(*chord) / (2 * math.sin(sweep / 2))
    heading = math.atan2(chord.y, chord.x) - side * sweep / 2
    centre = start + _towards(heading + side * math.pi / 2, radius)
    first = heading - side * math.pi / 2
    return _round(centre, (radius, radius), first, side * sweep)


def orbit(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """Round an ellipse whose nearest place is the start: first to the right, then behind."""
    wide, high = _pixels(size, options.distance) / 2, _pixels(size, options.height)
    rounds = _times(options)
    centre = Point(start.x, start.y - high)
    return _round(centre, (wide, high), math.pi / 2, -math.tau * rounds)


def shake(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """Always to the other side, so that two shakes never lie together."""
    chance = random.Random(options.seed)  # noqa: S311 - a shake is no secret
    reach = _pixels(size, options.height)
    angle, points = chance.uniform(0, math.tau), [start]
    for _ in range(_times(options) * 2):
        angle += math.pi + chance.uniform(-0.8, 0.8)
        points.append(start + _towards(angle, reach * chance.uniform(0.6, 1.0)))
    return joined_softly(np.array([*points, start], float))


def wave(start: Point, size: Size, options: HelperOptions) -> Trajectory:
    """A sine about the straight way: first to the left of it, which is up on the way right."""
    chord, waves = _way(size, options), _limited(options.times, 0.25, MOST_TIMES)
    along, high = _unit(chord), _pixels(size, options.height)
    across = Point(along.y, -along.x)
    quarters = math.ceil(waves * 4)
    step = waves * math.tau / quarters
    nodes = []
    for index in range(quarters + 1):
        phase = index * step
        place = start + chord.scaled(index / quarters) + across.scaled(high * math.sin(phase))
        slope = across.scaled(high * math.cos(phase) * step / 3)
        handle = chord.scaled(1 / (3 * quarters)) + slope
        nodes.append(Node(place, handle.scaled(-1), handle, Join.SYMMETRIC))
    return _open(nodes)


_Maker: TypeAlias = "Callable[[Point, Size, HelperOptions], Trajectory]"
_MAKERS: Mapping[Helper, _Maker] = {
    Helper.PAN: pan,
    Helper.PUSH_IN: push_in,
    Helper.PULL_OUT: pull_out,
    Helper.ARC: arc,
    Helper.ORBIT: orbit,
    Helper.SHAKE: shake,
    Helper.WAVE: wave,
}


def _round(centre: Point, radii: tuple[float, float], first: float, sweep: float) -> Trajectory:
    """Along an ellipse, in pieces of a quarter at most."""
    pieces = max(1, math.ceil(abs(sweep) / (math.pi / 2) - 1e-9))
    step = sweep / pieces
    long = _CIRCLE * math.tan(step / 4)
    nodes = []
    for index in range(pieces + 1):
        angle = first + index * step
        sin, cos = math.sin(angle), math.cos(angle)
        place = Point(centre.x + radii[0] * cos, centre.y + radii[1] * sin)
        handle = Point(-radii[0] * sin * long, radii[1] * cos * long)
        nodes.append(Node(place, handle.scaled(-1), handle, Join.SYMMETRIC))
    return _open(nodes)


def _open(nodes: list[Node]) -> Trajectory:
    """Without the handles beyond its ends."""
    first, last = nodes[0], nodes[-1]
    nodes[0] = Node(first.point, NO_HANDLE, first.after, first.join)
    nodes[-1] = Node(last.point, last.before, NO_HANDLE, last.join)
    return Trajectory(tuple(nodes))


def _way(size: Size, options: HelperOptions) -> Point:
    return _towards(math.radians(options.direction), _pixels(size, options.distance))


def _towards(angle: float, distance: float) -> Point:
    return Point(math.cos(angle) * distance, math.sin(angle) * distance)


def _pixels(size: Size, percent: float) -> float:
    return percent * size.width / 100


def _middle(size: Size) -> Point:
    return Point(size.width / 2, size.height / 2)


def _unit(way: Point, least: float = 1e-9) -> Point:
    """Of length 1; down where there is hardly any."""
    long = math.hypot(*way)
    return way.scaled(1 / long) if long >= least else Point(0.0, 1.0)


def _times(options: HelperOptions) -> int:
    return round(_limited(options.times, 1, MOST_TIMES))


def _limited(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
