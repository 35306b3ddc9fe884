"""The brush: pressure, a lazy string, straight lines by Shift, and three ways to erase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.tools.brush import Brush, BrushOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer
from kling_desktop.domain.motion.tools.tool import Reaction, Scene, Segment, Tool
from tests.domain.motion.pictures import flat, scene_of

SCENE: Scene = scene_of(flat(Size(300, 200)))


def stroked(tool: Tool, *way: Pointer) -> tuple[Reaction, tuple[Segment, ...]]:
    """The answer to letting go, and everything that was to be stamped."""
    reaction = tool.press(way[0], SCENE)
    segments = reaction.segments
    for at in way[1:]:
        reaction = reaction.tool.move(at, SCENE)
        segments += reaction.segments
    return reaction.tool.release(way[-1], SCENE), segments


def test_a_stroke_begins_with_a_dot_goes_where_the_hand_goes_and_is_one_step() -> None:
    way = [Pointer(10, 10), Pointer(40, 30), Pointer(90, 35)]
    done, segments = stroked(Brush(BrushOptions(diameter=20)), *way)
    assert segments == (
        Segment(Point(10, 10), Point(10, 10), 10, 10),
        Segment(Point(10, 10), Point(40, 30), 10, 10),
        Segment(Point(40, 30), Point(90, 35), 10, 10),
    )
    assert (done.commits_stroke, done.is_erasing, done.tool.is_idle) == ("Paint", False, True)


def test_pressure_changes_the_size_unless_it_is_told_not_to() -> None:
    way = [Pointer(10, 10, pressure=0.5), Pointer(60, 10, pressure=1.0)]
    _, segments = stroked(Brush(BrushOptions(diameter=40)), *way)
    assert [(each.start_radius, each.end_radius) for each in segments] == [(10, 10), (10, 20)]
    _, segments = stroked(Brush(BrushOptions(diameter=40, presses_to_size=False)), *way)
    assert {each.end_radius for each in segments} == {20}


def test_a_pen_that_hardly_presses_still_paints_a_pixel() -> None:
    _, (segment,) = stroked(Brush(BrushOptions(diameter=8)), Pointer(10, 10, pressure=0.0))
    assert segment.end_radius == 0.5


def test_a_lazy_brush_stays_until_the_string_is_taut_and_then_lags_by_its_length() -> None:
    tool = Brush(BrushOptions(laziness=20))
    _, segments = stroked(tool, Pointer(0, 0), Pointer(15, 0), Pointer(50, 0))
    assert segments[1:] == (Segment(Point(0, 0), Point(30, 0), 32, 32),)


def test_the_string_is_as_long_on_the_screen_at_every_zoom() -> None:
    tool = Brush(BrushOptions(laziness=20))
    _, segments = stroked(tool, Pointer(0, 0, scale=0.5), Pointer(50, 0, scale=0.5))
    assert segments[-1].end == Point(40, 0)


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=30))
def test_a_lazy_tip_is_never_farther_from_the_hand_than_its_string(
    places: list[tuple[float, float]],
) -> None:
    reaction = Brush(BrushOptions(laziness=25)).press(Pointer(0, 0), SCENE)
    tip = Point(0, 0)
    for x, y in places:
        reaction = reaction.tool.move(Pointer(x, y), SCENE)
        for segment in reaction.segments:
            assert segment.start == tip
            tip = segment.end
        assert tip.distance(Point(x, y)) <= 25 + 1e-6


def test_shift_draws_straight_from_where_the_last_stroke_ended() -> None:
    done, _ = stroked(Brush(), Pointer(10, 10), Pointer(60, 40))
    _, segments = stroked(done.tool, Pointer(200, 90, modifiers=Modifiers.SHIFT))
    assert (segments[0].start, segments[0].end) == (Point(60, 40), Point(200, 90))


def test_shift_with_no_stroke_before_is_a_dot() -> None:
    _, segments = stroked(Brush(), Pointer(200, 90, modifiers=Modifiers.SHIFT))
    assert segments[0].start == segments[0].end


@pytest.mark.parametrize(
    ("options", "at"),
    [
        (BrushOptions(erases=True), Pointer(5, 5)),
        (BrushOptions(), Pointer(5, 5, is_eraser=True)),
        (BrushOptions(), Pointer(5, 5, modifiers=Modifiers.ALT)),
    ],
    ids=["the eraser", "the pen's other end", "Alt"],
)
def test_it_erases(options: BrushOptions, at: Pointer) -> None:
    pressed = Brush(options).press(at, SCENE)
    moved = pressed.tool.move(Pointer(50, 50), SCENE)  # what was held is held to the end
    done = moved.tool.release(Pointer(50, 50), SCENE)
    assert pressed.is_erasing
    assert moved.is_erasing
    assert (done.is_erasing, done.commits_stroke) == (True, "Erase")


def test_escape_leaves_the_brush_as_it_was_with_no_end_to_draw_from() -> None:
    tool = Brush()
    pressed = tool.press(Pointer(10, 10), SCENE).tool
    assert not pressed.is_idle
    assert pressed.move(Pointer(60, 60), SCENE).tool.cancel() == tool
