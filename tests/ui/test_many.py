"""A prompt with alternatives is never sent as it stands, nor many times, without a word."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMessageBox

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.ui.batch.dialog import BatchDialog
from tests.ui.fakes import eventually, turns
from tests.ui.looks import from_text

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine

PROMPT = "a {red|blue|green} boat in {rain|the sun}"


@pytest.fixture
async def box(studio: Studio, window: MainWindow, engine: FakeEngine) -> QMessageBox:
    """The question after Generate."""
    from_text(window)
    window.compose.set_values({"prompt": PROMPT})
    assert studio.generate()
    await turns()
    (found,) = window.findChildren(QMessageBox)
    assert engine.drafts == []
    return found


def press(box: QMessageBox, start: str) -> None:
    next(each for each in box.buttons() if each.text().startswith(start)).click()


async def test_the_panel_says_what_the_alternatives_make_and_cost(
    studio: Studio, window: MainWindow
) -> None:
    from_text(window)
    window.compose.set_values({"prompt": PROMPT})
    price = window.compose.price
    assert price is not None
    cents = (6 * price).quantize(Decimal("0.01"))
    assert window.compose.many.text == f"The alternatives make 6 clips, for about ${cents}."
    for plain in ("a red boat", "a {place", "{{a|b}}", "{place}"):
        window.compose.set_values({"prompt": plain})
        assert window.compose.many.text == ""


async def test_planning_shows_the_priced_batch_with_that_line(
    box: QMessageBox, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_survey.habit = InvalidParams((Problem("prompt", "is only asked for"),))
    press(box, "Plan the 6 clips")
    await eventually(lambda: engine.on_survey.calls)
    source, _, lines, _ = engine.on_survey.calls[0]
    assert (source, lines) == (None, [PROMPT])
    (batch,) = window.findChildren(BatchDialog)
    batch.reject()
    assert engine.drafts == []


async def test_as_it_stands_it_is_one_clip(box: QMessageBox, engine: FakeEngine) -> None:
    press(box, "One clip, as it stands")
    await eventually(lambda: engine.drafts)
    assert [each.values["prompt"] for each in engine.drafts] == [PROMPT]


async def test_cancel_makes_none(box: QMessageBox, engine: FakeEngine) -> None:
    press(box, "Cancel")
    await turns()
    assert engine.drafts == []
