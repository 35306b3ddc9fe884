"""A draft is offered where one saves money, and promoted once however often somebody clicks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.money import estimate
from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC
from kling_desktop.domain.motion.geometry import Point
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.engine.intake import Draft, Plan
from kling_desktop.engine.ladder import FirstDraft, Promotion
from kling_desktop.paths import resource
from kling_desktop.ui.queue.offers import Wish
from tests.domain.test_calibration import CHEAP
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import BRUSH, I2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import notice

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

DRAFT = a_job(
    JobState.DONE,
    id=JobId("draft"),
    backend="sandbox",
    endpoint=CHEAP,
    params={"prompt": "the boat drifts", "duration": "5", "dynamic_masks": []},
    draft_for={"endpoint": BRUSH, "values": {}, "as_documented": False},
    clips=(a_clip(),),
)


def a_promotion(earlier: Job | None = None, lost: tuple[str, ...] = ()) -> Promotion:
    endpoint = load_catalog().endpoint(BRUSH)
    params = {"duration": "5"}
    plan = Plan(endpoint=endpoint, params=params, estimate_usd=estimate(endpoint, params))
    return Promotion(Draft(endpoint=BRUSH, values=params), plan, lost, earlier)


async def paint(studio: Studio, window: MainWindow) -> None:
    studio.take_file(resource("samples/boat.jpg"))
    await eventually(lambda: not window.stage.picture.is_empty)
    window.compose.choose_endpoint(BRUSH)
    window.stage.show_brush(wanted=True)
    brush = window.stage.brush
    assert brush is not None
    await eventually(lambda: brush.session.document.size.width > 0)
    session = brush.session
    whole = Mask.full(session.document.size)
    painted = edits.paint(session.document, DYNAMIC[0], whole)
    way = Trajectory.through([Point(100, 100), Point(300, 120)])
    session.apply(edits.Edit("Paint", edits.give_trajectory(painted, DYNAMIC[0], way)))


async def test_a_draft_is_offered_while_something_is_painted_for_a_dearer_model(
    studio: Studio, window: MainWindow
) -> None:
    draft = window.compose.draft
    assert draft.text == ""
    await paint(studio, window)
    assert (draft.text, draft.note) == ("Draft first: $0.225", "")
    window.compose.set_values({"aspect_ratio": "1:1"})
    assert draft.note == "Without aspect ratio until it is promoted."
    window.compose.choose_endpoint(CHEAP)
    assert draft.text == "", "it is the cheapest already"
    window.compose.choose_endpoint(I2V)
    assert draft.text == "", "it has no brush for sure"
    window.compose.choose_endpoint(BRUSH)
    assert draft.text
    window.compose.show_editing(editing=True)
    assert draft.text == "", "a held job is edited"
    window.compose.show_editing(editing=False)
    brush = window.stage.brush
    assert brush is not None
    brush.session.history.undo()
    assert draft.text == "", "nothing is painted any more"


async def test_the_draft_is_ordered_as_the_engine_makes_it_of_the_panels(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await paint(studio, window)
    window.compose.set_values({"prompt": "the boat drifts"})

    def drafted(wish: Draft) -> FirstDraft:
        cheap = load_catalog().endpoint(CHEAP)
        values = {name: each for name, each in wish.values.items() if cheap.has(name)}
        meant = {"endpoint": wish.endpoint}
        made = replace(wish, endpoint=CHEAP, values=values, draft_for=meant)
        return FirstDraft(made, a_promotion().plan, ())

    engine.on_first_draft.habit = drafted
    (button,) = window.compose.draft.findChildren(QPushButton)
    button.click()
    button.click()
    await eventually(lambda: engine.on_generate.calls)
    await turns()
    ((sent,),) = engine.on_generate.calls
    assert (sent.endpoint, sent.draft_for) == (CHEAP, {"endpoint": BRUSH})
    assert sent.motion is not None


async def test_without_anything_painted_the_keys_say_why_nothing_is_sent(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.actions_by_id["draft"].trigger()
    assert notice(window).startswith("A draft needs something painted")
    window.actions_by_id["promote"].trigger()
    assert notice(window).startswith("Choose a draft in the queue that is done")
    assert engine.on_promote.calls == engine.on_first_draft.calls == []


async def test_a_finished_draft_offers_its_promotion_in_its_row_and_beside_its_clip(
    studio: Studio, window: MainWindow
) -> None:
    (first, *_) = window.queue.offers_of(DRAFT)
    assert (first.wish, first.text) == (Wish.PROMOTE, "Promote to 1.5 Pro  \N{MIDDLE DOT}  $0.50")
    running = replace(DRAFT, state=JobState.RUNNING, clips=())
    assert Wish.PROMOTE not in [each.wish for each in window.queue.offers_of(running)]
    plain = replace(DRAFT, draft_for=None)
    assert Wish.PROMOTE not in [each.wish for each in window.queue.offers_of(plain)]
    studio._show_job(DRAFT)
    controls = window.stage._controls
    assert controls.promotion == first.text
    studio._show_job(plain)
    assert controls.promotion == ""


async def test_a_promotion_is_sent_once(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_promotion.habit = lambda *_: a_promotion()
    window.queue.reset([DRAFT])
    window.queue.choose(DRAFT.id)
    window.actions_by_id["promote"].trigger()
    window.actions_by_id["promote"].trigger()
    await eventually(lambda: engine.on_promote.calls)
    await turns()
    assert engine.on_promote.calls == [(DRAFT.id, "", False)]
    chosen = window.queue.chosen
    assert chosen is not None
    assert chosen.id == "promoted"


async def test_what_the_target_lacks_is_said_before_it_is_sent(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_promotion.habit = lambda *_: a_promotion(lost=("aspect_ratio",))
    window.queue.wished.emit(Wish.PROMOTE, DRAFT)
    box = await the_box(window)
    assert "1.5 Pro has no aspect ratio, so it is not sent" in box.text()
    press(box, "Cancel")
    await turns()
    assert engine.on_promote.calls == []
    window.queue.wished.emit(Wish.PROMOTE, DRAFT)
    press(await the_box(window), "Promote for $0.50")
    await eventually(lambda: engine.on_promote.calls)


@pytest.mark.parametrize(
    ("earlier", "instead"),
    [
        (a_job(JobState.DONE, id=JobId("made"), clips=(a_clip(),)), "Show that clip (free)"),
        (a_job(JobState.QUEUED, id=JobId("made")), "Cancel"),
    ],
)
async def test_a_second_promotion_is_warned_of_as_a_duplicate_is(
    studio: Studio, window: MainWindow, engine: FakeEngine, earlier: Job, instead: str
) -> None:
    earlier = replace(earlier, estimate_usd=Decimal(9))
    engine.on_promotion.habit = lambda *_: a_promotion(earlier)
    window.queue.reset([earlier, DRAFT])
    window.queue.wished.emit(Wish.PROMOTE, DRAFT)
    press(await the_box(window), instead)
    await eventually(lambda: window.queue.chosen is not None and window.queue.chosen.id == "made")
    assert engine.on_promote.calls == []
    window.queue.wished.emit(Wish.PROMOTE, DRAFT)
    box = await the_box(window)
    (another,) = [each for each in box.buttons() if each.text().startswith("Another take")]
    assert another.text().endswith("$0.50"), "at the price of today"
    another.click()
    await eventually(lambda: engine.on_promote.calls == [(DRAFT.id, "", True)])


async def the_box(window: MainWindow) -> QMessageBox:
    await eventually(lambda: [b for b in window.findChildren(QMessageBox) if b.isVisible()])
    (box,) = [b for b in window.findChildren(QMessageBox) if b.isVisible()]
    return box


def press(box: QMessageBox, text: str) -> None:
    (button,) = [each for each in box.buttons() if each.text() == text]
    button.click()
