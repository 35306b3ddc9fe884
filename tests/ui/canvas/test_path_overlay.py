"""Paths over the picture: seen on any ground, of the same size at any zoom and density."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from kling_desktop.domain.motion import edits, path_changes
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef, RegionId
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.tools.tool import Scene
from kling_desktop.domain.motion.trajectory import Ease, Join, Node, Trajectory
from kling_desktop.ui.canvas.path_overlay import PathOverlay, ruler
from kling_desktop.ui.canvas.path_shapes import Frame, PathShape, frame_of, placed, shape_of

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH, HEIGHT = 400, 300
SIZE = Size(400, 300)
ONE, TWO = DYNAMIC[:2]
COLOURS = {ONE: "#dd7900", TWO: "#0b99e6"}
ORANGE, BLUE = (0xDD, 0x79, 0x00), (0x0B, 0x99, 0xE6)
LINE = Trajectory.through([Point(80, 150), Point(330, 150)])
ROUND = Trajectory(
    (
        Node(Point(80, 200), after=Point(40, -120)),
        Node(Point(220, 120), Point(-60, -20), Point(60, 20), Join.SMOOTH),
        Node(Point(340, 220), before=Point(-20, -60)),
    )
)


@dataclass(frozen=True)
class Ground:
    """A view: zoom, turn, and where the picture's corner is."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    degrees: float = 0.0

    def to_view(self, point: Point) -> Point:
        sin, cos = math.sin(math.radians(self.degrees)), math.cos(math.radians(self.degrees))
        x, y = point.x * self.zoom, point.y * self.zoom
        return Point(x * cos - y * sin + self.x, x * sin + y * cos + self.y)


def document(path: Trajectory = LINE, wanted: RegionId = ONE) -> MotionDocument:
    return edits.give_trajectory(MotionDocument.blank(PictureRef(SIZE)), wanted, path)


def overlay(selected: int | None = None) -> PathOverlay:
    return PathOverlay(COLOURS.__getitem__, lambda: selected)


