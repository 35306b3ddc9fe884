"""Whatever is done with whichever tool: nothing breaks, and masks never overlap."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits, raster
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.tools.brush import BrushOptions
from kling_desktop.domain.motion.tools.kit import tool_for
from kling_desktop.domain.motion.tools.options import (
    Combine,
    Smart,
    Symmetry,
    ToolName,
    ToolOptions,
)
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer
from tests.domain.motion.desk import Desk
from tests.domain.motion.pictures import TWO, flat, scene_of

SIZE = Size(90, 70)
STROKES = {ToolName.BRUSH, ToolName.ERASER, ToolName.LINE}
"""Stroke tools are given what a pointer can send; the others are given nonsense as well."""

_near = st.floats(-60, 150)
_nonsense = st.sampled_from([float("nan"), float("inf"), -1e300, 1e9])
_modifiers = st.sampled_from(
    [Modifiers.NONE, *Modifiers, Modifiers.SHIFT | Modifiers.ALT, Modifiers.CTRL | Modifiers.SHIFT]
)


def _pointers(places: st.SearchStrategy[float]) -> st.SearchStrategy[Pointer]:
    return st.builds(
        Pointer,
        places,
        places,
        pressure=st.floats(0, 1),
        modifiers=_modifiers,
        is_eraser=st.booleans(),
        scale=st.sampled_from([0.05, 1.0, 8.0]),
    )


def _events(places: st.SearchStrategy[float]) -> st.SearchStrategy[list[tuple[str, Pointer]]]:
    kinds = ["press", "move", "move", "release", "accept", "step_back", "cancel"]
    return st.lists(st.tuples(st.sampled_from(kinds), _pointers(places)), max_size=14)


_options = st.builds(
    ToolOptions,
    brush=st.builds(BrushOptions, diameter=st.floats(1, 60), laziness=st.floats(0, 20)),
    combine=st.sampled_from(Combine),
    symmetry=st.sampled_from(Symmetry),
    tolerance=st.integers(0, 255),
    is_contiguous=st.booleans(),
    smart=st.sampled_from(Smart),
    snaps_angle=st.booleans(),
)


def a_desk(name: ToolName, options: ToolOptions) -> Desk:
    """With two regions, of which the static one is locked, on a picture with some colours."""
    pixels = flat(SIZE)
    pixels[20:50, 30:60, :3] = np.random.default_rng(1).integers(0, 255, (30, 30, 3))
    desk = Desk.of(scene_of(pixels), name, options)
    document = edits.paint(desk.document, TWO, raster.ellipse(SIZE, Point(5, 5), Point(60, 40)))
    document = edits.paint(document, STATIC, raster.rectangle(SIZE, Point(50, 0), Point(70, 70)))
    desk.apply(edits.Edit("Prepare", edits.lock(document, STATIC, locked=True)))
    return desk


@pytest.mark.parametrize("name", ToolName)
@settings(deadline=None, max_examples=40)
@given(data=st.data(), options=_options)
def test_any_sequence_of_events_leaves_everything_in_order(
    name: ToolName, data: st.DataObject, options: ToolOptions
) -> None:
    places = _near if name in STROKES else st.one_of(_near, _near, _near, _nonsense)
    desk = a_desk(name, options)
    static = desk.mask(STATIC)
    for kind, at in data.draw(_events(places)):
        if kind in {"press", "move", "release"}:
            desk.take(getattr(desk.tool, kind)(at, desk.scene))
        elif kind == "cancel":
            desk.escape()
        else:
            desk.take(getattr(desk.tool, kind)(desk.scene))
        assert desk.mask(STATIC) == static
        for one, other in combinations(desk.document.regions, 2):
            assert one.mask.common(other.mask).is_empty
    before = desk.document
    desk.escape()
    assert desk.tool.is_idle
    assert desk.document is before
    assert desk.tool.cancel() == desk.tool


@pytest.mark.parametrize("name", ToolName)
def test_each_name_has_a_tool_at_rest_that_a_hovering_pointer_leaves_alone(name: ToolName) -> None:
    tool = tool_for(name, ToolOptions())
    assert tool.is_idle
    scene = scene_of(flat(SIZE))
    at = Pointer(30, 30)
    for reaction in (
        tool.move(at, scene),
        tool.release(at, scene),
        tool.accept(scene),
        tool.step_back(scene),
    ):
        assert reaction.tool == tool
        assert (reaction.segments, reaction.task) == ((), None)
        assert reaction.edit is None or reaction.edit.document is scene.document


def test_the_hand_does_nothing_whatever_is_pressed() -> None:
    tool = tool_for(ToolName.HAND, ToolOptions())
    assert tool.press(Pointer(3, 3), scene_of(flat(SIZE))).tool is tool


def test_the_eraser_erases_with_the_brush_of_the_options() -> None:
    options = ToolOptions(brush=BrushOptions(diameter=20))
    desk = Desk.of(scene_of(flat(SIZE)), ToolName.BRUSH, options)
    desk.drag((20, 30), (60, 30))
    painted = desk.mask().area
    desk.tool = tool_for(ToolName.ERASER, options)
    desk.drag((20, 30), (60, 30))
    assert painted > 800
    assert desk.mask().is_empty
    assert [each.label for each in desk.history] == ["Paint", "Erase"]
