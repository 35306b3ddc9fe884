"""Beside the big button stands that a budget would be passed, before anybody presses it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from kling_desktop.domain.accounts import Foresight
from kling_desktop.domain.budgets import Breach, Kind, Limit
from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import LedgerUnusable
from kling_desktop.domain.events import JobChanged
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.spending import Spending
from kling_desktop.ui import theme
from kling_desktop.ui.money.dialog import MoneyDialog
from kling_desktop.ui.money.foresight import sentence
from tests.helpers.fakes import START
from tests.helpers.worlds import a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import from_text, generate_button
from tests.ui.test_layout import SCHEMES, at_every_size, settle, show, unfold

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

D = Decimal
FULL = Foresight(Breach(Limit(Kind.DAY, D(2), START), Spending(D("1.9"), 4), D("0.49")))
WHY = "this day's budget is $2.00, $1.90 of it is spent or may be"


def doubt(window: MainWindow) -> str:
    labels = window.compose.findChildren(QLabel)
    (found,) = [each for each in labels if each.property("doubt")]
    return "" if found.isHidden() else found.text()


def way_to_budgets(window: MainWindow) -> QPushButton:
    buttons = window.compose.findChildren(QPushButton)
    (found,) = [each for each in buttons if each.text().startswith("See the budgets")]
    return found


async def test_it_is_said_before_the_press_and_taken_back_when_it_is_over(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_foresee.habit = FULL
    window.compose.set_values({"duration": "10"})
    await eventually(lambda: WHY in doubt(window))
    assert WHY in generate_button(window).accessibleDescription()
    assert generate_button(window).isEnabled()
    assert not way_to_budgets(window).isHidden()
    engine.on_foresee.habit = Foresight()
    window.compose.set_values({"duration": "5"})
    await eventually(lambda: doubt(window) == "")
    assert way_to_budgets(window).isHidden()
    assert engine.drafts == []


async def test_the_engine_is_asked_about_the_price_in_the_button(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    await eventually(lambda: engine.on_foresee.calls[-1:] == [(D("0.490"),)])
    asked = len(engine.on_foresee.calls)
    window.compose.set_values({"prompt": "another prompt"})
    await turns()
    assert len(engine.on_foresee.calls) == asked
    window.compose.set_values({"duration": "10"})
    await eventually(lambda: engine.on_foresee.calls[-1] == (D("0.980"),))


async def test_a_job_that_was_sent_may_have_filled_a_budget(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await turns()
    engine.on_foresee.habit = FULL
    studio.hear((JobChanged(a_job(JobState.SENDING)),))
    await eventually(lambda: WHY in doubt(window))


async def test_a_budget_that_is_changed_is_heeded_at_once(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    await turns()
    engine.on_foresee.habit = FULL
    studio._money.budgets_changed.emit()
    await eventually(lambda: WHY in doubt(window))


async def test_its_button_leads_to_the_budgets(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    engine.on_foresee.habit = FULL
    window.compose.set_values({"duration": "10"})
    await eventually(lambda: doubt(window))
    way_to_budgets(window).click()
    await eventually(lambda: window.findChildren(MoneyDialog))
    (dialog,) = window.findChildren(MoneyDialog)
    await eventually(dialog.isVisible)
    assert dialog.page == "budgets"
    dialog.reject()


async def test_a_record_that_cannot_be_read_is_said_in_a_sentence(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    engine.on_foresee.then(LedgerUnusable("disk I/O error"))
    window.compose.set_values({"duration": "10"})
    await eventually(lambda: "disk I/O error" in window.stage.notice.text)


@pytest.mark.parametrize("is_play", [True, False])
def test_play_money_is_not_mistaken_for_real_money(is_play: bool) -> None:
    assert ("play money" in sentence(FULL, is_play=is_play)) is is_play
    assert sentence(Foresight(), is_play=is_play) == ""


def test_budgets_that_cannot_be_read_are_foreseen_too() -> None:
    told = sentence(Foresight(unreadable="budgets.json: Invalid JSON"), is_play=False)
    assert told == (
        "This clip would wait here, unsent: the budgets cannot be read: budgets.json: Invalid JSON."
    )


@at_every_size
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_cut_off_when_a_budget_speaks(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    size: tuple[int, int],
    scheme: theme.Scheme,
) -> None:
    theme.apply(dressed, scheme)
    show(window, qtbot, size)
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "pro")
    unfold(window)
    window.compose.show_foresight(sentence(FULL, is_play=True))
    settle(dressed)
    assert cut_off(window) == []
    assert (window.width(), window.height()) == size
