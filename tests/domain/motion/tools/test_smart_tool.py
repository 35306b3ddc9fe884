"""Smart select as a tool: a click, a box, a scribble; corrections keep what else is painted."""

from __future__ import annotations

import pytest

from kling_desktop.domain.motion import edits, raster, smart
from kling_desktop.domain.motion.geometry import Point, Rect
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.tools.options import Combine, Smart, ToolName, ToolOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer
from tests.domain.motion.desk import Desk
from tests.domain.motion.pictures import (
    ONE,
    TWO,
    Shown,
    clear_objects,
    flat,
    overlap,
    scene_of,
)

SHIFT, ALT, CTRL = Modifiers.SHIFT, Modifiers.ALT, Modifiers.CTRL


@pytest.fixture
def shown() -> Shown:
    return clear_objects()[1]


def a_desk(shown: Shown, **options: object) -> Desk:
    chosen = ToolOptions(**options)  # type: ignore[arg-type]
    return Desk.of(scene_of(shown.pixels), ToolName.SMART, chosen)


def drag_box(desk: Desk, rect: Rect, keys: Modifiers = Modifiers.NONE) -> None:
    desk.drag((rect.left, rect.top), (rect.right, rect.bottom), keys=keys)


def in_truth(shown: Shown) -> tuple[Point, Point]:
    """A stroke within the object."""
    return shown.inner_line[3], shown.inner_line[5]


def test_a_box_takes_the_object_in_one_step(shown: Shown) -> None:
    desk = a_desk(shown)
    drag_box(desk, shown.box)
    assert overlap(desk.mask(), shown.truth) > 0.95
    assert [each.label for each in desk.history] == ["Smart select"]


def test_a_click_takes_it_too(shown: Shown) -> None:
    desk = a_desk(shown)
    desk.click(*shown.inner_line[4])
    assert overlap(desk.mask(), shown.truth) > 0.9


@pytest.mark.parametrize(
    ("chosen", "keys", "is_box"),
    [
        (Smart.BOX, Modifiers.NONE, True),
        (Smart.BOX, CTRL, False),
        (Smart.SCRIBBLE, Modifiers.NONE, False),
        (Smart.SCRIBBLE, CTRL, True),
    ],
)
def test_dragging_draws_what_is_chosen_and_with_ctrl_the_other(
    shown: Shown, chosen: Smart, keys: Modifiers, is_box: bool
) -> None:
    desk = a_desk(shown, smart=chosen)
    desk.press(300, 200, keys)
    desk.move(350, 230, keys)
    desk.move(400, 240, keys)
    assert (desk.guide.words == "100 x 40 px") is is_box
    assert len(desk.guide.lines[0]) == (5 if is_box else 3)
    desk.escape()
    desk.drag(*shown.inner_line, keys=keys if not is_box else CTRL)


def test_a_scribble_takes_the_object(shown: Shown) -> None:
    desk = a_desk(shown, smart=Smart.SCRIBBLE)
    desk.drag(*shown.inner_line)
    assert overlap(desk.mask(), shown.truth) > 0.9


def test_without_an_answer_to_correct_alt_takes_an_object_away(shown: Shown) -> None:
    desk = a_desk(shown)
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, shown.truth)))
    drag_box(desk, shown.box, ALT)
    assert desk.mask().area < 0.05 * shown.truth.area


def test_a_stroke_with_alt_takes_out_and_one_with_shift_brings_back(shown: Shown) -> None:
    desk = a_desk(shown)
    drag_box(desk, shown.box)
    stroke = in_truth(shown)
    desk.drag(*stroke, keys=ALT)
    assert not desk.mask().holds(stroke[0])
    desk.press(*stroke[0], SHIFT)
    desk.move(*stroke[1], SHIFT)
    assert desk.guide.words == "This too"
    desk.release(*stroke[1], SHIFT)
    assert desk.mask().holds(stroke[0])
    assert [each.label for each in desk.history] == ["Smart select", *["Correct selection"] * 2]


def test_a_correction_keeps_what_else_was_painted(shown: Shown) -> None:
    desk = a_desk(shown)
    rect = shown.truth.bounds
    beside, within = Point(5, 5), shown.inner_line[3]
    early = raster.ellipse(shown.size, within - Point(9, 9), within + Point(9, 9))
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, early)))
    drag_box(desk, shown.box)
    late = raster.rectangle(shown.size, Point(0, 0), Point(20, rect.top - 40))
    desk.apply(edits.Edit("Paint", edits.paint(desk.document, ONE, late)))
    desk.drag(*in_truth(shown), keys=ALT)
    assert desk.mask().holds(beside)
    assert early.without(desk.mask()).is_empty


