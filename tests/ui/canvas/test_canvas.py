"""What the canvas owes to the rest of the program: densities, hooks, slow work, other pictures."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.edits import Edit
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.tools.brush import Brush
from kling_desktop.domain.motion.tools.tool import Guide, Reaction
from kling_desktop.paths import resource
from kling_desktop.ui import theme
from kling_desktop.ui.canvas.painting import Painting
from tests.helpers import reference_painter as reference
from tests.ui.canvas.conftest import scenery
from tests.ui.canvas.easel import NO_BUTTON

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QPainter
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.motion.tools.pointer import Pointer
    from kling_desktop.domain.motion.tools.tool import Scene
    from kling_desktop.domain.motion.view import View
    from tests.ui.canvas.easel import Easel

RATIOS = (1.0, 1.5, 2.0, 3.0)


@pytest.mark.parametrize("ratio", RATIOS)
def test_at_every_density_strokes_land_where_the_pointer_is(
    easel: Callable[..., Easel], ratio: float
) -> None:
    here = easel(ratio=ratio)
    brush = replace(here.session.options.brush, diameter=20)
    here.session.set_options(replace(here.session.options, brush=brush))
    here.canvas.navigation.actual()
    corner = here.view.to_picture(Point(0, 0))
    here.mouse(QEvent.Type.MouseButtonPress, QPointF(250, 180))
    here.mouse(QEvent.Type.MouseButtonRelease, QPointF(250, 180))
    rect = here.session.document.dynamic[0].mask.bounds
    assert (rect.left + rect.right) / 2 == pytest.approx(corner.x + 250 * ratio, abs=1)
    assert (rect.top + rect.bottom) / 2 == pytest.approx(corner.y + 180 * ratio, abs=1)
    assert rect.width in {20, 21}


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("zoom", [None, 0.37, 1.0, 4.0])
def test_at_every_density_the_frame_has_every_pixel_of_the_screen(
    easel: Callable[..., Easel], ratio: float, zoom: float | None
) -> None:
    here = easel(ratio=ratio)
    here.session.choose_region(DYNAMIC[4])
    if zoom is not None:
        surface = here.canvas._surface
        view = here.view.at_scale(zoom, surface.viewport, here.session.document.size)
        here.look(view.limited(here.session.document.size, surface.viewport))
    here.shown()
    here.drag(Point(200, 150), Point(400, 300), Point(340, 260))
    assert here.shown().shape[:2] == (round(400 * ratio), round(640 * ratio))
    assert np.array_equal(here.shown(), here.truth())
    here.canvas._input.leave()
    grabbed, view = reference.pixels(here.grabbed()), here.view
    inside = [view.to_device(Point(x, y)) for x in (300, 350, 380) for y in (220, 250, 280)]
    for each in inside:
        assert np.array_equal(
            grabbed[int(each.y), int(each.x)], here.shown()[int(each.y), int(each.x)]
        )


def test_a_move_to_a_denser_screen_keeps_the_picture_in_place(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.navigation.actual()
    place = here.view.to_picture(Point(320, 200))
    here.canvas.ratio = 2.0
    QApplication.sendEvent(here.canvas, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert here.view.ratio == 2
    assert here.view.to_picture(Point(320, 200)).distance(place) < 1
    assert np.array_equal(here.shown(), here.truth())


@pytest.mark.parametrize("diameter", [1.0, 40.0, 64.0])
@pytest.mark.parametrize("ratio", RATIOS)
def test_the_outline_is_as_large_as_what_it_paints(
    easel: Callable[..., Easel], ratio: float, diameter: float
) -> None:
    here = easel(ratio=ratio)
    here.canvas.navigation.actual()
    brush = replace(here.session.options.brush, diameter=diameter, hardness=0.5)
    here.session.set_options(replace(here.session.options, brush=brush))
    here.canvas._input.leave()
    bare = reference.pixels(here.grabbed()).astype(int)
    here.mouse(QEvent.Type.MouseMove, QPointF(300.5, 200.5), NO_BUTTON)
    marked = np.abs(reference.pixels(here.grabbed()).astype(int) - bare).max(axis=2) > 25
    rows, columns = np.nonzero(marked)
    reach = max(diameter / 2, 6 * ratio if diameter * 0.75 < 6 * ratio else 0)
    middle = (columns.min() + columns.max() + 1) / 2
    assert middle == pytest.approx(300.5 * ratio, abs=1.6)
    assert (columns.max() + 1 - columns.min()) / 2 == pytest.approx(
        reach + ratio / 2, abs=1.6 * ratio
    )
    assert rows.max() > rows.min()


def test_the_pixel_grid_comes_when_pixels_are_large(easel: Callable[..., Easel]) -> None:
    here = easel()
    for scale, is_there in ((7.9, False), (8.0, True)):
        surface = here.canvas._surface
        view = here.view.at_scale(scale, surface.viewport, here.session.document.size)
        here.look(view.limited(here.session.document.size, surface.viewport))
        here.canvas._input.leave()
        grabbed = reference.pixels(here.grabbed())
        assert np.array_equal(grabbed[20:380, 20:620], here.shown()[20:380, 20:620]) is not is_there


@dataclass
class _Flag:
    """An overlay that notes what it is given."""

    seen: list[tuple[View, Scene]] = field(default_factory=list)

    def paint(self, painter: QPainter, view: View, scene: Scene) -> None:
        at = view.to_view(Point(350, 250))
        painter.fillRect(int(at.x) - 4, int(at.y) - 4, 8, 8, Qt.GlobalColor.magenta)
        self.seen.append((view, scene))


def test_others_draw_over_the_picture(easel: Callable[..., Easel]) -> None:
    here, flag = easel(), _Flag()
    here.canvas.overlays.append(flag)
    at = here.view.to_device(Point(350, 250))
    assert here.grabbed().pixelColor(int(at.x), int(at.y)).name() == "#ff00ff"
    assert flag.seen[-1] == (here.view, here.session.scene)


@dataclass(frozen=True)
class _Slow:
    """A tool whose work is done elsewhere, and that shows a guide meanwhile."""

    work: Callable[[], Edit | None]
    is_idle: bool = True

    def press(self, at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self, task=self.work, guide=Guide(dots=(at.point,), words="thinking"))

    def move(self, _at: Pointer, _scene: Scene) -> Reaction:
        return Reaction(self)

    release = move

    def accept(self, _scene: Scene) -> Reaction:
        return Reaction(self)

    step_back = accept

    def cancel(self) -> _Slow:
        return self


def use(here: Easel, tool: _Slow) -> None:
    here.canvas._painting._tool = tool


def test_slow_work_is_done_elsewhere_and_becomes_a_step(
    easel: Callable[..., Easel], qtbot: QtBot
) -> None:
    here, threads = easel(), []
    document = here.session.document

    def work() -> Edit:
        threads.append(threading.current_thread())
        return Edit("Select", edits.give_mask(document, DYNAMIC[0], Mask.full(document.size)))

    use(here, _Slow(work))
    here.press(Point(100, 100))
    assert here.canvas.is_busy
    qtbot.waitUntil(lambda: not here.canvas.is_busy)
    assert threads[0] is not threading.current_thread()
    assert here.session.history.undoText() == "Select"
    assert np.array_equal(here.shown(), here.truth())


@pytest.mark.parametrize("by", ["escape", "edit", "newer"])
def test_slow_work_that_is_not_wanted_any_more_is_never_heard_of(
    easel: Callable[..., Easel], qtbot: QtBot, by: str
) -> None:
    here, gate = easel(), threading.Event()
    document = here.session.document
    full = edits.give_mask(document, DYNAMIC[0], Mask.full(document.size))

    def work() -> Edit:
        gate.wait(10)
        return Edit("Select", full)

    use(here, _Slow(work))
    here.press(Point(100, 100))
    if by == "escape":
        QTest.keyClick(here.canvas, Qt.Key.Key_Escape)
    elif by == "edit":
        here.session.apply(Edit("Add", edits.add(document)))
    else:
        use(here, _Slow(lambda: Edit("Newer", edits.add(document))))
        here.press(Point(200, 100))
    gate.set()
    qtbot.waitUntil(lambda: not here.canvas.is_busy)
    here.canvas._painting.errand._threads.submit(int).result(10)  # the one before it has ended
    QApplication.processEvents()
    steps = [here.session.history.text(i) for i in range(here.session.history.count())]
    assert steps == {"escape": [], "edit": ["Add"], "newer": ["Newer"]}[by]


def test_slow_work_that_fails_is_told(
    easel: Callable[..., Easel], qtbot: QtBot, expected_log: Callable[[str], None]
) -> None:
    expected_log("work for the canvas failed")
    here = easel()

    def work() -> Edit | None:
        raise ZeroDivisionError

    use(here, _Slow(work))
    with qtbot.waitSignal(here.canvas.failed) as told:
        here.press(Point(100, 100))
    assert isinstance(told.args[0], ZeroDivisionError)
    assert not here.canvas.is_busy


def test_another_picture_takes_the_place_of_the_one_before(
    easel: Callable[..., Easel], qtbot: QtBot
) -> None:
    here = easel()
    here.drag(Point(100, 100))
    here.press(Point(200, 200))
    here.picture = scenery(300, 420)
    here.session.open(MotionDocument.blank(PictureRef(Size(300, 420))), here.picture)
    assert not here.canvas.is_ready
    qtbot.waitUntil(lambda: here.canvas.is_ready)
    here.drag(Point(100, 100), Point(200, 300))
    assert np.array_equal(here.shown(), here.truth())


def test_the_window_grows_and_the_whole_picture_with_it(easel: Callable[..., Easel]) -> None:
    here = easel()
    here.canvas.resize(900, 700)
    QApplication.processEvents()
    assert here.view.scale == pytest.approx(876 / 700)
    here.canvas.navigation.actual()
    place = here.view.to_picture(Point(450, 350))
    here.canvas.resize(640, 400)
    QApplication.processEvents()
    assert here.view.to_picture(Point(320, 200)).distance(place) < 1
    assert np.array_equal(here.shown(), here.truth())


def test_tools_of_other_parts_come_from_the_factory(
    qtbot: QtBot, easel: Callable[..., Easel]
) -> None:
    here, asked = easel(), []

    def tool_for(name: object, _options: object) -> Brush:
        asked.append(name)
        return Brush()

    painting = Painting(here.session, tool_for, lambda _rect: None, here.canvas)
    assert asked == [here.session.tool]
    painting.errand.close()


@pytest.mark.golden
@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_golden_canvas(
    easel: Callable[..., Easel], ratio: float, scheme: theme.Scheme, dressed: QApplication,
    tmp_path: Path,
) -> None:  # fmt: skip
    theme.apply(dressed, scheme)
    here = easel(240, 180, ratio=ratio, noise=0)
    here.canvas.restyle()
    here.canvas.resize(300, 220)
    QApplication.processEvents()
    brush = replace(here.session.options.brush, diameter=26)
    here.session.set_options(replace(here.session.options, brush=brush))
    for index, number in enumerate((*DYNAMIC, 0)):
        here.session.choose_region(number)  # type: ignore[arg-type]
        y = 14.0 + 25 * index
        here.drag(Point(-10, y), Point(120, y + 9), Point(215, y))
    here.session.choose_region(DYNAMIC[1])
    here.move(Point(120, 90), NO_BUTTON)
    here.canvas._surface.refine()
    found = here.grabbed()
    name = f"canvas-{scheme.value}-{ratio:.0f}x.png"
    stored = resource("styles").parents[1] / "tests" / "golden" / name
    if not stored.exists():
        found.save(str(tmp_path / name))
        pytest.fail(f"there is no {name} yet; look at {tmp_path / name} and keep it")
    wanted = reference.pixels(QImage(str(stored)).convertToFormat(QImage.Format.Format_RGB32))
    pixels = reference.pixels(found)
    if not np.array_equal(pixels, wanted):
        found.save(str(tmp_path / name))
    assert pixels.shape == wanted.shape
    off = np.abs(pixels.astype(int) - wanted.astype(int)).max(axis=2)
    # Smooth lines are rounded otherwise on another processor; nothing else may differ.
    assert off.max() <= 3, f"see {tmp_path / name}"
