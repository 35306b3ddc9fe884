"""What is seen is, to the byte, what the masks say, however it came about and however one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, RegionId
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.tools.options import ToolName
from tests.helpers import reference_painter as reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.view import View
    from tests.ui.canvas.easel import Easel

SIZE = Size(701, 499)
ZOOMS = (0.0, 0.37, 0.5, 1.0, 1.7, 4.0, 16.0)
"""0 stands for the whole picture."""
TURNS = ((0.0, False), (0.0, True), (33.0, False), (90.0, False), (121.5, True))


def seen(easel: Easel, zoom: float, turn: tuple[float, bool]) -> View:
    """A view with some place beside the middle in the middle."""
    angle, is_mirrored = turn
    surface = easel.canvas._surface
    view = easel.view.unrotated(Point(0, 0))
    if view.is_mirrored is not is_mirrored:
        view = view.mirrored(surface.viewport)
    view = view.rotated(angle, Point(0, 0))
    if not zoom:
        return view.fitted(SIZE, surface.viewport)
    view = view.at_scale(zoom, surface.viewport, SIZE)
    centre = view.to_device(Point(300.3, 210.6))
    return view.panned(
        surface.viewport.width / 2 - centre.x, surface.viewport.height / 2 - centre.y
    ).limited(SIZE, surface.viewport)


def painted(easel: Easel) -> None:
    """Seven regions over one another, some taken from again, one step undone and done again."""
    session, rng = easel.session, np.random.default_rng(3)
    for number in (*DYNAMIC, STATIC, DYNAMIC[1]):
        session.choose_region(number)
        places = [Point(float(x), float(y)) for x, y in rng.uniform(-40, 740, (4, 2))]
        easel.drag(*places)
        easel.shown()
    session.choose_tool(ToolName.ERASER)
    easel.drag(Point(-30, 200), Point(330, 230), Point(720, 180))
    session.history.undo()
    easel.shown()
    session.history.redo()
    session.choose_tool(ToolName.BRUSH)


@pytest.mark.parametrize("turn", TURNS, ids=str)
@pytest.mark.parametrize("zoom", ZOOMS, ids=lambda zoom: f"{zoom or 'fit'}")
def test_every_view_is_what_the_reference_painter_draws(
    easel: Callable[..., Easel], zoom: float, turn: tuple[float, bool]
) -> None:
    here = easel(*SIZE)
    painted(here)
    here.look(seen(here, zoom, turn))
    assert np.array_equal(here.shown(), here.truth())
    for number, way in ((3, (250, 300)), (0, (300, 180)), (5, (320, 330))):
        here.session.choose_region(RegionId(number))
        here.shown()  # so that what follows is drawn as a part
        here.drag(Point(210, 150), Point(300, 214), Point(*way))
        assert np.array_equal(here.shown(), here.truth())


@pytest.mark.parametrize("turn", TURNS, ids=str)
@pytest.mark.parametrize("zoom", ZOOMS, ids=lambda zoom: f"{zoom or 'fit'}")
def test_every_view_is_what_plain_arithmetic_gives(
    easel: Callable[..., Easel], zoom: float, turn: tuple[float, bool]
) -> None:
    here = easel(*SIZE)
    painted(here)
    here.look(seen(here, zoom, turn))
    shown, view = here.shown(), here.view
    rng = np.random.default_rng(1)
    inside = [
        (int(x), int(y))
        for x, y in rng.integers(0, (640, 400), (600, 2))
        if _is_well_inside(view.from_device(Point(x + 0.5, y + 0.5)), 2 / view.scale + 1)
    ]
    assert len(inside) > 100
    wanted = reference.sampled(here.picture, here.session.document, here.table(), view, inside)
    found = np.array([shown[y, x] for x, y in inside], float)
    off = np.abs(found - wanted).max(axis=1)
    if view.scale >= 2:
        # Where a border of two pixels runs through the middle, either is right.
        assert np.mean(off == 0) > 0.98
    else:
        assert np.percentile(off, 99) <= 8  # Qt mixes in steps of a sixteenth
        assert off.mean() <= 2.5


@pytest.mark.parametrize("zoom", ZOOMS, ids=lambda zoom: f"{zoom or 'fit'}")
@pytest.mark.parametrize("tool", [ToolName.BRUSH, ToolName.ERASER])
def test_a_stroke_in_progress_looks_as_it_will_when_it_is_done(
    easel: Callable[..., Easel], zoom: float, tool: ToolName
) -> None:
    here = easel(*SIZE)
    painted(here)
    here.session.apply(Edit("Lock", edits.lock(here.session.document, DYNAMIC[3], locked=True)))
    here.look(seen(here, zoom, (33.0, True)))
    here.session.choose_tool(tool)
    here.shown()
    here.press(Point(240, 100))
    for place in (Point(260, 180), Point(300, 214), Point(380, 260), Point(200, 260)):
        here.move(place)
        here.shown()
    live = here.shown()
    here.release(Point(200, 260))
    assert np.array_equal(live, here.truth())
    assert np.array_equal(here.shown(), live)


def test_a_view_that_changes_in_the_middle_of_a_stroke_shows_the_stroke(
    easel: Callable[..., Easel],
) -> None:
    here = easel(*SIZE)
    painted(here)
    for zoom in (0.5, 0.2, 1.0):  # every level has been made once
        here.look(seen(here, zoom, (0.0, False)))
        here.shown()
    here.press(Point(200, 200))
    here.move(Point(400, 300))
    here.shown()
    for zoom in (0.5, 0.2):
        here.look(seen(here, zoom, (0.0, False)))
        here.move(Point(300, 400 * zoom))
        here.shown()
    live = here.shown()
    here.release(Point(300, 80))
    assert np.array_equal(live, here.truth())


_places = st.tuples(st.integers(-60, 760), st.integers(-60, 560)).map(lambda p: Point(*p))
_ways = st.lists(_places, min_size=1, max_size=4)
_numbers = st.sampled_from((STATIC, *DYNAMIC))
_steps = st.one_of(
    st.tuples(st.sampled_from(["paint", "erase"]), _numbers, _ways),
    st.tuples(st.just("look"), st.sampled_from(ZOOMS), st.sampled_from(TURNS)),
    st.tuples(st.just("hide"), st.sampled_from(DYNAMIC), st.booleans()),
    st.tuples(st.just("lock"), st.sampled_from(DYNAMIC), st.booleans()),
    st.tuples(st.sampled_from(["undo", "redo", "pin"]), st.none(), st.none()),
)  # fmt: skip


@settings(
    deadline=None, max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(_steps, min_size=3, max_size=9))
def test_whatever_is_done_the_parts_that_are_redrawn_are_enough(
    easel: Callable[..., Easel], steps: list[tuple[str, object, object]]
) -> None:
    here = easel(*SIZE)
    for step in steps:
        _do(here, *step)
        here.shown()
    assert np.array_equal(here.shown(), here.truth())


def _do(here: Easel, what: str, one: object, other: object) -> None:
    session = here.session
    if what in {"paint", "erase"}:
        session.choose_tool(ToolName.BRUSH if what == "paint" else ToolName.ERASER)
        session.choose_region(one)  # type: ignore[arg-type]
        here.drag(*other)  # type: ignore[misc]
    elif what == "look":
        here.look(seen(here, one, other))  # type: ignore[arg-type]
    elif what == "hide":
        changed = edits.show(session.document, one, visible=bool(other))  # type: ignore[arg-type]
        session.apply(Edit("Hide", changed))
    elif what == "lock":
        changed = edits.lock(session.document, one, locked=bool(other))  # type: ignore[arg-type]
        session.apply(Edit("Lock", changed))
    elif what == "pin":
        session.apply(Edit("Pin", edits.pin_everything_else(session.document)))
    else:
        getattr(session.history, what)()


def _is_well_inside(at: Point, margin: float) -> bool:
    across = margin < at.x < SIZE.width - margin
    return across and margin < at.y < SIZE.height - margin


@pytest.mark.parametrize("zoom", [1.0, 0.5])
def test_a_picture_that_is_pushed_about_is_moved_and_completed(
    easel: Callable[..., Easel], zoom: float
) -> None:
    here = easel(*SIZE)
    painted(here)
    here.look(seen(here, zoom, (0.0, False)))
    here.shown()
    surface = here.canvas._surface
    for by in ((7, 3), (-40, 0), (0, -25), (90, 130), (-13, 58), (-1000, 0), (31, -77)):
        here.canvas.navigation.pan(Point(*by))
        here.canvas.navigation.pan(Point(-2, 1))
        surface.catch_up()
        if not surface.is_sketched:  # it went too far for anything to be left in sight
            assert np.array_equal(reference.pixels(surface.frame.image), here.truth())
        here.shown()


def test_a_stroke_that_goes_on_while_the_picture_is_pushed_about_is_seen(
    easel: Callable[..., Easel],
) -> None:
    here = easel(*SIZE)
    painted(here)
    here.look(seen(here, 1.0, (0.0, False)))
    here.shown()
    here.press(Point(200, 200))
    for place in (Point(260, 220), Point(300, 214)):
        here.move(place)
        here.canvas.navigation.pan(Point(9, -6))
        here.canvas._surface.catch_up()
    live = here.shown()
    here.release(Point(300, 214))
    assert np.array_equal(live, here.truth())


def test_a_sketch_shows_the_nearest_pixels_everywhere_and_the_ground_around(
    easel: Callable[..., Easel],
) -> None:
    here = easel(*SIZE)
    painted(here)
    here.look(seen(here, 0.5, (0.0, False)))
    here.shown()
    here.canvas.navigation.zoom(1.1, Point(300, 200))
    here.canvas._input.leave()  # no outline of the brush
    sketched = reference.pixels(here.grabbed()).astype(int)
    assert here.canvas._surface.is_sketched
    truth = here.truth()
    assert np.median(np.abs(sketched - truth).max(axis=2)) < 40
    (left, top), width = here.view.offset, here.view.scale * SIZE.width
    outside = np.ones(truth.shape[:2], np.bool_)
    outside[max(0, int(top) - 2) :, max(0, int(left) - 2) : int(left + width) + 3] = False
    assert outside.any()
    assert np.array_equal(sketched[outside], truth[outside])
