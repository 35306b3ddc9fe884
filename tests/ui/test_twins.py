"""Who asks for the same clip again is shown the first one, unless another take is meant."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from kling_desktop.domain.jobs import JobId, JobState
from tests.helpers.worlds import T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import from_text

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

TWIN = a_job(JobState.DONE, id=JobId("twin"), estimate_usd=Decimal("0.48"))


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
    assert {"Show that clip (free)", "Another take \N{MIDDLE DOT} $0.48"} <= set(texts)
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
