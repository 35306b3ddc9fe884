"""The first start shows a sample with hints; neither stops anybody, nor comes again unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.domain.motion.document import STATIC, RegionId
from kling_desktop.domain.motion.sample import ENDPOINT, PROMPT
from kling_desktop.paths import places
from kling_desktop.storage import remembered
from kling_desktop.ui.banner import GO_BACK, GO_LIVE
from tests.ui.fakes import eventually, turns
from tests.ui.looks import generate_button

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.ui.fakes import FakeEngine


async def test_the_sample_is_painted_and_wants_one_press(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.actions_by_id["first"].trigger()
    await eventually(lambda: window.stage.painted is not None)
    painted = window.stage.painted
    assert painted is not None
    assert not any(painted.region(each).mask.is_empty for each in (RegionId(1), STATIC))  # type: ignore[union-attr]
    assert not window.hints.isHidden()
    await eventually(lambda: window.compose.endpoint.id == ENDPOINT)
    assert not window.isWindowModified()
    generate_button(window).click()
    await eventually(lambda: engine.drafts)
    (draft,) = engine.drafts
    assert (draft.values["prompt"], draft.motion) == (PROMPT, painted)


async def test_hints_are_closed_for_good(studio: Studio, window: MainWindow) -> None:
    assert window.hints.isHidden()
    window.actions_by_id["first"].trigger()
    assert not window.hints.isHidden()
    window.hints.close_button.click()
    assert window.hints.isHidden()
    await turns()


async def test_only_who_was_never_here_is_greeted(dressed: QApplication, home: Path) -> None:
    first = Program(dressed, wiring.Wish.SANDBOX, places(), greets=True)
    assert first.greets
    first.window.deleteLater()
    remembered.save(home / "window.json", {"marks": True})
    second = Program(dressed, wiring.Wish.SANDBOX, places(), greets=True)
    assert not second.greets
    second.window.deleteLater()
    for each in (first, second):
        await each.studio.tasks.aclose()


@pytest.mark.parametrize(
    ("name", "offer", "wants_live"), [("sandbox", GO_LIVE, True), ("live", GO_BACK, False)]
)
def test_the_line_at_the_top_leads_to_the_other_side(
    window: MainWindow, name: str, offer: str, wants_live: bool
) -> None:
    asked: list[bool] = []
    window.banner.change_asked.connect(asked.append)
    window.show_backend(name)
    assert window.banner.change.text() == offer
    window.banner.change.click()
    assert asked == [wants_live]


def test_the_button_that_spends_has_the_colour_of_its_side(window: MainWindow) -> None:
    looks = set()
    for name in ("sandbox", "live"):
        window.show_backend(name)
        button = generate_button(window)
        looks.add((button.property("backend"), button.grab().toImage().pixelColor(3, 20).name()))
    assert len({colour for _, colour in looks}) == 2
    assert {side for side, _ in looks} == {"sandbox", "live"}
