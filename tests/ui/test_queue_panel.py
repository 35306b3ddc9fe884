from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from kling_desktop.domain.events import BytesMoved, Direction, JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.ui.queue.panel import QueuePanel
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import a_job

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QImage
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

S = JobState
NOT_OVER = [state for state in S if not a_job(state).is_over]
# The offscreen platform has one window at a time for keys, and says so.
popping_up = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
OVER = [state for state in S if a_job(state).is_over]


@pytest.fixture
def panel(qtbot: QtBot, dressed: QApplication) -> QueuePanel:
    made = QueuePanel()
    qtbot.addWidget(made)
    made.resize(300, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def numbered(number: int, state: JobState = S.RUNNING, **facts: object) -> Job:
    return a_job(state, id=JobId(f"job-{number}"), **facts)


def cross_of(panel: QueuePanel, row: int) -> QPoint:
    """The middle of the cross, where the delegate paints it."""
    place = panel.table.visualRect(panel.model.index(row, 0))
    return QPoint(place.right() - 23, place.top() + 21)


def title(panel: QueuePanel) -> str:
    return panel.findChildren(QLabel)[0].text()


def asked(panel: QueuePanel) -> list[Job]:
    found: list[Job] = []
    panel.cancel_asked.connect(found.append)
    return found


def menu_of(panel: QueuePanel, row: int) -> dict[str, QAction]:
    place = panel.table.visualRect(panel.model.index(row, 0)).center()
    panel.table.customContextMenuRequested.emit(place)
    (menu,) = panel.findChildren(QMenu)
    return {each.text(): each for each in menu.actions()}


def test_an_empty_queue_says_what_will_be_there(panel: QueuePanel) -> None:
    assert not panel.table.isVisible()
    assert any("will appear here" in each.text() for each in panel.findChildren(QLabel))
    panel.take([JobAdded(numbered(1))])
    assert panel.table.isVisible()
    panel.reset([])
    assert not panel.table.isVisible()


def test_where_nobody_knows_the_jobs_the_queue_does_not_say_that_there_are_none(
    panel: QueuePanel,
) -> None:
    panel.show_unknown()
    texts = [each.text() for each in panel.findChildren(QLabel)]
    assert "Your jobs are not shown until this is solved." in texts
    assert not any("will appear here" in each for each in texts)
    panel.reset([])
    assert any("will appear here" in each.text() for each in panel.findChildren(QLabel))


def test_an_uncertain_job_waits_and_is_not_under_way(panel: QueuePanel) -> None:
    panel.reset([numbered(1, S.UNCERTAIN)])
    assert title(panel) == "Queue"


def test_the_title_counts_the_jobs_under_way(panel: QueuePanel) -> None:
    assert title(panel) == "Queue"
    panel.reset([numbered(2), numbered(1, S.DONE)])
    assert title(panel).endswith("1 under way")
    panel.take([JobAdded(numbered(3))])
    assert title(panel).endswith("2 under way")
    panel.take([JobChanged(numbered(2, S.FAILED)), JobChanged(numbered(3, S.DONE))])
    assert title(panel) == "Queue"


@pytest.mark.parametrize("state", NOT_OVER)
def test_the_cross_asks_to_cancel_a_job_that_is_not_over(
    panel: QueuePanel, qtbot: QtBot, state: JobState
) -> None:
    panel.reset([numbered(1, state)])
    found = asked(panel)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cross_of(panel, 0))
    assert found == [numbered(1, state)]


@pytest.mark.parametrize("state", OVER)
def test_there_is_no_cross_on_a_job_that_is_over(
    panel: QueuePanel, qtbot: QtBot, state: JobState
) -> None:
    panel.reset([numbered(1, state)])
    found = asked(panel)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cross_of(panel, 0))
    assert found == []


def test_a_click_beside_the_cross_cancels_nothing(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.reset([numbered(1)])
    found = asked(panel)
    place = cross_of(panel, 0) - QPoint(60, 0)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert found == []


@pytest.mark.parametrize("mouse", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_only_the_left_button_cancels(
    panel: QueuePanel, qtbot: QtBot, mouse: Qt.MouseButton
) -> None:
    panel.reset([numbered(1)])
    found = asked(panel)
    QTest.mouseClick(panel.table.viewport(), mouse, pos=cross_of(panel, 0))
    assert found == []


def test_a_click_chooses_a_job(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.reset([numbered(2), numbered(1)])
    assert panel.chosen is None
    place = panel.table.visualRect(panel.model.index(1, 0)).center()
    with qtbot.waitSignal(panel.job_chosen) as signal:
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [numbered(1)]
    assert panel.chosen == numbered(1)


def test_the_arrow_keys_choose_too(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.reset([numbered(2), numbered(1)])
    panel.choose(JobId("job-2"))
    with qtbot.waitSignal(panel.job_chosen) as signal:
        QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert signal.args == [numbered(1)]


def test_the_chosen_job_stays_chosen_when_others_come(panel: QueuePanel) -> None:
    panel.reset([numbered(1)])
    panel.choose(JobId("job-1"))
    panel.take([JobAdded(numbered(2)), JobAdded(numbered(3))])
    assert panel.chosen == numbered(1)


@popping_up
@pytest.mark.parametrize(
    ("job", "cancel", "folder"),
    [
        (numbered(1), True, False),
        (numbered(1, S.DONE, clips=(a_clip("/clips/a.mp4"),)), False, True),
        (numbered(1, S.FAILED), False, False),
    ],
)
def test_the_menu_offers_what_can_be_done(
    panel: QueuePanel, job: Job, *, cancel: bool, folder: bool
) -> None:
    panel.reset([job])
    entries = menu_of(panel, 0)
    assert entries["Cancel job"].isEnabled() is cancel
    assert entries["Show in folder"].isEnabled() is folder


@popping_up
def test_the_entries_of_the_menu_do_what_they_say(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.reset([numbered(1)])
    with qtbot.waitSignal(panel.cancel_asked) as signal:
        menu_of(panel, 0)["Cancel job"].trigger()
    assert signal.args == [numbered(1)]
    for each in panel.findChildren(QMenu):
        each.close()


@popping_up
def test_the_folder_entry_names_the_clip(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.reset([numbered(1, S.DONE, clips=(a_clip("/clips/a.mp4"),))])
    with qtbot.waitSignal(panel.folder_asked) as signal:
        menu_of(panel, 0)["Show in folder"].trigger()
    assert signal.args == ["/clips/a.mp4"]


def test_there_is_no_menu_where_there_is_no_job(panel: QueuePanel) -> None:
    panel.reset([numbered(1)])
    panel.table.customContextMenuRequested.emit(QPoint(10, 400))
    assert panel.findChildren(QMenu) == []


def picture_of(panel: QueuePanel) -> QImage:
    return panel.table.grab().toImage()


@pytest.mark.parametrize("state", S)
def test_every_state_can_be_painted(panel: QueuePanel, state: JobState) -> None:
    empty = picture_of(panel)
    panel.reset([numbered(1, state)])
    assert picture_of(panel) != empty


def test_a_transfer_paints_its_progress(panel: QueuePanel) -> None:
    panel.reset([numbered(1, S.DOWNLOADING)])

    def after(done: int) -> QImage:
        panel.take([BytesMoved(JobId("job-1"), Direction.DOWN, done, 100)])
        return picture_of(panel)

    assert after(10) != after(90)


def test_the_chosen_row_looks_different(panel: QueuePanel) -> None:
    panel.reset([numbered(1)])
    before = picture_of(panel)
    panel.choose(JobId("job-1"))
    assert picture_of(panel) != before
