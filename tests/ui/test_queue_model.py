from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt

from kling_desktop.domain.events import BytesMoved, Direction, JobAdded, JobChanged
from kling_desktop.domain.holders import Holder
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.ui.queue.model import JobRole, MovedRole, QueueModel, StateRole
from tests.helpers.fakes import START
from tests.helpers.worlds import T2V, a_job

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

UNCERTAIN = JobState.UNCERTAIN


def numbered(number: int, state: JobState = JobState.RUNNING) -> Job:
    return a_job(state, id=JobId(f"job-{number}"), params={"prompt": f"clip {number}"})


def progress(number: int, done: int = 5) -> BytesMoved:
    return BytesMoved(JobId(f"job-{number}"), Direction.DOWN, done, 10)


@pytest.fixture
def model(qtmodeltester: ModelTester) -> QueueModel:
    """A model that Qt's own tester watches through the whole test."""
    made = QueueModel(now=lambda: START + timedelta(seconds=75))
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    return made


def titles(model: QueueModel) -> list[str]:
    rows = range(model.rowCount())
    return [str(model.index(row, 0).data()).partition(":")[0] for row in rows]


def test_jobs_are_shown_in_the_order_given(model: QueueModel) -> None:
    model.reset([numbered(2), numbered(1)])
    assert titles(model) == ["clip 2", "clip 1"]


def test_a_new_job_comes_first(model: QueueModel) -> None:
    model.reset([numbered(1)])
    model.take(JobAdded(numbered(2)))
    model.take(JobAdded(numbered(3)))
    assert titles(model) == ["clip 3", "clip 2", "clip 1"]


def test_a_job_that_is_added_twice_is_shown_once(model: QueueModel) -> None:
    model.reset([numbered(1)])
    model.take(JobAdded(numbered(1, JobState.QUEUED)))
    assert titles(model) == ["clip 1"]
    assert model.job_at(0) == numbered(1, JobState.QUEUED)


def test_a_change_of_an_unknown_job_shows_it(model: QueueModel) -> None:
    model.take(JobChanged(numbered(7)))
    assert titles(model) == ["clip 7"]


def test_a_change_touches_its_row_and_no_other(model: QueueModel, qtbot: QtBot) -> None:
    model.reset([numbered(3), numbered(2), numbered(1)])
    with qtbot.waitSignal(model.dataChanged) as signal:
        model.take(JobChanged(numbered(2, JobState.FETCHING)))
    first, last = signal.args[:2]
    assert (first.row(), last.row()) == (1, 1)
    assert model.job_at(1) == numbered(2, JobState.FETCHING)


def test_bytes_are_shown_until_the_job_changes(model: QueueModel) -> None:
    model.reset([numbered(1, JobState.DOWNLOADING)])
    model.take(progress(1))
    index = model.index(0, 0)
    assert index.data(MovedRole) == progress(1)
    assert index.data() == "clip 1: Downloading the clip, 50 %"
    model.take(JobChanged(numbered(1, JobState.DONE)))
    assert index.data(MovedRole) is None
    assert index.data() == "clip 1: Done"


def test_bytes_of_an_unknown_job_change_nothing(model: QueueModel, qtbot: QtBot) -> None:
    model.reset([numbered(1)])
    with qtbot.assertNotEmitted(model.dataChanged):
        model.take(progress(9))


def test_a_reset_forgets_old_progress(model: QueueModel) -> None:
    model.reset([numbered(1)])
    model.take(progress(1))
    model.reset([numbered(1)])
    assert model.index(0, 0).data(MovedRole) is None


def test_a_row_speaks_to_screen_readers_as_it_shows(model: QueueModel) -> None:
    model.reset([numbered(1)])
    index = model.index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == index.data()
    assert index.data(JobRole) == numbered(1)
    assert index.data(Qt.ItemDataRole.DecorationRole) is None


def test_the_tip_has_the_whole_story(model: QueueModel) -> None:
    trouble = Trouble("service_down", "HTTP 503")
    model.reset([a_job(JobState.QUEUED, trouble=trouble)])
    tip = str(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)).split("\n")
    assert tip[0] == "the boat drifts"
    assert tip[1:3] == ["Kling 1.6 Pro, text to video", T2V]
    assert "1:15" in tip[3]
    assert tip[4] == "Request request-1"
    assert tip[5].startswith("The service has trouble at the moment. (HTTP 503)")
    assert "goes on by itself" in tip[5]


@pytest.mark.parametrize("row", [-1, 1, 99])
def test_there_is_no_job_in_a_row_that_does_not_exist(model: QueueModel, row: int) -> None:
    model.reset([numbered(1)])
    assert model.job_at(row) is None


def test_a_job_can_be_found_by_its_id(model: QueueModel) -> None:
    model.reset([numbered(2), numbered(1)])
    assert model.index_of(JobId("job-1")).row() == 1
    assert not model.index_of(JobId("never")).isValid()


def test_only_jobs_under_way_count_and_tick(model: QueueModel) -> None:
    model.reset([numbered(4), numbered(3, JobState.DONE), numbered(2), numbered(1, UNCERTAIN)])
    assert model.active() == 2
    touched: list[int] = []
    model.dataChanged.connect(lambda first, _: touched.append(first.row()))
    model.tick()
    assert touched == [0, 1]


def test_rows_have_no_children(model: QueueModel) -> None:
    model.reset([numbered(1)])
    inside = model.index(0, 0)
    assert model.rowCount(inside) == model.columnCount(inside) == 0
    assert model.data(QModelIndex()) is None


def test_a_job_of_another_account_says_whose_it_is_and_its_tip_what_to_do() -> None:
    model = QueueModel()
    job = replace(a_job(JobState.RUNNING), account="2" * 16, profile="work")
    model.reset([job])
    assert model.active() == 1
    model.show_holder(Holder("1" * 16, "home", frozenset({"1" * 16}), {"2" * 16: "studio"}))
    index = model.index_of(job.id)
    assert index.data(StateRole) == "Belongs to profile “studio”"
    assert "choose it to go on" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert model.active() == 0
