"""Between the painting and the money: what would fail is not ordered, and one click mends it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.motion.advice import Rule
from kling_desktop.ui.advice.flash import Flash
from kling_desktop.ui.brush.order import FIXED, WITHOUT
from kling_desktop.ui.canvas.canvas import Canvas
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.parts import Button
from tests.helpers.worlds import a_job
from tests.ui.brush.worlds import a_box, draw, paint
from tests.ui.fakes import eventually, turns

if TYPE_CHECKING:
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

PRO_15 = "fal-ai/kling-video/v1.5/pro/image-to-video"
STANDARD_10 = "fal-ai/kling-video/v1/standard/image-to-video"
STANDARD_16 = "fal-ai/kling-video/v1.6/standard/image-to-video"
TEXT = "fal-ai/kling-video/v1.6/pro/text-to-video"


def painted(window: MainWindow) -> BrushPage:
    """A boat that drifts, without anything wrong."""
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    window.show()
    window.stage.show_picture(image, Source(Path("kept.jpg"), "boat.jpg"))
    window.compose.choose_endpoint(PRO_15)
    window.compose.set_values({"prompt": "the boat drifts"})
    window.stage.show_brush(wanted=True)
    made = window.stage.brush
    assert made is not None
    paint(made.session, 1, a_box(made.session, 40, 40, 90, 90))
    draw(made.session, 1, (80, 80), (300, 80))
    return made


def offered(window: MainWindow) -> dict[str, QPushButton]:
    notice = window.stage.notice
    return {e.text(): e for e in notice.findChildren(QPushButton) if not e.isHidden()}


async def press(window: MainWindow, text: str) -> None:
    await eventually(lambda: text in offered(window))  # a layout shows its buttons a turn later
    offered(window)[text].click()


async def blocked(studio: Studio, window: MainWindow, words: str) -> None:
    studio.generate()
    await eventually(lambda: words in window.stage.notice.text)
    await eventually(lambda: not studio.tasks.is_busy("generate"))


def badge(window: MainWindow) -> Button:
    every = window.compose.findChildren(Button)
    (found,) = [each for each in every if each.text().startswith("Motion brush")]
    return found


async def test_soft_rules_never_stop_a_clip(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    page = painted(window)
    await eventually(lambda: page.advice.advice)
    assert [each.rule for each in page.advice.advice] == [Rule.NO_STATIC]
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].motion is page.session.document


async def test_one_click_in_the_block_mends_it_and_the_next_thing_is_said(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    page = painted(window)
    window.compose.set_values({"duration": "10"})
    paint(page.session, 2, a_box(page.session, 200, 200, 90, 90))
    window.stage.show_brush(wanted=False)
    await blocked(studio, window, "5 seconds only")
    assert "Nothing was sent" in window.stage.notice.text
    assert "1 more to put right" in window.stage.notice.text
    assert page.isVisible()
    await press(window, "Make it 5 s")
    await eventually(lambda: "Region 2 has no path" in window.stage.notice.text)
    assert window.compose.values()["duration"] == "5"
    await press(window, "Delete the region")
    await eventually(lambda: window.stage.notice.text == FIXED)
    assert page.session.history.undoText() == "Delete region"
    assert engine.drafts == []
    studio.generate()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].motion is page.session.document


async def test_what_is_mended_by_hand_is_no_longer_held_against_the_clip(
    studio: Studio, window: MainWindow
) -> None:
    page = painted(window)
    paint(page.session, 2, a_box(page.session, 200, 200, 90, 90))
    await blocked(studio, window, "Region 2 has no path")
    assert page.session.active == 2
    draw(page.session, 2, (240, 240), (400, 240))
    await eventually(lambda: window.stage.notice.text == FIXED)
    await turns()


@pytest.mark.parametrize("endpoint", [STANDARD_16, TEXT])
async def test_a_painting_is_left_out_only_if_somebody_says_so(
    studio: Studio, window: MainWindow, engine: FakeEngine, endpoint: str
) -> None:
    painted(window)
    window.compose.choose_endpoint(endpoint)
    await blocked(studio, window, "has no motion brush")
    ways = ["Switch to 1.5 Pro", "Switch to 1.0 Standard", WITHOUT]
    await eventually(lambda: list(offered(window)) == ways)
    assert engine.drafts == []
    await press(window, "Switch to 1.0 Standard")
    await eventually(lambda: window.stage.notice.text == FIXED)
    assert window.compose.endpoint.id == STANDARD_10
    window.compose.choose_endpoint(endpoint)
    await blocked(studio, window, "has no motion brush")
    await press(window, WITHOUT)
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].motion is None
    assert engine.drafts[0].endpoint == endpoint
    await eventually(lambda: not studio.tasks.is_busy("generate"))
    await turns()


async def test_the_count_is_beside_generate_and_leads_to_the_list(
    studio: Studio, window: MainWindow
) -> None:
    page = painted(window)
    await eventually(lambda: not badge(window).isHidden())
    assert badge(window).text() == "Motion brush: 1 doubtful"
    assert badge(window).property("advice") == "warn"
    window.compose.set_values({"duration": "10"})
    await eventually(lambda: badge(window).text() == "Motion brush: 1 wrong, 1 doubtful")
    assert badge(window).property("advice") == "bad"
    window.stage.show_brush(wanted=False)
    badge(window).click()
    assert page.isVisible()
    assert page.advice.panel.rows[0].hasFocus()
    window.stage.clear_picture()
    await eventually(lambda: badge(window).isHidden())


async def test_a_finding_is_pointed_at_on_the_canvas(studio: Studio, window: MainWindow) -> None:
    page = painted(window)
    paint(page.session, 2, a_box(page.session, 200, 200, 90, 90))
    canvas = page.canvas
    assert isinstance(canvas, Canvas)
    (flash,) = [each for each in canvas.overlays if isinstance(each, Flash)]
    await eventually(lambda: canvas.is_ready and page.advice.panel.rows)
    before = canvas.grab().toImage()
    page.step_advice(1)
    assert flash.region == 2
    assert canvas.grab().toImage() != before


async def test_what_a_project_mutes_is_saved_with_it(studio: Studio, window: MainWindow) -> None:
    page = painted(window)
    keeper = studio.projects.keeper
    await eventually(lambda: page.advice.panel.rows)
    page.advice.panel.rows[0].mute.menu().actions()[0].trigger()
    assert keeper.work.muted == ("no static",)
    assert keeper.is_dirty
    assert (await keeper.running()).project.muted == ("no static",)


async def test_a_held_job_that_is_edited_keeps_its_brush(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    masks = [{"mask_url": "https://a.b/m.png", "trajectories": [{"x": 1, "y": 2}]}]
    params = {"prompt": "before", "image_url": "https://a.b/c.png", "dynamic_masks": masks}
    job = a_job(JobState.HELD, endpoint=PRO_15, params=params)
    window.queue.edit_asked.emit(job)
    window.compose.set_values({"prompt": "after"})
    studio.generate()
    await eventually(lambda: engine.on_edit.calls)
    await turns()
    _, draft = engine.on_edit.calls[0]
    assert draft.values["dynamic_masks"] == masks
    assert draft.values["prompt"] == "after"
