"""Every change of a path is one step to undo; steps of the same kind in a row merge."""

from __future__ import annotations

import pytest

from kling_desktop.domain.motion import curve, path_edits
from kling_desktop.domain.motion.document import STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.edits import Edit, lock
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.nodes import FIRST_STEP, Side
from kling_desktop.domain.motion.path_changes import Axis
from kling_desktop.domain.motion.path_edits import Part, Target
from kling_desktop.domain.motion.trajectory import Ease, Join, Trajectory
from tests.domain.motion import shapes
from tests.domain.motion.shapes import ONE, TWO


def target(index: int | None = None) -> Target:
    return Target(shapes.document(shapes.bent()), ONE, index)


def path_of(edit: Edit) -> Trajectory:
    return path_edits.trajectory_of(edit.document, ONE)


EVERY = {
    "Delete path": path_edits.clear(target()),
    "Add point": path_edits.insert_node(target(), curve.Place(0, 0.3)),
    "Delete point": path_edits.delete_node(target(1)),
    "Cut path": path_edits.cut_here(target(1)),
    "Make corner": path_edits.set_join(target(1), Join.CORNER),
    "Make even": path_edits.set_join(target(1), Join.SYMMETRIC),
    "Nudge path": path_edits.nudge(target(), Point(1, 0)),
    "Nudge point": path_edits.nudge(target(1), Point(0, 1)),
    "Move path": path_edits.set_place(target(), Point(5, 5)),
    "Move point": path_edits.set_place(target(0), Point(5, 5)),
    "Move handle": path_edits.set_handle(target(1), Side.AFTER, Point(3, 4)),
    "Change pace": path_edits.set_ease(target(), Ease.IN_OUT),
    "Change length": path_edits.set_length(target(), 50),
    "Reverse path": path_edits.reverse(target()),
    "Mirror path": path_edits.mirror(target(), Axis.VERTICAL),
    "Snap direction": path_edits.snap_direction(target()),
}


@pytest.mark.parametrize(("label", "edit"), EVERY.items())
def test_each_says_its_name_and_changes_the_path_alone(label: str, edit: Edit) -> None:
    before = target()
    assert edit.label == label
    assert path_of(edit) != before.trajectory
    assert edit.document.dynamic[0].mask is before.document.dynamic[0].mask or (
        edit.document.dynamic[0].mask == before.document.dynamic[0].mask
    )


def test_arrow_keys_in_a_row_are_one_step_and_those_of_another_point_another() -> None:
    one = path_edits.nudge(target(1), Point(1, 0))
    more = path_edits.nudge(Target(one.document, ONE, 1), Point(1, 0))
    other = path_edits.nudge(Target(one.document, ONE, 2), Point(1, 0))
    whole = path_edits.nudge(Target(one.document, ONE), Point(1, 0))
    assert one.merges_with == more.merges_with != ""
    assert len({one.merges_with, other.merges_with, whole.merges_with}) == 3
    assert path_of(more).nodes[1].point == Point(302, 200)


def test_a_change_that_changes_nothing_is_no_step() -> None:
    before = target(1)
    assert path_edits.set_place(before, Point(300, 200)).document is before.document
    assert path_edits.set_ease(before, Ease.EVEN).document is before.document
    for nothing in (target(9), target(None)):
        assert path_edits.delete_node(nothing).document is nothing.document
        assert path_edits.cut_here(nothing).document is nothing.document


def test_a_point_is_added_in_a_span_or_at_the_end_within_the_picture() -> None:
    before = target(0)
    size, path = before.document.size, before.trajectory
    count = len(path.nodes)
    between = path_of(path_edits.add_after(before)).nodes
    assert len(between) == count + 1
    assert (between[0].point, between[2].point) == (path.nodes[0].point, path.nodes[1].point)
    edit = path_edits.add_after(target())
    for each in (target(count - 1), target()):
        edit = path_edits.add_after(each)
        assert edit.label == "Add point"
        assert path_of(edit).nodes[:-1] == path.nodes
    for _ in range(40):
        now = Target(edit.document, ONE)
        edit = path_edits.add_after(now)
        end = path_of(edit).nodes[-1].point
        assert len(path_of(edit).nodes) == len(now.trajectory.nodes) + 1
        assert 0 <= end.x <= size.width
        assert 0 <= end.y <= size.height


def test_a_path_begins_in_the_middle_of_its_region() -> None:
    first = path_edits.add_after(Target(shapes.document(), ONE))
    assert [each.point for each in path_of(first).nodes] == [Point(150, 250)]
    second = path_edits.add_after(Target(first.document, ONE, 0))
    assert path_of(second).nodes[1].point == Point(150 + shapes.SIZE.width * FIRST_STEP, 250)
    blank = MotionDocument.blank(PictureRef(shapes.SIZE))
    made = path_edits.add_after(Target(blank, ONE))
    assert [each.point for each in path_of(made).nodes] == [Point(320, 240)]


def test_what_leads_nowhere_is_no_step() -> None:
    before = target(1)
    for number in (float("nan"), float("inf"), 1e12):
        assert path_edits.set_place(before, Point(number, 0)).document is before.document
        assert path_edits.nudge(before, Point(0, number)).document is before.document
        bad = Trajectory.through([Point(0, 0), Point(number, 0)])
        assert path_edits.paste(before, bad).document is before.document


def test_a_path_is_pasted_to_another_region_at_its_own_start() -> None:
    to = Target(target().document, TWO)
    edit = path_edits.paste(to, shapes.bent(), Point(10, 20))
    pasted = path_edits.trajectory_of(edit.document, TWO)
    assert pasted.nodes[0].point == Point(10, 20)
    assert curve.length(pasted) == pytest.approx(curve.length(shapes.bent()))


def test_a_cut_keeps_the_part_that_is_asked_for() -> None:
    assert path_of(path_edits.cut_here(target(1), Part.START)).nodes == shapes.bent().nodes[:2]
    assert path_of(path_edits.cut_here(target(1), Part.END)).nodes == shapes.bent().nodes[1:]


def test_neither_a_locked_region_nor_the_static_one_gets_another_path() -> None:
    locked = lock(target().document, ONE, locked=True)
    assert path_edits.reverse(Target(locked, ONE)).document is locked
    static = Target(locked, STATIC)
    assert path_edits.paste(static, shapes.bent()).document is locked
