"""Line, lasso, polygon, rectangle and ellipse."""

from __future__ import annotations

import pytest

from kling_desktop.domain.motion import edits, raster
from kling_desktop.domain.motion.geometry import Point, Rect, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.tools.brush import BrushOptions
from kling_desktop.domain.motion.tools.options import Combine, Symmetry, ToolName, ToolOptions
from kling_desktop.domain.motion.tools.pointer import Modifiers, Pointer
from kling_desktop.domain.motion.tools.tool import NO_GUIDE
from tests.domain.motion.desk import Desk
from tests.domain.motion.pictures import ONE, flat, scene_of

SIZE = Size(300, 200)
SHIFT, ALT = Modifiers.SHIFT, Modifiers.ALT


def a_desk(name: ToolName, options: ToolOptions | None = None) -> Desk:
    return Desk.of(scene_of(flat(SIZE)), name, options)


def box(left: float, top: float, right: float, bottom: float) -> Mask:
    return raster.rectangle(SIZE, Point(left, top), Point(right, bottom))


def painted(desk: Desk, mask: Mask) -> Desk:
    desk.apply(edits.Edit("Prepare", edits.paint(desk.document, ONE, mask)))
    return desk


def test_a_rectangle_goes_from_corner_to_corner() -> None:
    desk = a_desk(ToolName.RECTANGLE)
    desk.drag((200, 150), (20, 30))
    assert desk.mask() == box(20, 30, 200, 150)
    assert [each.label for each in desk.history] == ["Rectangle"]


def test_shift_makes_a_square_and_alt_goes_from_the_middle_at_any_time_in_the_drag() -> None:
    desk = a_desk(ToolName.RECTANGLE)
    desk.press(100, 100)
    desk.move(150, 120, SHIFT)
    assert desk.guide.words == "50 x 50 px"
    desk.move(140, 120, ALT)
    assert desk.guide.words == "80 x 40 px"
    desk.release(130, 120, SHIFT | ALT)
    assert desk.mask() == box(70, 70, 130, 130)


def test_a_square_grows_the_way_the_hand_goes() -> None:
    desk = a_desk(ToolName.RECTANGLE)
    desk.drag((100, 100), (60, 110), keys=SHIFT)
    assert desk.mask() == box(60, 100, 100, 140)


def test_an_ellipse_fits_its_box_and_shows_itself_on_the_way() -> None:
    desk = a_desk(ToolName.ELLIPSE)
    desk.press(20, 30)
    desk.move(200, 150)
    assert desk.guide.ellipse == Rect(20, 30, 200, 150)
    assert desk.guide.words == "180 x 120 px"
    desk.release(200, 150)
    assert desk.mask() == raster.ellipse(SIZE, Point(20, 30), Point(200, 150))
    assert desk.guide == NO_GUIDE


@pytest.mark.parametrize("name", [ToolName.RECTANGLE, ToolName.ELLIPSE, ToolName.LASSO])
def test_a_mere_click_makes_no_step(name: ToolName) -> None:
    desk = painted(a_desk(name, ToolOptions(combine=Combine.REPLACE)), box(0, 0, 50, 50))
    desk.click(100, 100)
    assert len(desk.history) == 1


def test_a_lasso_takes_what_it_goes_around_and_closes_itself() -> None:
    desk = a_desk(ToolName.LASSO)
    desk.press(50, 50)
    desk.move(150, 50)
    desk.move(150, 120)
    assert desk.guide.words == "100 x 70 px"
    assert desk.guide.lines[0][0] == desk.guide.lines[0][-1]
    desk.release(50, 120)
    assert desk.mask() == box(50, 50, 150, 120)


@pytest.mark.parametrize("name", [ToolName.LASSO, ToolName.POLYGON])
@pytest.mark.parametrize(
    ("combine", "keys", "expected"),
    [
        (Combine.ADD, Modifiers.NONE, box(0, 0, 150, 100)),
        (Combine.SUBTRACT, Modifiers.NONE, box(0, 0, 50, 100)),
        (Combine.REPLACE, Modifiers.NONE, box(50, 0, 150, 100)),
        (Combine.REPLACE, SHIFT, box(0, 0, 150, 100)),
        (Combine.ADD, ALT, box(0, 0, 50, 100)),
    ],
)
def test_it_adds_takes_away_or_replaces_and_shift_and_alt_do_so_for_once(
    name: ToolName, combine: Combine, keys: Modifiers, expected: Mask
) -> None:
    desk = painted(a_desk(name, ToolOptions(combine=combine)), box(0, 0, 100, 100))
    corners = [(50, 0), (150, 0), (150, 100), (50, 100)]
    if name is ToolName.LASSO:
        desk.press(*corners[0], keys)
        for corner in corners[1:]:
            desk.move(*corner)
        desk.release(*corners[-1])
    else:
        desk.click(*corners[0], keys)
        for corner in corners[1:]:
            desk.click(*corner)
        desk.enter()
    assert desk.mask() == expected


def test_the_pens_other_end_takes_away() -> None:
    desk = painted(a_desk(ToolName.RECTANGLE), box(0, 0, 100, 100))
    at = Pointer(50, 0, is_eraser=True)
    desk.take(desk.tool.press(at, desk.scene))
    desk.release(100, 100)
    assert desk.mask() == box(0, 0, 50, 100)


