"""The queue by what the brush did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.motion.standing import Standing
from kling_desktop.ui.queue.model import QueueModel
from kling_desktop.ui.queue.panel import EMPTY, NONE_SUCH, QueuePanel
from kling_desktop.ui.queue.sieve import TEXTS, Sieve, sieve_menu
from tests.helpers.fakes import START
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

ONLY_TOOK, BEST_FIRST = Sieve(Standing.TOOK), Sieve(by_brush=True)


def numbered(number: int, took: str = "", state: JobState = JobState.DONE) -> Job:
    brush = {"took": took, "score": number / 10} if took else None
    made = START + timedelta(minutes=number)
    return a_job(state, id=JobId(f"job-{number}"), created_at=made, brush=brush)


JOBS = [
    numbered(6, state=JobState.RUNNING),
    *(
        numbered(at, took)
        for at, took in ((5, "no"), (4, "yes"), (3, ""), (2, "yes"), (1, "partly"))
    ),
]


@pytest.fixture
def model(qtmodeltester: ModelTester) -> QueueModel:
    made = QueueModel()
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    made.reset(JOBS)
    return made


@pytest.fixture
def panel(qtbot: QtBot) -> QueuePanel:
    made = QueuePanel()
    qtbot.addWidget(made)
    made.reset(JOBS)
    return made


def ids(model: QueueModel) -> str:
    jobs = map(model.job_at, range(model.rowCount()))
    return "".join(job.id[-1] for job in jobs if job)


def test_only_clips_of_one_verdict_are_shown(model: QueueModel) -> None:
    model.sift(ONLY_TOOK)
    assert ids(model) == "42"
    model.sift(Sieve())
    assert ids(model) == "654321"


def test_the_best_brush_comes_first_below_what_is_under_way(model: QueueModel) -> None:
    model.sift(BEST_FIRST)
    assert ids(model) == "642153"


def test_a_verdict_that_comes_later_finds_its_place(model: QueueModel) -> None:
    model.sift(BEST_FIRST)
    model.take(JobChanged(numbered(3, "yes")))
    assert ids(model) == "643215"
    model.sift(ONLY_TOOK)
    model.take(JobChanged(numbered(5, "yes")))
    model.take(JobChanged(numbered(4, "no")))
    model.take(JobAdded(numbered(7, "no")))
    assert ids(model) == "532"


def test_jobs_out_of_sight_count_and_are_known(model: QueueModel) -> None:
    model.sift(ONLY_TOOK)
    assert model.active() == 1
    assert model.job("job-6") == JOBS[0]
    assert not model.index_of(JobId("job-6")).isValid()


def test_a_choice_is_made_among_older_jobs_too(qtbot: QtBot) -> None:
    model = QueueModel()
    model.reset(JOBS[:3], has_more=True)
    with qtbot.waitSignal(model.more_wanted):
        model.sift(ONLY_TOOK)
    with qtbot.waitSignal(model.more_wanted):
        model.extend(JOBS[3:5], has_more=True)
    model.extend(JOBS[5:], has_more=False)
    assert ids(model) == "42"
    model.sift(Sieve())
    assert ids(model) == "654321"


def test_the_panel_says_that_not_all_is_in_sight_and_goes_back(
    panel: QueuePanel, qtbot: QtBot
) -> None:
    panel.choose(JobId("job-2"))
    panel.sift(ONLY_TOOK)
    assert panel._sifted.words == "Only: the brush took (2 of 6)"
    assert panel.chosen == JOBS[4]
    panel._sifted._back.click()
    assert panel._sifted.isHidden()
    assert ids(panel.model) == "654321"


def test_an_empty_choice_is_not_called_an_empty_queue(panel: QueuePanel) -> None:
    panel.sift(Sieve(Standing.UNKNOWN))
    assert panel._empty.text() == NONE_SUCH
    panel.reset([])
    assert panel._empty.text() == EMPTY


def test_a_job_that_is_brought_forward_comes_in_sight(panel: QueuePanel) -> None:
    panel.sift(ONLY_TOOK)
    panel.choose(JobId("job-6"))
    assert panel.chosen == JOBS[0]
    assert panel.model.sieve.is_plain


def test_the_menu_offers_every_verdict_and_both_orders(panel: QueuePanel) -> None:
    menu = sieve_menu(panel, panel.model.sieve, panel.sift)
    entries = {each.text(): each for each in menu.actions() if each.text()}
    assert [*entries] == [*TEXTS.values(), "Newest first", "Best brush first"]
    entries["The brush did not take"].trigger()
    assert ids(panel.model) == "5"
    menu = sieve_menu(panel, panel.model.sieve, panel.sift)
    marked = [each.text() for each in menu.actions() if each.isChecked()]
    assert marked == ["The brush did not take", "Newest first"]