def painted(
    what: MotionDocument,
    view: Ground | None = None,
    *,
    active: RegionId = ONE,
    by: PathOverlay | None = None,
    ratio: float = 1.0,
    ground: int = 0xFF808080,
) -> np.ndarray:
    """Rows of red, green, blue."""
    image = QImage(round(WIDTH * ratio), round(HEIGHT * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(ground)
    painter = QPainter(image)
    scene = Scene(what, active, np.zeros((1, 1, 4), np.uint8))
    (by or overlay()).paint(painter, view or Ground(), scene)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 4].reshape(image.height(), -1, 4)[..., 2::-1].copy()


def near(pixels: np.ndarray, colour: tuple[int, int, int], within: int = 30) -> np.ndarray:
    return np.asarray((np.abs(pixels.astype(int) - colour) <= within).all(axis=-1))


@pytest.mark.parametrize("ground", [0xFF000000, 0xFFFFFFFF, 0xFFDD7900])
def test_the_line_has_its_regions_colour_between_dark_edges(ground: int) -> None:
    column = painted(document(), ground=ground)[140:160, 142]
    assert near(column[9:11], ORANGE).all()
    assert column[6:8].max(axis=-1).min() < 90
    assert column[12:14].max(axis=-1).min() < 90
    assert near(column[0], (ground >> 16 & 255, ground >> 8 & 255, ground & 255)).all()


@pytest.mark.parametrize("zoom", [0.25, 0.5, 2.0, 8.0])
def test_everything_but_the_path_is_as_large_at_any_zoom(zoom: float) -> None:
    path = path_changes.scaled(ROUND, 1 / zoom, 1 / zoom, Point(0, 0))
    size = Size(round(SIZE.width / zoom), round(SIZE.height / zoom))
    larger = edits.give_trajectory(MotionDocument.blank(PictureRef(size)), ONE, path)
    there = painted(larger, Ground(zoom), by=overlay(1)).astype(int)
    assert np.abs(there - painted(document(ROUND), by=overlay(1))).max() <= 40


@pytest.mark.parametrize("ratio", [1.25, 2.0, 3.0])
def test_at_a_higher_density_it_is_the_same_picture_but_finer(ratio: float) -> None:
    coarse = painted(document(ROUND), by=overlay(1))
    fine = painted(document(ROUND), by=overlay(1), ratio=ratio)
    image = QImage(fine.tobytes(), fine.shape[1], fine.shape[0], fine.shape[1] * 3,
                   QImage.Format.Format_RGB888)  # fmt: skip
    small = image.scaled(WIDTH, HEIGHT, mode=Qt.TransformationMode.SmoothTransformation)
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(HEIGHT, -1)[:, : WIDTH * 3]
    off = np.abs(rows.reshape(HEIGHT, WIDTH, 3).astype(int) - coarse)
    changed = (coarse != 0x80).any(axis=-1)
    assert off[~changed].mean() < 1
    assert off[changed].mean() < 40
    assert near(fine, ORANGE).sum() > near(coarse, ORANGE).sum() * ratio


def test_hidden_regions_and_those_beside_a_solo_one_are_not_drawn() -> None:
    hidden = edits.show(document(), ONE, visible=False)
    assert (painted(hidden) == 0x80).all()
    two = edits.solo(edits.give_trajectory(document(), TWO, ROUND), TWO, solo=True)
    pixels = painted(two)
    assert near(pixels, BLUE).any()
    assert not near(pixels, ORANGE).any()


def test_the_active_path_lies_over_the_others() -> None:
    both = edits.give_trajectory(document(), TWO, LINE)
    assert near(painted(both, active=ONE)[149:151, 142], ORANGE).all()
    assert near(painted(both, active=TWO)[149:151, 142], BLUE).all()


def test_points_are_drawn_of_the_active_path_alone_and_handles_of_the_chosen_one() -> None:
    def white(pixels: np.ndarray, x: int, y: int) -> bool:
        return bool(near(pixels[y - 1 : y + 1, x - 1 : x + 1], (255, 255, 255)).all())

    end = (330, 150)
    assert white(painted(document()), *end)
    assert not white(painted(document(), active=TWO), *end)
    handle = (280, 140)
    assert white(painted(document(ROUND), by=overlay(1)), *handle)
    assert not white(painted(document(ROUND), by=overlay(0)), *handle)
    assert not white(painted(document(ROUND)), *handle)


def test_a_node_that_is_gone_is_not_drawn() -> None:
    assert (painted(document(), by=overlay(7)) == painted(document())).all()


def test_the_number_lies_behind_the_start_and_says_which_region_it_is() -> None:
    pixels = painted(document())
    badge = pixels[141:160, 52:71]
    assert near(badge, ORANGE).sum() > 80
    other = edits.give_trajectory(MotionDocument.blank(PictureRef(SIZE)), TWO, LINE)
    same_colour = PathOverlay(lambda _: COLOURS[ONE])
    two = painted(other, active=TWO, by=same_colour)[141:160, 52:71]
    assert (badge != two).any()


def test_the_number_of_a_loop_leaves_its_arrow_head_free() -> None:
    loop = Trajectory(
        (
            Node(Point(200, 220), after=Point(90, 0)),
            Node(Point(200, 100), Point(120, 0), Point(-120, 0), Join.SYMMETRIC),
            Node(Point(200, 220), before=Point(-90, 0)),
        )
    )
    shape = shape_of(loop, frame_of(Ground()))
    head = shape.head.boundingRect().center()
    assert math.hypot(head.x() - shape.badge.x(), head.y() - shape.badge.y()) > 15


def test_dots_at_equal_times_lie_close_where_it_is_slow() -> None:
    even = shape_of(LINE, frame_of(Ground())).ticks
    eased = shape_of(Trajectory(LINE.nodes, Ease.IN), frame_of(Ground())).ticks
    assert len(even) == len(eased) == 9
    assert even[1].x() - even[0].x() == pytest.approx(25)
    assert eased[1].x() - eased[0].x() < 10
    assert eased[8].x() - eased[7].x() > 40


def test_chevrons_and_the_arrow_head_point_along_the_path() -> None:
    for path, sign in ((LINE, 1), (Trajectory(LINE.nodes[::-1]), -1)):
        shape = shape_of(path, frame_of(Ground()))
        assert shape.chevrons.elementCount() >= 9
        for first in range(0, shape.chevrons.elementCount(), 3):
            back, tip = shape.chevrons.elementAt(first), shape.chevrons.elementAt(first + 1)
            assert (tip.x - back.x) * sign > 3
        assert shape.head.first() == shape.end


@pytest.mark.parametrize(
    "view", [Ground(2, 30, -80), Ground(0.7, 40, 60, 30), Ground(1, 300, 9, 90)]
)
def test_it_follows_the_view_however_it_is_turned(view: Ground) -> None:
    middle = view.to_view(Point(142, 150))
    pixels = painted(document(), view)
    x, y = int(middle.x), int(middle.y)
    assert near(pixels[y - 3 : y + 4, x - 3 : x + 4], ORANGE).any()
    at = placed(Point(142, 150), frame_of(view))
    assert (at.x(), at.y()) == pytest.approx(middle)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_what_is_kept_and_carried_along_is_what_would_be_drawn_anew(ratio: float) -> None:
    kept = overlay(1)
    for view in (
        Ground(), Ground(), Ground(1, 20, -12), Ground(1, -300, 40), Ground(1, 0.25, 0.5),
        Ground(3, -200, -300), Ground(3, -210, -500), Ground(1, 5, 5, 17),
    ):  # fmt: skip
        fresh = painted(document(ROUND), view, by=overlay(1), ratio=ratio)
        carried = painted(document(ROUND), view, by=kept, ratio=ratio)
        assert np.abs(fresh.astype(int) - carried).max() <= 2


def test_a_changed_path_is_drawn_anew() -> None:
    kept = overlay()
    painted(document(), by=kept)
    assert (painted(document(ROUND), by=kept) == painted(document(ROUND))).all()


def test_panning_and_painting_below_draw_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Trajectory] = []

    def counted(path: Trajectory, frame: Frame) -> PathShape:
        made.append(path)
        return shape_of(path, frame)

    monkeypatch.setattr("kling_desktop.ui.canvas.path_layer.shape_of", counted)
    kept = overlay()
    for step in range(20):
        painted(document(), Ground(1, step, -step), by=kept)
    assert len(made) == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (Trajectory.through([Point(0, 0), Point(92, 0)]), "23 % of the width, 4.6 % a second"),
        (Trajectory.through([Point(0, 0), Point(0, 26)]), "6.5 % of the width, 1.3 % a second"),
    ],
)
def test_the_ruler_tells_length_and_speed(path: Trajectory, words: str) -> None:
    assert ruler(path, SIZE) == words


