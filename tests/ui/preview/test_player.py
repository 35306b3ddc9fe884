"""The preview covers the canvas, follows every edit, and never makes the window wait."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui.canvas.picture_view import fitted
from kling_desktop.ui.preview.onion import ALPHAS, ghosts
from kling_desktop.ui.preview.options import Options
from kling_desktop.ui.preview.player import FAILED, HOLDS, NOTHING_MOVES
from kling_desktop.ui.preview.screen import MARK
from tests.ui.brush.worlds import a_box, draw, paint

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.preview.player import PreviewPlayer
    from kling_desktop.ui.preview.playing import Renderer
    from tests.helpers.guards import LogGuard

FRAMES = 150


@dataclass
class Projector:
    """Frames whose blue is their number, and whose green counts the versions."""

    long_sides: list[int] = field(default_factory=list)
    documents: list[MotionDocument] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    may_go_on: threading.Event = field(default_factory=threading.Event)
    is_broken: bool = False
    broken: set[int] = field(default_factory=set)
    """Versions whose frames cannot be made."""

    def __post_init__(self) -> None:
        self.may_go_on.set()

    def __call__(self, picture: NDArray[np.uint8], long_side: int, /) -> Renderer:
        assert threading.current_thread() is not threading.main_thread()
        self.long_sides.append(long_side)
        return self._motion

    def _motion(self, document: MotionDocument, /) -> Shown:
        self.documents.append(document)
        return Shown(self, len(self.documents))


class Heard(QObject):
    """What the mouse does to a widget."""

    KINDS: Final = (
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.Wheel,
    )

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.events: list[QEvent.Type] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in self.KINDS:
            self.events.append(event.type())
        return False


@dataclass
class Shown:
    owner: Projector
    version: int
    frames: int = FRAMES

    def frame(self, number: int, /) -> NDArray[np.uint8]:
        self.owner.may_go_on.wait(5)
        if self.owner.is_broken or self.version in self.owner.broken:
            raise ValueError("no light")
        self.owner.made.append(number)
        return np.full((30, 40, 3), (number, self.version, 0), np.uint8)


@pytest.fixture
def projector() -> Projector:
    return Projector()


@pytest.fixture
def player(page: BrushPage, projector: Projector) -> PreviewPlayer:
    page.take_preview(projector)
    assert page.preview is not None
    return page.preview


def moving(page: BrushPage) -> None:
    paint(page.session, 1, a_box(page.session, 50, 50, 60, 60))
    draw(page.session, 1, (80, 80), (200, 90))


def number_shown(player: PreviewPlayer) -> int:
    return player.screen_.image.pixelColor(5, 5).blue()


def version_shown(player: PreviewPlayer) -> int:
    return player.screen_.image.pixelColor(5, 5).green()


def a_turn_of_the_wheel() -> QWheelEvent:
    return QWheelEvent(
        QPointF(20, 20), QPointF(20, 20), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_without_a_motion_it_says_what_is_missing(
    page: BrushPage,
    player: PreviewPlayer,
) -> None:
    page.play()
    assert not player.isVisible()
    assert page.status.words == NOTHING_MOVES


def test_a_key_plays_and_the_same_key_goes_back(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        QTest.keyClick(page.canvas, Qt.Key.Key_F5)
    assert player.isVisible()
    assert player.geometry() == page.canvas.rect()
    assert player.hasFocus()
    assert page.status.play.text() == "Paint"
    QTest.keyClick(player, Qt.Key.Key_F5)
    assert not player.isVisible()
    assert page.canvas.hasFocus()
    assert page.status.play.text() == "Preview"
    assert not player.film.is_running


def test_it_plays_by_the_clock_and_starts_again_at_the_end(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
    projector: Projector,
) -> None:
    moving(page)
    page.play()
    qtbot.waitUntil(lambda: player.number > 3)
    assert projector.made[0] == 0
    assert projector.made == sorted(projector.made)
    player.seek(FRAMES - 2)
    qtbot.waitUntil(lambda: 0 <= player.number < 40)


def test_space_pauses_and_arrows_step(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    QTest.keyClick(player, Qt.Key.Key_Space)
    assert not player.is_playing
    player.seek(20)
    qtbot.waitUntil(lambda: number_shown(player) == 20)
    QTest.keyClick(player, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: number_shown(player) == 21)
    QTest.keyClick(player, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: number_shown(player) == 20)
    QTest.keyClick(player, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: number_shown(player) == FRAMES - 1)
    assert player.scrub.value() == FRAMES - 1
    QTest.keyClick(player, Qt.Key.Key_Escape)
    assert not player.isVisible()


def test_a_click_pauses_and_paints_nothing_on_the_canvas_below(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    below, plays = Heard(page.canvas), [player.is_playing]
    QTest.mouseClick(player.screen_, Qt.MouseButton.LeftButton)
    plays.append(player.is_playing)
    QTest.mousePress(player.screen_, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseMove(player.screen_, QPoint(60, 40))
    QTest.mouseRelease(player.screen_, Qt.MouseButton.LeftButton, pos=QPoint(60, 40))
    plays.append(player.is_playing)
    QTest.mouseClick(player.screen_, Qt.MouseButton.RightButton)
    QApplication.sendEvent(player.screen_, a_turn_of_the_wheel())
    assert plays == [True, False, True]
    assert below.events == []


def test_who_takes_a_tool_comes_back_to_the_canvas(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    page.session.choose_tool(ToolName.ERASER)
    assert not player.isVisible()


def test_an_edit_is_shown_at_the_same_moment(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
    projector: Projector,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    QTest.keyClick(player, Qt.Key.Key_Space)
    player.seek(70)
    qtbot.waitUntil(lambda: number_shown(player) == 70)
    draw(page.session, 1, (80, 80), (90, 200))
    qtbot.waitUntil(lambda: version_shown(player) == 2)
    assert number_shown(player) == 70
    assert projector.documents[-1] is page.session.document
    assert len(projector.long_sides) == 1  # the renderer is kept, and what it remembers


def test_of_many_edits_only_the_newest_is_rendered(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
    projector: Projector,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    QTest.keyClick(player, Qt.Key.Key_Space)
    projector.may_go_on.clear()
    player.seek(30)
    for step in range(20):
        draw(page.session, 1, (80, 80), (90, 100 + step))
    projector.may_go_on.set()
    qtbot.waitUntil(lambda: projector.documents[-1] is page.session.document)
    qtbot.waitUntil(lambda: version_shown(player) == len(projector.documents))
    assert len(projector.documents) <= 4


def test_who_comes_back_from_another_page_finds_the_canvas(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    page.hide()
    assert not player.film.is_running
    page.show()
    assert not player.isVisible()


def test_when_nothing_moves_any_more_it_ends(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    page.session.history.undo()
    assert not player.isVisible()
    assert page.status.words == HOLDS


def test_a_renderer_that_breaks_gives_the_canvas_back(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
    projector: Projector,
    expected_log: LogGuard,
) -> None:
    projector.is_broken = True
    moving(page)
    expected_log("preview failed")
    with qtbot.waitSignal(player.film.failed):
        page.play()
    assert not player.isVisible()
    assert page.status.words == FAILED


def test_every_frame_is_marked(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    shown = player.screen_.grab().toImage()
    corner = fitted(player.screen_.image.size(), player.screen_.room).topLeft()
    plate = [(corner.x() + x, corner.y() + y) for x in range(12, 150) for y in range(12, 32)]
    colours = {shown.pixelColor(*each).lightness() for each in plate}
    assert min(colours) < 60
    assert max(colours) > 200
    assert player.screen_.accessibleName() == MARK == "Preview, not the model"


def test_no_more_pixels_are_rendered_than_are_seen(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
    projector: Projector,
) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    (long_side,) = projector.long_sides
    assert long_side <= 960
    assert long_side <= page.canvas.width() * page.devicePixelRatioF()


def playing(qtbot: QtBot, page: BrushPage, player: PreviewPlayer) -> None:
    moving(page)
    with qtbot.waitSignal(player.film.came):
        page.play()
    QTest.keyClick(player, Qt.Key.Key_Space)


def press(player: PreviewPlayer, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    QTest.keyClick(player, key, held)


SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def test_the_bar_tells_time_and_frame(qtbot: QtBot, page: BrushPage, player: PreviewPlayer) -> None:
    playing(qtbot, page, player)
    player.seek(36)
    qtbot.waitUntil(lambda: player.number == 36)
    assert player.bar.time.text() == "1.2 / 5.0 s  \N{MIDDLE DOT}  37 / 150"
    assert player.bar.time.accessibleName() == "1.2 / 5.0 s, frame 37 of 150"


def test_without_a_loop_it_stops_at_the_end_and_plays_from_the_start_again(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer
) -> None:
    playing(qtbot, page, player)
    press(player, Qt.Key.Key_L, SHIFT)
    assert not player.options.loops
    player.seek(FRAMES - 3)
    qtbot.waitUntil(lambda: player.number == FRAMES - 3)
    QTest.keyClick(player, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not player.is_playing)
    qtbot.waitUntil(lambda: player.number == FRAMES - 1)
    QTest.keyClick(player, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: 0 < player.number < 100)


def test_keys_and_buttons_choose_the_speed_and_what_is_drawn_over(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer
) -> None:
    playing(qtbot, page, player)
    press(player, Qt.Key.Key_Right, ALT)
    assert (player.options.speed, player.bar.speed.text()) == (2.0, "2\N{MULTIPLICATION SIGN}")
    for _ in range(9):
        press(player, Qt.Key.Key_Left, ALT)
    assert player.options.speed == 0.25
    press(player, Qt.Key.Key_A, SHIFT)
    press(player, Qt.Key.Key_O, SHIFT)
    assert (player.options.arrows, player.options.onion) == (True, True)
    assert player.bar.arrows.isChecked()
    player.bar.onion.click()
    assert not player.options.onion


def test_how_it_is_watched_is_remembered_and_odd_notes_are_passed_over(
    page: BrushPage, player: PreviewPlayer
) -> None:
    player.watch(Options(loops=False, speed=0.5, arrows=True, onion=True))
    notes = page.notes()
    player.watch(Options())
    page.restore(notes)
    assert player.options == Options(loops=False, speed=0.5, arrows=True, onion=True)
    for odd in (None, 7, {"speed": 99, "loops": "no"}, {"speed": [], "onion": 1}):
        assert Options.of(odd) == Options()


def test_ghosts_come_after_the_first_frame_and_again_after_each_edit(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer, projector: Projector
) -> None:
    player.watch(Options(onion=True))
    moving(page)
    with qtbot.waitSignal(player.film.ghosted):
        page.play()
    assert projector.made[0] == 0
    assert {0, (FRAMES - 1) // 2, FRAMES - 1} <= set(projector.made)
    assert not player.screen_.ghosts.isNull()
    with qtbot.waitSignal(player.film.ghosted):
        draw(page.session, 1, (80, 80), (90, 200))
    with qtbot.assertNotEmitted(player.film.ghosted, wait=50):
        press(player, Qt.Key.Key_O, SHIFT)
    assert player.screen_.ghosts.isNull()


def test_arrows_are_drawn_over_the_frame_below_the_words(
    qtbot: QtBot, page: BrushPage, player: PreviewPlayer
) -> None:
    playing(qtbot, page, player)
    plain = player.screen_.grab().toImage()
    press(player, Qt.Key.Key_A, SHIFT)
    drawn = player.screen_.grab().toImage()
    frame = fitted(player.screen_.image.size(), player.screen_.room)
    scale = frame.width() / page.session.document.size.width
    on_path = round(frame.x() + 140 * scale), round(frame.y() + 85 * scale)
    assert plain.pixelColor(*on_path) != drawn.pixelColor(*on_path)
    beside = frame.x() + 5, frame.bottom() - 5
    assert plain.pixelColor(*beside) == drawn.pixelColor(*beside)


def test_ghosts_show_what_moves_and_nothing_else() -> None:
    frames = [np.full((20, 60, 3), 90, np.uint8) for _ in range(3)]
    for index, rows in enumerate(frames):
        rows[5:15, 20 * index : 20 * index + 10] = (0, 0, 200)
    layer = ghosts(frames)
    assert [layer.pixelColor(20 * at + 5, 10).alpha() for at in range(3)] == list(ALPHAS)
    assert layer.pixelColor(15, 10).alpha() == 0
    assert layer.pixelColor(5, 2).alpha() == 0


def test_an_edit_that_comes_while_a_frame_fails_is_shown(
    qtbot: QtBot,
    page: BrushPage,
    player: PreviewPlayer,
    projector: Projector,
    expected_log: LogGuard,
) -> None:
    moving(page)
    projector.broken = {1}
    projector.may_go_on.clear()
    expected_log("preview failed")
    page.play()
    qtbot.waitUntil(lambda: bool(projector.documents))
    paint(page.session, 1, a_box(page.session, 120, 120, 30, 30))
    newest = page.session.document
    qtbot.waitUntil(lambda: (reel := player.film._reel) is not None and reel.document is newest)
    projector.may_go_on.set()
    qtbot.waitUntil(lambda: not player.screen_.image.isNull())
    assert version_shown(player) == 2
    assert player.isVisible()