@pytest.mark.parametrize("how", ["Enter", "a double click", "a click on the first corner"])
def test_a_polygon_is_closed_by(how: str) -> None:
    desk = a_desk(ToolName.POLYGON)
    for corner in [(50, 50), (150, 50), (150, 120), (50, 120)]:
        desk.click(*corner)
    assert not desk.history
    if how == "Enter":
        desk.enter()
    elif how == "a double click":
        desk.click(51, 121)
    else:
        desk.click(55, 54)
    assert desk.mask() == box(50, 50, 150, 120)
    assert desk.tool.is_idle


def test_backspace_takes_back_corners_until_none_is_left() -> None:
    desk = a_desk(ToolName.POLYGON)
    for corner in [(50, 50), (150, 50), (150, 120), (10, 190)]:
        desk.click(*corner)
    desk.backspace()
    assert desk.guide.dots == (Point(50, 50), Point(150, 50), Point(150, 120))
    for _ in range(3):
        desk.backspace()
    assert desk.tool.is_idle
    assert desk.guide == NO_GUIDE


def test_escape_gives_a_polygon_up() -> None:
    desk = a_desk(ToolName.POLYGON)
    idle = desk.tool
    for corner in [(50, 50), (150, 50), (150, 120)]:
        desk.click(*corner)
    desk.escape()
    assert desk.tool == idle
    assert not desk.history


def test_the_next_side_follows_the_hand_and_says_its_length_and_angle() -> None:
    desk = a_desk(ToolName.POLYGON)
    desk.click(50, 100)
    desk.move(80, 60)
    assert desk.guide.lines == ((Point(50, 100), Point(80, 60)),)
    assert desk.guide.words == "50 px, 53°"


def test_two_corners_and_a_double_click_are_no_polygon_yet() -> None:
    desk = a_desk(ToolName.POLYGON)
    desk.click(50, 50)
    desk.click(150, 50)
    desk.click(150, 50)
    in_progress = desk.tool
    desk.enter()
    assert not in_progress.is_idle
    assert desk.tool.is_idle
    assert not desk.history


@pytest.mark.parametrize(
    ("end", "words"),
    [((200, 103), "100 px, 0°"), ((100, 4), "96 px, 90°"), ((190, 195), "131 px, 315°")],
)
def test_shift_snaps_a_line_to_steps_of_15_degrees(end: tuple[float, float], words: str) -> None:
    desk = a_desk(ToolName.LINE)
    desk.press(100, 100)
    desk.move(*end, SHIFT)
    assert desk.guide.words == words


def test_a_line_is_one_straight_stroke_of_the_brush() -> None:
    desk = a_desk(ToolName.LINE, ToolOptions(brush=BrushOptions(diameter=20)))
    desk.press(50, 100)
    desk.move(90, 20)
    assert desk.stroke.covered().is_empty
    desk.release(250, 100)
    assert box(50, 91, 250, 109).without(desk.mask()).is_empty
    assert desk.mask().bounds.height in {20, 21}
    assert [each.label for each in desk.history] == ["Line"]


def test_a_line_erases_with_alt_or_when_told_to() -> None:
    for options, keys in [(ToolOptions(combine=Combine.SUBTRACT), Modifiers.NONE), (None, ALT)]:
        desk = painted(a_desk(ToolName.LINE, options), Mask.full(SIZE))
        desk.drag((0, 100), (300, 100), keys=keys)
        assert not desk.mask().holds(Point(150, 100))
        assert desk.history[-1].label == "Erase line"


@pytest.mark.parametrize(
    ("symmetry", "copies"),
    [
        (Symmetry.NONE, [(0, 0)]),
        (Symmetry.LEFT_RIGHT, [(0, 0), (1, 0)]),
        (Symmetry.TOP_BOTTOM, [(0, 0), (0, 1)]),
        (Symmetry.BOTH, [(0, 0), (1, 0), (0, 1), (1, 1)]),
    ],
)
@pytest.mark.parametrize("name", [ToolName.RECTANGLE, ToolName.LASSO, ToolName.POLYGON])
def test_shapes_have_mirror_images(
    name: ToolName, symmetry: Symmetry, copies: list[tuple[int, int]]
) -> None:
    desk = a_desk(name, ToolOptions(symmetry=symmetry))
    if name is ToolName.POLYGON:
        for corner in [(10, 20), (60, 20), (60, 50), (10, 50)]:
            desk.click(*corner)
        desk.enter()
    elif name is ToolName.LASSO:
        desk.drag((10, 20), (60, 20), (60, 50), (10, 50))
    else:
        desk.drag((10, 20), (60, 50))
    expected = Mask.empty(SIZE)
    for across, down in copies:
        left, top = (240 if across else 10), (150 if down else 20)
        expected = expected.united(box(left, top, left + 50, top + 30))
    assert desk.mask() == expected


def test_a_locked_region_is_not_painted_and_the_user_is_told() -> None:
    desk = painted(a_desk(ToolName.RECTANGLE), box(0, 0, 10, 10))
    desk.apply(edits.Edit("Lock", edits.lock(desk.document, ONE, locked=True)))
    desk.drag((50, 50), (90, 90))
    assert desk.mask() == box(0, 0, 10, 10)
    assert desk.notes == ["Region 1 is locked: unlock it to paint it."]
