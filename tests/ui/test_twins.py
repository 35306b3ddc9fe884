"""Who asks for the same clip again is shown the first one, unless another take is meant."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from kling_desktop.domain.jobs import JobId, JobState
from kling_desktop.domain.money import dollars
from tests.helpers.worlds import T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import from_text

if TYPE_CHECKING:
    from kling_desktop.domain.jobs import Job
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

TWIN = a_job(JobState.DONE, id=JobId("twin"), estimate_usd=Decimal("0.13"))
"""Made when it was cheaper."""


async def _question(studio: Studio, window: MainWindow, engine: FakeEngine) -> QMessageBox:
    engine.on_twins.habit = [TWIN]
    from_text(window)
    window.compose.set_values({"prompt": "the boat drifts"})
    studio.generate()
    await eventually(lambda: window.findChildren(QMessageBox))
    await eventually(lambda: not studio.tasks.is_busy("generate"))
    (box,) = window.findChildren(QMessageBox)
    assert engine.drafts == []
    return box


def _press(box: QMessageBox, start: str) -> None:
    next(each for each in box.buttons() if each.text().startswith(start)).click()


async def test_the_question_names_the_price_and_its_default_is_free(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    box = await _question(studio, window, engine)
    texts = [each.text() for each in box.buttons()]
    today = dollars(window.compose.price)
    assert today != dollars(TWIN.estimate_usd)
    assert {"Show that clip (free)", f"Another take \N{MIDDLE DOT} {today}"} <= set(texts)
    box.defaultButton().click()
    await turns()
    assert engine.drafts == []


async def test_another_take_is_ordered(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    _press(await _question(studio, window, engine), "Another take")
    await eventually(lambda: engine.drafts)
    assert [each.endpoint for each in engine.drafts] == [T2V]


async def test_cancel_sends_nothing(studio: Studio, window: MainWindow, engine: FakeEngine) -> None:
    _press(await _question(studio, window, engine), "Cancel")
    await turns()
    assert engine.drafts == []


async def test_another_take_is_not_made_where_nobody_asked_for_it(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    box = await _question(studio, window, engine)
    await studio.switch()
    _press(box, "Another take")
    await eventually(lambda: "Nothing was sent" in window.stage.notice.text)
    assert engine.drafts == []


async def test_a_clip_is_not_made_at_a_backend_that_came_while_its_twins_were_looked_for(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> list[Job]:
        looked.set()
        await go_on.wait()
        return []

    engine.on_twins.habit = slow
    from_text(window)
    window.compose.set_values({"prompt": "the boat drifts"})
    studio.generate()
    await looked.wait()
    await studio.switch()
    go_on.set()
    await eventually(lambda: not studio.tasks.is_busy("generate"))
    assert "Nothing was sent" in window.stage.notice.text
    assert engine.drafts == []
