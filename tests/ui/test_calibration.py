"""The window about where y counts from says what is known, what it costs, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QLabel

from kling_desktop.domain.calibration import PURPOSE, Answer, Calibration, brush_price, with_answers
from kling_desktop.domain.catalog import Origin, load_catalog
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.ui.calibration.dialog import GONE, CalibrationDialog
from tests.domain.test_calibration import CHEAP, told
from tests.helpers.worlds import BRUSH, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import notice
from tests.ui.test_layout import SCHEMES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

ANSWER = Answer(CHEAP, Origin.TOP_LEFT, "2026-11-25", "probe")


def a_probe(state: JobState, **changes: Any) -> Job:
    facts: dict[str, Any] = {
        "id": JobId("probe"),
        "backend": "live",
        "endpoint": CHEAP,
        "purpose": PURPOSE,
        "origin": "bottom-left",
        "estimate_usd": Decimal("0.225"),
    }
    return a_job(state, **facts | changes)


def known(answer: Answer | None = None, job: Job | None = None) -> list[Calibration]:
    catalog = with_answers(load_catalog(), [answer] if answer else [])
    cheap, dear = catalog.endpoint(CHEAP), catalog.endpoint(BRUSH)
    return [
        Calibration(cheap, brush_price(cheap), answer, job),
        Calibration(dear, brush_price(dear)),
    ]


@pytest.fixture
async def dialog(studio: Studio, window: MainWindow, engine: FakeEngine) -> CalibrationDialog:
    studio._calibration.show_backend("live")
    engine.on_calibrations.habit = known
    window.show()
    return await opened(window)


async def opened(window: MainWindow) -> CalibrationDialog:
    window.actions_by_id["origin"].trigger()
    await eventually(lambda: [d for d in window.findChildren(CalibrationDialog) if d.isVisible()])
    (found,) = [d for d in window.findChildren(CalibrationDialog) if d.isVisible()]
    return found


def all_said(dialog: CalibrationDialog) -> str:
    return "\n".join(each.text() for each in dialog.findChildren(QLabel) if not each.isHidden())


async def test_it_says_what_for_how_much_and_what_is_known_before_anything_is_sent(
    dialog: CalibrationDialog, engine: FakeEngine
) -> None:
    text = all_said(dialog)
    assert "Real money" in text
    assert "One clip settles it" in text
    assert "About $0.225: $0.045/s as of 2026-11-23" in text
    assert "1.0 Standard counts y from the bottom, as Kling has written." in text
    assert dialog.send.text() == "Send the probe  \N{MIDDLE DOT}  $0.225"
    assert not dialog.forget.isEnabled()
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    close = buttons.button(QDialogButtonBox.StandardButton.Close)
    assert close.isDefault(), "Enter costs nothing"
    dialog.choose(BRUSH)
    assert dialog.send.text().endswith("$0.50")
    assert engine.on_calibrate.calls == []


async def test_a_probe_is_sent_once_and_followed_to_its_answer(
    dialog: CalibrationDialog, studio: Studio, engine: FakeEngine
) -> None:
    engine.on_calibrate.habit = lambda _: a_probe(JobState.UPLOADING)
    dialog.send.click()
    dialog.send.click()
    await eventually(lambda: "under way" in dialog.said[1])
    assert engine.on_calibrate.calls == [(CHEAP,)]
    assert not dialog.send.isEnabled()
    studio.hear((JobChanged(a_probe(JobState.DONE)),))
    await eventually(lambda: "being looked at" in dialog.said[1])
    assert not dialog.send.isEnabled()
    down = a_probe(JobState.DONE, brush=told(took="upside down", agreement=-0.99))
    engine.known = with_answers(load_catalog(), [ANSWER])
    engine.on_calibrations.habit = lambda: known(ANSWER, down)
    studio.hear((JobChanged(down),))
    await eventually(lambda: "went down" in dialog.said[1])
    standing, outcome = dialog.said
    assert "from the top: a clip showed it on 2026-11-25 (job probe)" in standing
    assert outcome.endswith("It cost about $0.23.") or "$0.225" in outcome
    assert dialog.send.isEnabled()
    assert dialog.forget.isEnabled()


@pytest.mark.parametrize(
    ("job", "said", "may_send"),
    [
        (a_probe(JobState.UNCERTAIN), "it counts as spent and is not sent again", False),
        (
            a_probe(JobState.HELD, trouble=Trouble("budget_reached", "this job's budget is $0.10")),
            "The probe is held.",
            False,
        ),
        (a_probe(JobState.FAILED, trouble=Trouble("service_down")), "The probe is failed.", True),
        (
            a_probe(JobState.DONE, brush=told(agreement=0.1), cost_usd=Decimal("0.23")),
            "does not show it clearly. Nothing is changed. It cost $0.23.",
            True,
        ),
    ],
)
async def test_whatever_becomes_of_it_is_said(
    dialog: CalibrationDialog, studio: Studio, job: Job, said: str, may_send: bool
) -> None:
    studio.hear((JobChanged(job),))
    await eventually(lambda: said in dialog.said[1])
    assert dialog.send.isEnabled() is may_send


async def test_an_answer_that_comes_while_the_window_is_closed_is_told_and_believed(
    dialog: CalibrationDialog, studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    dialog.reject()
    engine.known = with_answers(load_catalog(), [ANSWER])
    seen = a_probe(JobState.DONE, brush=told(took="upside down", agreement=-0.99))
    studio.hear((JobAdded(seen),))
    await eventually(lambda: "so y counts from the top" in notice(window))
    brush = window.compose.catalog.endpoint(CHEAP).brush
    assert brush is not None
    assert brush.origin is Origin.TOP_LEFT


async def test_an_answer_can_be_forgotten(
    dialog: CalibrationDialog, window: MainWindow, engine: FakeEngine
) -> None:
    dialog.tell(known(ANSWER), {})
    dialog.forget.click()
    await eventually(lambda: engine.on_forget.calls == [(CHEAP,)])
    await eventually(lambda: "as Kling has written" in dialog.said[0])


async def test_what_goes_wrong_is_said_in_the_window(
    dialog: CalibrationDialog, engine: FakeEngine
) -> None:
    engine.on_calibrate.habit = FolderUnusable("no room")
    dialog.send.click()
    await eventually(lambda: "no room" in all_said(dialog))
    assert dialog.send.isEnabled(), "it can be tried again"


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nothing_is_cut_off(
    dialog: CalibrationDialog, qapp: QApplication, scheme: Any
) -> None:
    from kling_desktop.ui import theme

    theme.apply(qapp, scheme)
    job = replace(a_probe(JobState.QUEUED), cost_usd=None)
    dialog.tell(known(ANSWER, job), {})
    await turns()
    assert cut_off(dialog) == []


async def test_a_model_that_is_not_listed_any_more_is_said_and_gets_no_probe(
    dialog: CalibrationDialog, studio: Studio, engine: FakeEngine
) -> None:
    engine.on_calibrations.habit = lambda: known()[1:]
    studio.hear((JobChanged(a_probe(JobState.FAILED, trouble=Trouble("service_down"))),))
    await eventually(lambda: dialog.said[0] == GONE)
    assert not dialog.send.isEnabled()
    assert not dialog.forget.isEnabled()
    dialog.choose(BRUSH)
    assert dialog.send.isEnabled()


async def test_what_was_said_of_another_backend_is_closed_before_anything_is_sent(
    dialog: CalibrationDialog, studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    assert dialog.isVisible()
    engine.on_switch.habit = "sandbox"
    await studio.switch()
    assert window.findChildren(CalibrationDialog) == []
    studio._calibration._send(CHEAP)
    await turns()
    assert engine.on_calibrate.calls == []