def test_the_ruler_stays_within_the_window() -> None:
    corner = Trajectory.through([Point(300, 100), Point(380, 280)])
    plate = near(painted(document(corner)), (20, 22, 26), 40)
    assert plate[244:266, 190:366].mean() > 0.5
    assert not plate[:, 397:].any()


@pytest.mark.parametrize(
    "path",
    [
        Trajectory(),
        Trajectory.through([Point(50, 50)]),
        Trajectory.through([Point(50, 50), Point(50, 50)]),
        Trajectory.through([Point(-1e6, -1e6), Point(1e6, 1e6)]),
        Trajectory((Node(Point(0, 0), after=Point(1e6, 1e6)), Node(Point(9, 9)))),
    ],
)
@pytest.mark.parametrize("zoom", [0.01, 1.0, 64.0])
def test_paths_of_any_shape_are_survived(path: Trajectory, zoom: float) -> None:
    assert painted(document(path), Ground(zoom), by=overlay(0)).shape == (HEIGHT, WIDTH, 3)


def test_the_painter_is_given_back_as_it_was() -> None:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = (painter.pen(), painter.brush(), painter.font(), painter.renderHints())
    overlay(1).paint(painter, Ground(), Scene(document(ROUND), ONE, np.zeros((1, 1, 4), np.uint8)))
    assert (painter.pen(), painter.brush(), painter.font(), painter.renderHints()) == before
    assert painter.worldTransform().isIdentity()
    painter.end()
