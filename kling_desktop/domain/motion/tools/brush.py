"""The brush and the eraser: free strokes, straight lines by Shift, and a stabiliser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.tools.states import Idle
from kling_desktop.domain.motion.tools.tool import Reaction, Segment

if TYPE_CHECKING:
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene

SMALLEST_DIAMETER, LARGEST_DIAMETER = 1.0, 4000.0


@dataclass(frozen=True, slots=True)
class BrushOptions:
    """How a stroke is made."""

    diameter: float = 64.0
    """Pixels of the picture, at full pressure."""
    hardness: float = 1.0
    """0 to 1: how much of the radius is fully covered; what ends up half covered or more is in."""
    erases: bool = False
    presses_to_size: bool = True
    """Whether a pen's pressure changes the diameter."""
    laziness: float = 0.0
    """Length of the string by which the pointer pulls the brush, in logical pixels; 0: none."""

    def radius(self, pressure: float) -> float:
        share = max(pressure, 0.02) if self.presses_to_size else 1.0
        return max(self.diameter * share, SMALLEST_DIAMETER) / 2


@dataclass(frozen=True, slots=True)
class Brush(Idle):
    """Waits for a stroke; remembers where the last one ended, for straight lines."""

    options: BrushOptions = field(default_factory=BrushOptions)
    last: Point | None = None

    def press(self, at: Pointer, _scene: Scene) -> Reaction:
        radius = self.options.radius(at.pressure)
        erases = self.options.erases or at.is_eraser or at.has(Modifiers.ALT)
        starts_at = self.last if self.last is not None and at.has(Modifiers.SHIFT) else at.point
        segment = Segment(starts_at, at.point, radius, radius)
        state = _Stroking(self, at.point, at.point, radius, erases)
        return Reaction(state, (segment,), is_erasing=erases)


class _Stroking(NamedTuple):
    """A stroke in progress; a tuple, since each movement of the pointer makes one."""

    idle: Brush
    tip: Point
    """Where the brush is; a lazy one lags behind the pointer."""
    hand: Point
    radius: float
    erases: bool

    @property
    def is_idle(self) -> bool:
        return False

    def press(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self, is_erasing=self.erases)

    def move(self, at: Pointer, _scene: Scene) -> Reaction:
        idle, before, _, radius_before, erases = self
        options, hand = idle.options, at.point
        tip = _pulled(before, hand, options.laziness * at.scale) if options.laziness else hand
        radius = options.radius(at.pressure)
        after = _Stroking(idle, tip, hand, radius, erases)
        if tip == before:
            return Reaction(after, is_erasing=erases)
        return Reaction(after, (Segment(before, tip, radius_before, radius),), erases)

    def release(self, _at: Pointer, scene: Scene) -> Reaction:
        return self.accept(scene)

    def accept(self, _scene: Scene) -> Reaction:
        name = "Erase" if self.erases else "Paint"
        idle = replace(self.idle, last=self.tip)
        return Reaction(idle, is_erasing=self.erases, commits_stroke=name)

    def step_back(self, _scene: Scene) -> Reaction:
        return Reaction(self, is_erasing=self.erases)

    def cancel(self) -> Brush:
        return self.idle


def _pulled(tip: Point, hand: Point, string: float) -> Point:
    """Where the tip comes to when the hand pulls it by a string."""
    if string <= 0:
        return hand
    distance = tip.distance(hand)
    if distance <= string:
        return tip
    return tip + (hand - tip).scaled((distance - string) / distance)
