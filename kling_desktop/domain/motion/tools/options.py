"""The tools by name, and everything about them that the user sets; one value, kept over tools."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from kling_desktop.domain.motion.tools.brush import BrushOptions


class ToolName(Enum):
    """What is in the toolbar."""

    HAND = "hand"
    BRUSH = "brush"
    ERASER = "eraser"
    LINE = "line"
    LASSO = "lasso"
    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    BUCKET = "bucket"
    WAND = "wand"
    SMART = "smart"
    DRAW = "draw"
    """A trajectory by free hand."""
    PEN = "pen"
    """A trajectory point by point; edits one that is there."""


class Combine(Enum):
    """What a shape or a selection does to the region."""

    ADD = "add"
    SUBTRACT = "subtract"
    REPLACE = "replace"


class Symmetry(Enum):
    """Which copies of a stroke are made, about the middle of the picture."""

    NONE = "none"
    LEFT_RIGHT = "left-right"
    TOP_BOTTOM = "top-bottom"
    BOTH = "both"


class Smart(Enum):
    """What dragging with smart select draws; with Ctrl held it draws the other."""

    BOX = "box"
    SCRIBBLE = "scribble"


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """Settings of all tools; each uses what concerns it."""

    brush: BrushOptions = field(default_factory=BrushOptions)
    combine: Combine = Combine.ADD
    symmetry: Symmetry = Symmetry.NONE
    tolerance: int = 24
    """Distance in colour that bucket and wand take for the same, in levels of 0 to 255."""
    is_contiguous: bool = True
    """Whether the wand takes only what hangs together."""
    smart: Smart = Smart.BOX
    smoothing: float = 12.0
    """Of a path by free hand: sigma of the Gaussian along it, in logical pixels (0 to 30)."""
    snaps_angle: bool = False
    """Whether directions snap to 15 degrees without Shift being held."""
    snaps_start: bool = True
    """Whether a path begun near the middle of its region begins exactly there."""
