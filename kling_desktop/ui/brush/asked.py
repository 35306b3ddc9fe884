"""Operations that take numbers: which ones, between which limits, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.motion import helpers, operations, path_edits
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.helpers import MOST_TIMES, USES, Helper, HelperOptions
from kling_desktop.domain.motion.path_edits import Target
from kling_desktop.ui.brush.deeds import start_of
from kling_desktop.ui.brush.questions import DUPLICATE, Field, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.motion.document import MotionDocument, RegionId
    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.ui.brush.operations import Operation
    from kling_desktop.ui.brush.questions import Numbers

STEP = 0.004
"""Part of the picture's short side that a mask grows by as long as nobody has said otherwise."""
_WIDTH = " % of the width"
_USUAL = HelperOptions()
_FIELDS: Mapping[str, Field] = {
    "direction": Field("direction", "Direction", -360, 360, _USUAL.direction, "\N{DEGREE SIGN}"),
    "distance": Field("distance", "Distance", 0.5, 200, _USUAL.distance, _WIDTH, decimals=1),
    "sweep": Field("sweep", "Turns by", -300, 300, _USUAL.sweep, "\N{DEGREE SIGN}"),
    "height": Field("height", "Height", 0.2, 100, _USUAL.height, _WIDTH, decimals=1),
    "times": Field("times", "Waves", 0.25, MOST_TIMES, _USUAL.times, decimals=2),
    "seed": Field("seed", "Variant", 1, 99, _USUAL.seed),
}
_OTHER_WORDS: Mapping[tuple[Helper, str], Field] = {
    (Helper.ORBIT, "distance"): Field("distance", "Width", 0.5, 200, 20, _WIDTH, decimals=1),
    (Helper.ORBIT, "times"): Field("times", "Rounds", 1, MOST_TIMES, 2),
    (Helper.SHAKE, "height"): Field("height", "Strength", 0.2, 100, 5, _WIDTH, decimals=1),
    (Helper.SHAKE, "times"): Field("times", "Shakes", 1, MOST_TIMES, 2),
}
_HELP: Mapping[Helper, str] = {
    Helper.PAN: "Straight in a direction: 0\N{DEGREE SIGN} is right, 90\N{DEGREE SIGN} is down.",
    Helper.PUSH_IN: "Away from the middle, as what a camera drives towards.",
    Helper.PULL_OUT: "Towards the middle, as what a camera leaves behind.",
    Helper.ARC: "Along a part of a circle; below zero it bends to the other side.",
    Helper.ORBIT: "Round a place behind it, and back to the start.",
    Helper.SHAKE: "To and fro at random, and back; each variant is another shake.",
    Helper.WAVE: "Up and down on its way in a direction.",
}


@dataclass(frozen=True, slots=True)
class _Edge:
    """Something that is done to the edge of a mask, by so many pixels."""

    title: str
    help: str
    change: str
    times: int = 1


_EDGES: Mapping[str, _Edge] = {
    "mask.grow": _Edge("Grow", "The mask reaches farther all around.", "grow"),
    "mask.shrink": _Edge("Shrink", "The mask draws back all around.", "shrink"),
    "mask.smooth": _Edge("Smooth", "Dents and spikes up to this size go.", "smooth", 2),
}


def questions() -> dict[str, Question]:
    """By the names in ``operations.ENTRIES``."""
    found = {name: _edge(edge) for name, edge in _EDGES.items()}
    found[DUPLICATE] = _duplicate()
    return found | {f"path.{each.value.replace(' ', '-')}": _ready_made(each) for each in Helper}


def _duplicate() -> Question:
    def asked(document: MotionDocument, region: RegionId) -> tuple[Field, ...]:
        by, (width, height) = operations.beside(document, region), document.size
        return (
            Field("x", "To the right", -width, width, by.x, " px"),
            Field("y", "Down", -height, height, by.y, " px"),
        )

    def operation(numbers: Numbers) -> Operation:
        by = Point(numbers["x"], numbers["y"])
        return lambda document, region: operations.duplicate(document, region, by)

    words = "Mask and path, placed beside the region; nobody loses pixels to the copy."
    return Question("Duplicate region", words, asked, operation, is_remembered=False)


def _edge(edge: _Edge) -> Question:
    def fields(document: MotionDocument, _: RegionId) -> tuple[Field, ...]:
        usual = max(1.0, round(min(document.size) * STEP)) * edge.times
        most = max(2.0, min(document.size) // 4)
        return (Field("pixels", "By", 1, most, min(usual, most), " px", is_steep=True),)

    def operation(numbers: Numbers) -> Operation:
        change = getattr(operations, edge.change)
        return lambda document, region: change(document, region, numbers["pixels"])

    return Question(edge.title, edge.help, fields, operation, needs_mask=True)


def _ready_made(helper: Helper) -> Question:
    asked = tuple(_OTHER_WORDS.get((helper, name), _FIELDS[name]) for name in USES[helper])

    def operation(numbers: Numbers) -> Operation:
        return partial(_expand, helper, HelperOptions(**numbers))  # type: ignore[arg-type]

    title = helper.value.capitalize()
    return Question(title, _HELP[helper], lambda *_: asked, operation)


def _expand(
    helper: Helper, options: HelperOptions, document: MotionDocument, region: RegionId
) -> Edit:
    path = helpers.expanded(helper, start_of(document, region), document.size, options)
    return path_edits.set_path(Target(document, region), path, helper.value.capitalize())