def test_what_a_correction_gives_up_goes_back_to_whom_it_belonged(shown: Shown) -> None:
    desk = a_desk(shown)
    at = shown.inner_line[3]
    theirs = raster.ellipse(shown.size, at - Point(30, 30), at + Point(30, 30))
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, TWO, theirs)))
    drag_box(desk, shown.box)
    assert not desk.mask(TWO).holds(at)
    desk.drag(at, (at.x + 10, at.y), keys=ALT)
    assert desk.mask(TWO).holds(at)


def test_what_was_taken_away_is_corrected_as_well(shown: Shown) -> None:
    desk = a_desk(shown, combine=Combine.SUBTRACT)
    solid = Mask.full(shown.size)
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, solid)))
    drag_box(desk, shown.box)
    assert overlap(desk.mask(), shown.truth.inverted()) > 0.95
    stroke = in_truth(shown)
    desk.drag(*stroke, keys=ALT)
    assert desk.mask().holds(stroke[0])
    desk.drag(*stroke, keys=SHIFT)
    assert not desk.mask().holds(stroke[0])


def test_what_was_replaced_does_not_come_back(shown: Shown) -> None:
    desk = a_desk(shown, combine=Combine.REPLACE)
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, shown.truth)))
    drag_box(desk, shown.box)
    stroke = in_truth(shown)
    desk.drag(*stroke, keys=ALT)
    assert not desk.mask().holds(stroke[0])


def test_a_correction_that_was_undone_is_forgotten(shown: Shown) -> None:
    desk = a_desk(shown)
    drag_box(desk, shown.box)
    selected = desk.mask()
    stroke, other = in_truth(shown), shown.inner_line[8]
    desk.drag(*stroke, keys=ALT)
    assert not desk.mask().holds(stroke[0])
    desk.undo()
    assert desk.mask() == selected
    desk.drag(other, (other.x + 9, other.y), keys=SHIFT)
    assert desk.mask().holds(stroke[0])


def test_after_undoing_the_selection_shift_asks_for_an_object_anew(shown: Shown) -> None:
    desk = a_desk(shown)
    drag_box(desk, shown.box)
    desk.undo()
    drag_box(desk, shown.box, SHIFT)
    assert desk.history[-1].label == "Smart select"
    assert overlap(desk.mask(), shown.truth) > 0.95


def test_corrections_count_before_the_first_answer_has_come(shown: Shown) -> None:
    """The window need not wait: each task can be run later, or never."""
    desk = a_desk(shown)
    rect, stroke = shown.box, in_truth(shown)
    pressed = desk.tool.press(Pointer(rect.left, rect.top), desk.scene)
    asked = pressed.tool.release(Pointer(rect.right, rect.bottom), desk.scene)
    desk.tool = asked.tool
    desk.drag(*stroke, keys=ALT)
    assert desk.history[-1].label == "Correct selection"
    assert not desk.mask().holds(stroke[0])
    assert overlap(desk.mask(), shown.truth) > 0.6


def test_another_region_has_nothing_to_correct(shown: Shown) -> None:
    desk = a_desk(shown)
    drag_box(desk, shown.box)
    desk.scene = type(desk.scene)(desk.document, TWO, desk.scene.picture)
    drag_box(desk, shown.box, SHIFT)
    assert desk.history[-1].label == "Smart select"
    assert desk.mask().is_empty


def test_where_nothing_is_found_the_user_is_told_what_was_taken(shown: Shown) -> None:
    desk = Desk.of(scene_of(flat(shown.size)), ToolName.SMART)
    drag_box(desk, Rect(100, 100, 300, 200))
    assert desk.notes == [smart.NO_EDGE]
    assert desk.mask().area > 0


def test_a_locked_region_is_not_even_asked_about(shown: Shown) -> None:
    desk = a_desk(shown, combine=Combine.REPLACE)
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, shown.truth)))
    desk.apply(edits.Edit("Lock", edits.lock(desk.document, ONE, locked=True)))
    drag_box(desk, shown.box)
    assert desk.mask() == shown.truth
    assert desk.notes == ["Region 1 is locked: unlock it to paint it."]


def test_a_box_beside_the_picture_asks_nothing(shown: Shown) -> None:
    desk = a_desk(shown)
    drag_box(desk, Rect(-100, -100, -20, -20))
    assert not desk.history
    assert not desk.notes
