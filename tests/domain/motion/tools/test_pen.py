"""The pen places, bends, moves and deletes points of a path, and no order of events breaks it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.motion import curve, edits
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.tools.pen import Pen
from kling_desktop.domain.motion.tools.pointer import Modifiers
from kling_desktop.domain.motion.trajectory import NO_HANDLE, Join, Trajectory
from tests.domain.motion import shapes
from tests.domain.motion.shapes import ONE
from tests.domain.motion.tools.hands import ALT, CTRL, SHIFT, Hand


def hand(path: Trajectory | None = None, *, scale: float = 1.0) -> Hand:
    return Hand(Pen(), shapes.document(path), scale=scale)


def points(it: Hand) -> list[tuple[float, float]]:
    return [(each.point.x, each.point.y) for each in it.path.nodes]


def selected(it: Hand) -> int | None:
    assert isinstance(it.tool, Pen)
    return it.tool.selected


def test_clicks_make_corners_and_enter_ends() -> None:
    it = hand()
    it.click(300, 100)
    it.click(400, 150)
    it.click(500, 100)
    assert it.labels == []
    it.enter()
    assert it.labels == ["Draw path"]
    assert points(it) == [(300, 100), (400, 150), (500, 100)]
    assert all(each.after == NO_HANDLE for each in it.path.nodes)
    assert selected(it) == 2


def test_a_click_on_the_last_point_ends_as_well() -> None:
    it = hand()
    it.click(300, 100)
    it.click(400, 150)
    it.click(403, 148)
    assert points(it) == [(300, 100), (400, 150)]
    assert it.tool.is_idle


def test_a_drag_makes_a_smooth_point() -> None:
    it = hand()
    it.click(300, 100)
    it.drag((400, 150), (430, 170))
    it.enter()
    node = it.path.nodes[1]
    assert (node.before, node.after) == (Point(-30, -20), Point(30, 20))
    assert node.join is Join.SYMMETRIC


def test_with_alt_a_drag_breaks_the_symmetry() -> None:
    it = hand()
    it.click(300, 100)
    it.press(400, 150)
    it.move(430, 170)
    it.move(400, 110, ALT)
    it.release(400, 110, ALT)
    it.enter()
    node = it.path.nodes[1]
    assert (node.before, node.after, node.join) == (Point(-30, -20), Point(0, -40), Join.CORNER)


def test_backspace_removes_the_last_point_and_escape_all_of_them() -> None:
    it = hand()
    it.click(300, 100)
    it.click(400, 150)
    it.click(500, 100)
    it.backspace()
    it.enter()
    assert points(it) == [(300, 100), (400, 150)]
    fresh = hand()
    before = fresh.document
    fresh.click(300, 100)
    fresh.click(400, 150)
    fresh.escape()
    assert fresh.tool.is_idle
    fresh.enter()
    assert fresh.document is before


def test_the_last_backspace_ends_without_a_trace() -> None:
    it = hand()
    it.click(300, 100)
    it.backspace()
    assert it.tool.is_idle
    assert it.labels == []


def test_the_first_point_snaps_to_the_middle_of_the_region() -> None:
    it = hand()
    it.click(155, 243)
    it.click(400, 150)
    it.enter()
    assert points(it)[0] == (150, 250)


def test_shift_leads_at_multiples_of_15_degrees() -> None:
    it = hand()
    it.click(300, 100)
    it.click(400, 108, SHIFT)
    it.enter()
    assert it.path.nodes[1].point.y == 100


def test_a_click_beside_the_path_continues_it_at_its_end() -> None:
    it = hand(shapes.bent())
    it.click(600, 400)
    it.enter()
    assert it.labels == ["Continue path"]
    assert points(it)[-1] == (600, 400)
    assert it.path.nodes[:3] == shapes.bent().nodes


def test_a_point_is_chosen_by_a_click_and_dragged() -> None:
    it = hand(shapes.bent())
    it.click(303, 196)
    assert it.labels == []
    assert selected(it) == 1
    it.drag((303, 196), (343, 176))
    assert it.labels == ["Move point"]
    assert points(it)[1] == (340, 180)


def test_shift_leads_a_dragged_point() -> None:
    it = hand(shapes.bent())
    it.drag((300, 200), (380, 206), SHIFT)
    assert it.path.nodes[1].point.y == 200


@pytest.mark.parametrize(("scale", "hits"), [(0.25, False), (1.0, True), (4.0, True)])
def test_what_is_in_reach_is_so_on_the_screen(scale: float, hits: bool) -> None:
    it = hand(Trajectory.through([Point(300, 200), Point(500, 200)]), scale=scale)
    it.click(292, 200)
    assert it.tool.is_idle is hits


def test_a_handle_is_dragged_and_the_other_one_follows() -> None:
    it = hand(shapes.bent())
    it.click(300, 200)
    it.drag((370, 230), (370, 170))
    assert it.labels == ["Move handle"]
    node = it.path.nodes[1]
    assert node.after == Point(70, -30)
    assert node.before.y > 0


def test_alt_breaks_the_symmetry_of_a_handle() -> None:
    it = hand(shapes.bent())
    it.click(300, 200)
    it.drag((370, 230), (370, 170), ALT)
    node = it.path.nodes[1]
    assert (node.before, node.after, node.join) == (Point(-70, -30), Point(70, -30), Join.CORNER)


def test_handles_of_points_that_are_not_chosen_are_out_of_reach() -> None:
    it = hand(shapes.bent())
    it.press(370, 230)
    it.move(370, 170)
    assert it.path == shapes.bent()
    it.release(370, 170)
    assert it.path.nodes[1].after == Point(70, 30)


def test_ctrl_click_on_the_curve_inserts_a_point_and_keeps_the_shape() -> None:
    it = hand(shapes.bent())
    place = curve.point_at(shapes.bent(), 0.3)
    it.click(place.x + 3, place.y - 3, CTRL)
    assert it.labels == ["Add point"]
    assert len(it.path.nodes) == 4
    assert selected(it) == 1
    assert curve.length(it.path) == pytest.approx(curve.length(shapes.bent()), rel=1e-4)


def test_dragging_the_curve_moves_the_whole_path() -> None:
    it = hand(shapes.bent())
    place = curve.point_at(shapes.bent(), 0.3)
    it.drag((place.x, place.y), (place.x + 20, place.y - 30))
    assert it.labels == ["Move path"]
    assert points(it) == [(120, 270), (320, 170), (540, 230)]


def test_escape_during_a_drag_leaves_everything_where_it_was() -> None:
    it = hand(shapes.bent())
    before = it.document
    it.press(300, 200)
    it.move(350, 300)
    assert it.guide.lines
    it.escape()
    assert it.document is before
    assert it.tool.is_idle


def test_backspace_deletes_the_chosen_point_or_else_the_last() -> None:
    it = hand(shapes.bent())
    it.click(300, 200)
    it.backspace()
    assert points(it) == [(100, 300), (520, 260)]
    it.backspace()
    assert points(it) == [(100, 300)]


def test_alt_click_turns_a_smooth_point_into_a_corner_and_back() -> None:
    it = hand(shapes.bent())
    joins = []
    for _ in range(2):
        it.click(300, 200, ALT)
        joins.append(it.path.nodes[1].join)
    assert joins == [Join.CORNER, Join.SMOOTH]
    assert it.path.nodes[1].after != NO_HANDLE


def test_a_point_in_hand_is_marked_at_once() -> None:
    it = hand(shapes.bent())
    it.press(303, 196)
    assert it.guide.dots == (Point(300, 200),)
    it.release(303, 196)
    assert not it.guide.dots


def test_points_are_chosen_by_key_one_after_the_other() -> None:
    it = hand(shapes.bent())
    chosen = []
    for by in (1, 1, 1, 1, -1, -1):
        assert isinstance(it.tool, Pen)
        it.tool = it.tool.stepped(it.scene, by)
        chosen.append(it.tool.selected)
    assert chosen == [0, 1, 2, 0, 2, 1]
    assert Pen().stepped(it.scene, -1).selected == 2
    assert Pen(selected=4).stepped(hand().scene, 1).selected is None


def test_the_guide_says_how_far_and_where_to() -> None:
    it = hand()
    it.click(300, 100)
    it.move(300, 40)
    assert it.guide.words == "60 px, 90\N{DEGREE SIGN}"
    assert it.guide.lines[0][-1] == Point(300, 40)


def test_a_path_that_changed_meanwhile_is_not_overwritten() -> None:
    it = hand(shapes.bent())
    it.press(300, 200)
    it.move(350, 300)
    it.document = shapes.document(Trajectory.through([Point(0, 0), Point(9, 9)]))
    it.release(350, 300)
    assert points(it) == [(0, 0), (9, 9)]


def test_neither_what_is_locked_nor_what_is_static_takes_points() -> None:
    for it in (
        Hand(Pen(), edits.lock(shapes.document(), ONE, locked=True)),
        Hand(Pen(), shapes.document(), active=STATIC),
    ):
        it.click(50, 50)
        assert it.tool.is_idle
    it.press(50, 50)
    assert it.guide.words


_keys = st.sampled_from([Modifiers.NONE, SHIFT, CTRL, ALT, SHIFT | ALT])
_near = st.sampled_from([(100.0, 300.0), (300.0, 200.0), (370.0, 230.0), (520.0, 260.0)])
_places = st.one_of(_near, st.tuples(shapes.wild_numbers, shapes.wild_numbers))
_events = st.one_of(
    st.tuples(st.sampled_from(["press", "move", "release", "click"]), _places, _keys),
    st.tuples(st.sampled_from(["enter", "backspace", "escape"]), st.none(), st.none()),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(_events, max_size=25), st.sampled_from([0.1, 1.0, math.nan, 0.0]), st.booleans())
def test_no_order_of_events_breaks_it(
    events: list[tuple[Any, ...]], scale: float, begins: bool
) -> None:
    it = hand(shapes.bent() if begins else None, scale=scale)
    for what, place, keys in events:
        if place is None:
            getattr(it, what)()
        else:
            getattr(it, what)(*place, keys)
        assert curve.is_sound(it.path)
        assert it.guide.lines is not None
    it.escape()
    assert it.tool.is_idle
    assert it.document.dynamic[0].mask == shapes.document().dynamic[0].mask
