"""What each region looks like: a colour and a pattern, so that colour never says it alone.

The colours keep a contrast of 3:1 on white and on the dark scheme's panels alike, and stay apart
for people who see no red, no green or no blue. Each number has a hatching of its own as well, the
one that ``domain/motion/hatching.py`` lays over the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from kling_desktop.domain.motion.document import STATIC, RegionId


@dataclass(frozen=True, slots=True)
class Hatch:
    """Parallel lines in some directions, or dots where there is none."""

    angles: tuple[int, ...]
    """Degrees, anticlockwise from "to the right"."""
    words: str
    """As a screen reader says it."""
    spacing: float = 8.0
    """Logical pixels of the screen from line to line, or from dot to dot, at any zoom."""
    width: float = 1.5
    """Logical pixels of a line."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a region is drawn."""

    colour: str
    name: str
    hatch: Hatch
    ink: str
    """For its number upon the colour; a contrast of at least 4.5:1."""


BLACK, WHITE = "#000000", "#ffffff"
LOOKS: dict[RegionId, Look] = {
    RegionId(1): Look("#dd7900", "orange", Hatch((45,), "rising stripes"), BLACK),
    RegionId(2): Look("#0b99e6", "blue", Hatch((135,), "falling stripes"), BLACK),
    RegionId(3): Look("#038557", "green", Hatch((0,), "level stripes"), WHITE),
    RegionId(4): Look("#f7075c", "red", Hatch((90,), "upright stripes"), BLACK),
    RegionId(5): Look("#766af4", "violet", Hatch((0, 90), "upright lattice"), BLACK),
    RegionId(6): Look("#c521b5", "magenta", Hatch((), "dots"), WHITE),
    STATIC: Look("#747c86", "grey", Hatch((45, 135), "slanted lattice"), BLACK),
}
"""The region's number is the key on the keyboard as well."""


def look_of(region: RegionId) -> Look:
    """How the region of a number is drawn."""
    return LOOKS[region]
