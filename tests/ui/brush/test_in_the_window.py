"""The motion brush in the real window: how one gets there, what it says, and that it fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QSplitter, QWidget

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.motion.document import RegionId
from kling_desktop.ui import theme
from kling_desktop.ui.brush.offer import ANYWAY, DOCUMENTED
from kling_desktop.ui.brush.order import CHOOSE, WITHOUT
from kling_desktop.ui.canvas.canvas import Canvas
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.main_window import MainWindow
from kling_desktop.ui.stage import NO_PICTURE
from tests.ui.brush.worlds import a_box, draw, paint
from tests.ui.fakes import eventually, turns
from tests.ui.layouts import cut_off, tab_order

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

BOAT = Source(Path("kept.jpg"), "boat.jpg")
PRO_15 = "fal-ai/kling-video/v1.5/pro/image-to-video"
STANDARD_10 = "fal-ai/kling-video/v1/standard/image-to-video"
STANDARD_16 = "fal-ai/kling-video/v1.6/standard/image-to-video"


def a_picture(width: int = 640, height: int = 480) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.darkGreen)
    return made


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> MainWindow:
    with qtbot.waitExposed(window):
        window.show()
    window.show_backend("sandbox")
    return window


@pytest.fixture
def brush(shown: MainWindow) -> BrushPage:
    shown.stage.show_picture(a_picture(), BOAT)
    shown.actions_by_id["brush"].triggered.connect(shown.stage.toggle_brush)
    shown.actions_by_id["brush"].trigger()
    page = shown.stage.brush
    assert page is not None
    return page


def offered(page: BrushPage) -> list[str]:
    return [each.text() for each in page.offer.buttons]


def toggle(window: MainWindow) -> QPushButton:
    found = [e for e in window.stage.findChildren(QPushButton) if e.text() == "Motion brush"]
    assert len(found) == 1
    return found[0]


# The way there and back


def test_there_is_no_page_before_somebody_wants_it(shown: MainWindow) -> None:
    assert not toggle(shown).isVisible()
    shown.stage.show_picture(a_picture(), BOAT)
    assert toggle(shown).isVisible()
    pages = [shown.stage.brush]
    toggle(shown).click()
    pages.append(shown.stage.brush)
    assert pages[0] is None
    assert pages[1] is not None
    assert pages[1].isVisible()
    assert toggle(shown).isChecked()


def test_the_brush_is_put_away_with_its_painting_kept(shown: MainWindow, brush: BrushPage) -> None:
    paint(brush.session, 1, a_box(brush.session, 0, 0, 9, 9))
    toggle(shown).click()
    assert not brush.isVisible()
    assert shown.stage.picture.isVisible()
    shown.stage.toggle_brush()
    assert brush.isVisible()
    assert shown.stage.painted is brush.session.document


def test_the_canvas_has_the_keys_at_once(shown: MainWindow, brush: BrushPage) -> None:
    assert brush.canvas.hasFocus()
    QTest.keyClick(brush.canvas, Qt.Key.Key_2)
    assert brush.session.active == 2


def test_without_a_picture_the_brush_says_what_it_needs(shown: MainWindow) -> None:
    shown.stage.toggle_brush()
    assert shown.stage.notice.text == NO_PICTURE
    assert shown.stage.brush is None


def test_another_picture_begins_with_nothing_painted(shown: MainWindow, brush: BrushPage) -> None:
    paint(brush.session, 1, a_box(brush.session, 0, 0, 9, 9))
    shown.stage.show_picture(a_picture(500, 400), Source(Path("b.jpg"), "b.jpg"))
    assert brush.session.document.size == (500, 400)
    assert brush.session.document.is_blank
    assert brush.session.history.count() == 0
    picture = brush.session.picture
    assert picture is not None
    assert picture.shape == (400, 500, 4)
    assert picture[0, 0].tolist() == [0, 128, 0, 255]


def test_without_its_picture_the_brush_leaves(shown: MainWindow, brush: BrushPage) -> None:
    shown.stage.clear_picture()
    assert not brush.isVisible()
    assert brush.session.picture is None
    assert shown.stage.painted is None


def test_the_canvas_shows_the_picture_and_the_line_below_says_where_the_pointer_is(
    shown: MainWindow, brush: BrushPage, qtbot: QtBot
) -> None:
    canvas = brush.canvas
    assert isinstance(canvas, Canvas)
    qtbot.waitUntil(lambda: canvas.is_ready)
    QTest.mouseMove(canvas, canvas.rect().center())
    qtbot.waitUntil(lambda: brush.status.place != "")
    assert [int(each) for each in brush.status.place.split(", ")] == pytest.approx(
        [320, 240], abs=2
    )


# What keys mean where


def test_keys_of_the_brush_come_before_the_windows(shown: MainWindow, brush: BrushPage) -> None:
    cancelled: list[bool] = []
    shown.actions_by_id["cancel"].triggered.connect(lambda: cancelled.append(True))
    paint(brush.session, 1, a_box(brush.session, 0, 0, 9, 9))
    QTest.keyClick(brush.canvas, Qt.Key.Key_Delete)
    assert cancelled == []
    assert brush.runner.is_busy
    QTest.keyClick(toggle(shown), Qt.Key.Key_Delete)
    assert cancelled == [True]


def ground(widget: QWidget) -> str:
    """The colour beside the picture, as it is on the screen."""
    return widget.grab().toImage().pixelColor(1, 1).name()


def test_other_colours_reach_the_canvas_as_well(
    shown: MainWindow, brush: BrushPage, dressed: QApplication
) -> None:
    for scheme, colours in ((theme.Scheme.DARK, theme.DARK), (theme.Scheme.LIGHT, theme.LIGHT)):
        theme.apply(dressed, scheme)
        shown.restyle()
        assert ground(brush.canvas) == colours.stage


def test_letters_in_the_prompt_are_letters(shown: MainWindow, brush: BrushPage) -> None:
    tool = brush.session.tool
    prompt = shown.compose.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    prompt.setFocus()
    QTest.keyClicks(prompt, "Hello 3?")
    assert prompt.toPlainText() == "Hello 3?"
    assert brush.session.tool is tool
    assert brush.session.active == 1


def test_undo_in_the_prompt_leaves_the_painting(shown: MainWindow, brush: BrushPage) -> None:
    paint(brush.session, 1, a_box(brush.session, 0, 0, 9, 9))
    control = Qt.KeyboardModifier.ControlModifier
    prompt = shown.compose.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    prompt.setFocus()
    QTest.keyClick(prompt, Qt.Key.Key_Z, control)
    assert brush.session.history.canUndo()
    brush.take_keys()
    QTest.keyClick(brush.canvas, Qt.Key.Key_Z, control)
    assert not brush.session.history.canUndo()
    QTest.keyClick(brush.canvas, Qt.Key.Key_Y, control)
    assert brush.session.history.canUndo()


def test_the_edit_menu_follows_the_brush(shown: MainWindow, brush: BrushPage) -> None:
    undo = shown.actions_by_id["undo"]
    paint(brush.session, 1, a_box(brush.session, 0, 0, 9, 9))
    assert undo.text() == "&Undo Paint"
    shown.stage.toggle_brush()
    assert not undo.isEnabled()


def test_tab_goes_from_options_to_tools_to_canvas_to_regions(
    shown: MainWindow, brush: BrushPage
) -> None:
    chain = [each for each in tab_order(shown) if brush.isAncestorOf(each) and each.isVisible()]
    row = brush.regions.row(RegionId(1))
    assert row is not None
    order = [
        chain.index(each) for each in (brush.options.pin, brush.canvas, row, brush.status.sidebar)
    ]
    assert order == sorted(order)


# Which models have it


@pytest.mark.parametrize("endpoint", [PRO_15, STANDARD_10])
def test_a_model_with_the_brush_needs_no_words(
    shown: MainWindow, brush: BrushPage, endpoint: str
) -> None:
    shown.compose.choose_endpoint(endpoint)
    assert brush.offer.text == ""
    assert brush.offer.is_sent


def test_on_16_pro_it_is_asked_once(
    shown: MainWindow, brush: BrushPage, catalog: Catalog, qtbot: QtBot
) -> None:
    shown.compose.choose_endpoint(DOCUMENTED)
    assert "fal does not list the motion brush for 1.6 Pro" in brush.offer.text
    assert "1.5 Pro and 1.0 Standard have it." in brush.offer.text
    assert offered(brush) == [
        "Switch to 1.5 Pro", "Switch to 1.0 Standard", "Send to 1.6 Pro all the same"
    ]  # fmt: skip
    sent = [brush.offer.is_sent]
    brush.offer.buttons[2].click()
    sent.append(brush.offer.is_sent)
    assert sent == [False, True]
    assert brush.offer.text == ANYWAY
    assert offered(brush) == ["Switch to 1.5 Pro", "Switch to 1.0 Standard"]
    later = MainWindow(catalog)
    qtbot.addWidget(later)
    later.restore(shown.remember())
    assert later.remember()["brush"] == shown.remember()["brush"]
    later.compose.choose_endpoint(DOCUMENTED)
    later.stage.show_picture(a_picture(), BOAT)
    later.stage.show_brush(wanted=True)
    assert later.stage.brush is not None
    assert later.stage.brush.offer.text == ANYWAY


@pytest.mark.parametrize(("place", "endpoint"), [(0, PRO_15), (1, STANDARD_10)])
def test_one_press_switches_to_a_model_with_the_brush(
    shown: MainWindow, brush: BrushPage, place: int, endpoint: str
) -> None:
    shown.compose.set_values({"prompt": "the boat drifts"})
    shown.compose.choose_endpoint(STANDARD_16)
    assert brush.offer.text.startswith("1.6 Standard has no motion brush")
    assert len(offered(brush)) == 2
    brush.offer.buttons[place].click()
    assert shown.compose.endpoint.id == endpoint
    assert shown.compose.values()["prompt"] == "the boat drifts"
    assert brush.offer.text == ""


def test_a_clip_from_text_has_no_brush_either(shown: MainWindow, brush: BrushPage) -> None:
    shown.compose.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert brush.offer.text.startswith("A clip from text has no motion brush")
    assert not brush.offer.is_sent
    brush.offer.buttons[0].click()
    assert shown.compose.endpoint.id == PRO_15


def test_an_effect_is_not_said_to_be_a_clip_from_text(shown: MainWindow, brush: BrushPage) -> None:
    shown.compose.choose(Task.EFFECTS.value, "pro")
    assert brush.offer.text.startswith("This kind of clip has no motion brush")


def test_the_quality_that_was_wanted_comes_back_with_a_model_that_has_it(
    shown: MainWindow,
) -> None:
    shown.compose.choose_endpoint(STANDARD_16)
    shown.compose.choose_endpoint(PRO_15)
    assert shown.compose.endpoint.id == PRO_15
    shown.compose.choose(Task.IMAGE_TO_VIDEO.value, "standard", "1.6")
    assert shown.compose.endpoint.id == STANDARD_16
    shown.compose.choose(Task.IMAGE_TO_VIDEO.value, "standard", "1.5")
    assert shown.compose.endpoint.id == PRO_15


def test_the_model_is_remembered(shown: MainWindow, catalog: Catalog, qtbot: QtBot) -> None:
    shown.compose.choose_endpoint(STANDARD_10)
    later = MainWindow(catalog)
    qtbot.addWidget(later)
    later.restore(shown.remember())
    assert later.compose.endpoint.id == STANDARD_10


# Money


def painted(studio: Studio, window: MainWindow, endpoint: str) -> BrushPage:
    window.show()
    window.stage.show_picture(a_picture(), BOAT)
    window.compose.choose_endpoint(endpoint)
    window.compose.set_values({"prompt": "the boat drifts"})
    window.stage.show_brush(wanted=True)
    page = window.stage.brush
    assert page is not None
    paint(page.session, 1, a_box(page.session, 40, 40, 90, 90))
    draw(page.session, 1, (80, 80), (300, 80))
    return page


async def test_nothing_is_ordered_on_16_pro_before_the_answer(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    page = painted(studio, window, DOCUMENTED)
    window.stage.show_brush(wanted=False)
    studio.generate()
    await eventually(lambda: window.stage.notice.text == CHOOSE)
    await turns()
    assert engine.drafts == []
    assert page.isVisible()


async def test_what_is_painted_goes_out_with_the_clip(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    page = painted(studio, window, PRO_15)
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].motion is page.session.document
    assert not engine.drafts[0].brush_as_documented
    assert page.isVisible()


async def test_after_the_answer_16_pro_gets_it_as_documented(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    page = painted(studio, window, DOCUMENTED)
    page.offer.insists = True
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].motion is page.session.document
    assert engine.drafts[0].brush_as_documented


async def test_a_model_without_the_brush_gets_the_picture_alone_if_somebody_says_so(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    painted(studio, window, STANDARD_16)
    notice = window.stage.notice

    async def insist() -> None:
        """It is asked each time."""
        before = len(engine.drafts)
        studio.generate()
        await eventually(lambda: "has no motion brush" in notice.text)
        await turns()
        assert len(engine.drafts) == before
        (button,) = [e for e in notice.findChildren(QPushButton) if e.text() == WITHOUT]
        button.click()
        await eventually(lambda: engine.drafts[before:])
        await eventually(lambda: not studio.tasks.is_busy("generate"))

    await insist()
    await insist()
    assert [each.motion for each in engine.drafts] == [None, None]


# Room


def test_in_a_narrow_window_the_brush_has_the_queues_room(
    shown: MainWindow, brush: BrushPage
) -> None:
    shown.resize(1280, 800)
    assert not shown.queue.isVisible()
    shown.resize(1500, 800)
    assert shown.queue.isVisible()
    shown.resize(1280, 800)
    assert not shown.queue.isVisible()
    shown.compose.generate_asked.emit()
    assert shown.queue.isVisible()
    shown.stage.show_brush(wanted=False)
    shown.stage.show_brush(wanted=True)
    assert not shown.queue.isVisible()
    shown.stage.show_brush(wanted=False)
    assert shown.queue.isVisible()


SIZES = [(1024, 700), (1280, 800), (1400, 900), (3840, 2160)]


def test_what_is_around_the_picture_takes_the_colours_of_a_scheme_chosen_later(
    shown: MainWindow, brush: BrushPage, dressed: QApplication
) -> None:
    for scheme in (theme.Scheme.DARK, theme.Scheme.LIGHT):
        theme.apply(dressed, scheme)
        shown.restyle()
        around = brush.canvas.grab().toImage().pixelColor(1, 1)
        assert around.name() == theme.tokens().stage.lower(), scheme


@pytest.mark.parametrize("endpoint", [DOCUMENTED, PRO_15])
@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_cut_off(
    shown: MainWindow,
    brush: BrushPage,
    dressed: QApplication,
    size: tuple[int, int],
    scheme: theme.Scheme,
    endpoint: str,
) -> None:
    theme.apply(dressed, scheme)
    shown.restyle()
    shown.compose.choose_endpoint(endpoint)
    shown.resize(*size)
    for number in range(1, 7):
        paint(brush.session, number, a_box(brush.session, number * 50, 0, 40, 300))
        brush.acts.rename(RegionId(number), "A name that is longer than the list is wide")
    shown.stage.notice.tell("Something is wrong with this, and here is what to do. " * 2)
    for _ in range(3):
        dressed.processEvents()
    assert cut_off(shown) == []
    assert (shown.width(), shown.height()) == size
    assert brush.canvas.width() >= 240
    assert brush.canvas.height() >= 160


def test_the_width_of_the_list_is_remembered(
    shown: MainWindow, brush: BrushPage, catalog: Catalog, qtbot: QtBot
) -> None:
    (split,) = brush.findChildren(QSplitter)
    split.setSizes([300, 320])
    width = brush.regions.width()
    later = MainWindow(catalog)
    qtbot.addWidget(later)
    later.restore(shown.remember())
    later.resize(shown.size())
    with qtbot.waitExposed(later):
        later.show()
    later.stage.show_picture(a_picture(), BOAT)
    later.stage.show_brush(wanted=True)
    page = later.stage.brush
    assert page is not None
    assert page.regions.width() == pytest.approx(width, abs=4)
