"""Times and limits as the window asks for them: what is offered, and what becomes of the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import (
    QAbstractButton,
    QDateTimeEdit,
    QDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QSpinBox,
)

from kling_desktop.domain.events import SteeringChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.line import Steering
from kling_desktop.ui import theme
from kling_desktop.ui.queue.bar import SteeringBar
from kling_desktop.ui.queue.later import LaterDialog
from kling_desktop.ui.queue.limit import LimitDialog, limit_line, limit_tip
from tests.helpers.worlds import a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.layouts import cut_off
from tests.ui.looks import notice
from tests.ui.test_layout import SCHEMES, SIZES, settle, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
D = TypeVar("D", bound=QDialog)


def numbered(number: int, state: JobState = S.INTENT, **facts: object) -> Job:
    return a_job(state, id=JobId(f"job-{number}"), place=float(number), **facts)


async def dialog_of(window: MainWindow, kind: type[D]) -> D:
    await eventually(lambda: window.findChildren(kind))
    return window.findChildren(kind)[-1]


def press(dialog: QDialog, text: str) -> None:
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.text().startswith(text)).click()


def chosen_time(dialog: QDialog) -> datetime:
    (edit,) = dialog.findChildren(QDateTimeEdit)
    return datetime.fromtimestamp(edit.dateTime().toSecsSinceEpoch(), UTC)


def mark_all(window: MainWindow) -> None:
    window.queue.choose(JobId("job-0"))
    window.queue.table.selectAll()


async def test_a_waiting_job_is_put_off_to_the_time_that_was_chosen(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(0)])
    window.queue.choose(JobId("job-0"))
    window.actions_by_id["later"].trigger()
    dialog = await dialog_of(window, LaterDialog)
    press(dialog, "Tomorrow" if datetime.now().astimezone().hour >= 8 else "This morning")
    at = chosen_time(dialog)
    assert at.astimezone().hour == 8
    press(dialog, "Start then")
    await eventually(lambda: engine.on_put_off.calls)
    await turns()
    assert engine.on_put_off.calls == [("job-0", at)]
    assert engine.on_release.calls == []


async def test_what_is_on_hold_is_released_but_only_once_it_is_put_off(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    order: list[str] = []

    def noted(what: str, job_id: JobId) -> Job:
        order.append(f"{what} {job_id}")
        return a_job(id=job_id)

    engine.on_put_off.habit = lambda job_id, at: noted("off", job_id)
    engine.on_release.habit = lambda job_id: noted("release", job_id)
    window.queue.reset([numbered(1, S.HELD), numbered(0)])
    mark_all(window)
    window.actions_by_id["later"].trigger()
    dialog = await dialog_of(window, LaterDialog)
    texts = [each.text() for each in dialog.findChildren(QLabel)]
    assert "When shall these 2 jobs begin?" in texts
    assert any(each.startswith("What is on hold is released") for each in texts)
    press(dialog, "Start then")
    await eventually(lambda: "release job-1" in order)
    assert order == ["off job-0", "off job-1", "release job-1"]


async def test_a_time_is_taken_away_again_and_what_is_held_stays_held(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    at = datetime.now(UTC) + timedelta(days=2)
    window.queue.reset([numbered(0, S.HELD, run_at=at)])
    window.queue.choose(JobId("job-0"))
    window.actions_by_id["later"].trigger()
    dialog = await dialog_of(window, LaterDialog)
    assert abs((chosen_time(dialog) - at).total_seconds()) <= 60
    press(dialog, "As soon as its turn comes")
    await eventually(lambda: engine.on_put_off.calls)
    await turns()
    assert engine.on_put_off.calls == [("job-0", None)]
    assert engine.on_release.calls == []


async def test_without_a_time_there_is_none_to_take_away_and_cancel_changes_nothing(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(0)])
    window.queue.choose(JobId("job-0"))
    window.actions_by_id["later"].trigger()
    dialog = await dialog_of(window, LaterDialog)
    assert not any(e.text().startswith("As soon") for e in dialog.findChildren(QAbstractButton))
    press(dialog, "Cancel")
    await turns()
    assert engine.on_put_off.calls == []


async def test_what_was_sent_cannot_be_put_off_or_moved_and_the_window_says_so(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(0, S.RUNNING)])
    window.queue.choose(JobId("job-0"))
    for name in ("later", "up"):
        window.stage.notice.hide()
        window.actions_by_id[name].trigger()
        assert notice(window).startswith("Only a job that waits here")
    assert not window.findChildren(LaterDialog)
    assert engine.on_move.calls == []


def test_no_time_of_the_past_can_be_chosen(qtbot: QtBot, window: MainWindow) -> None:
    now = datetime.now(UTC)
    dialog = LaterDialog(window, count=1, run_at=None, now=now)
    (edit,) = dialog.findChildren(QDateTimeEdit)
    edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(now.timestamp()) - 86_400))
    assert chosen_time(dialog) >= now


async def test_several_jobs_are_moved_held_and_released_together(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(2), numbered(1), numbered(0)])
    table, model = window.queue.table, window.queue.model
    flags = table.selectionModel().SelectionFlag
    window.queue.choose(JobId("job-2"))
    table.selectionModel().select(model.index(1, 0), flags.Select | flags.Rows)
    window.actions_by_id["up"].trigger()
    window.actions_by_id["hold"].trigger()
    await eventually(lambda: len(engine.on_hold.calls) == 2)
    assert engine.on_move.calls == [(("job-1", "job-2"), "job-0")]
    assert engine.on_hold.calls == [("job-1",), ("job-2",)]
    window.queue.reset([numbered(1, S.HELD), numbered(0, S.HELD)])
    mark_all(window)
    window.actions_by_id["hold"].trigger()
    await eventually(lambda: len(engine.on_release.calls) == 2)


async def test_several_jobs_are_cancelled_only_after_a_question(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(3, S.RUNNING), numbered(2, S.UNCERTAIN), numbered(1, S.DONE),
                        numbered(0)])  # fmt: skip
    mark_all(window)
    window.actions_by_id["cancel"].trigger()
    box = await dialog_of(window, QMessageBox)
    assert box.text().startswith("Cancel 2 jobs?")
    assert "may be charged" in box.text()
    press(box, "Keep")
    await turns()
    assert engine.on_cancel.calls == []
    window.actions_by_id["cancel"].trigger()
    await eventually(lambda: any(each.isVisible() for each in window.findChildren(QMessageBox)))
    press(await dialog_of(window, QMessageBox), "Cancel 2 jobs")
    await eventually(lambda: len(engine.on_cancel.calls) == 2)
    assert sorted(engine.on_cancel.calls) == [("job-0",), ("job-3",)]


# How many at once


@pytest.mark.parametrize(
    ("steering", "line", "tip"),
    [
        (Steering(), "Any number at once", "No limit is set here"),
        (Steering(learned=3), "No limit; fal runs 3 at once", "Learned from fal"),
        (Steering(limit=2), "At most 2 at once, set by you", "You have set that at most 2 jobs"),
        (Steering(limit=2, learned=3), "At most 2 at once, set by you", "Learned from fal"),
        (Steering(limit=3, learned=3), "At most 3 at once, as at fal", "Learned from fal"),
        (Steering(limit=1), "At most 1 at once, set by you", "at most 1 job of"),
    ],
)
def test_the_head_says_the_limit_and_where_it_is_from(
    steering: Steering, line: str, tip: str
) -> None:
    assert limit_line(steering) == line
    assert tip in limit_tip(steering)


async def test_the_limit_is_set_and_shown(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.actions_by_id["limit"].trigger()
    dialog = await dialog_of(window, LimitDialog)
    (number,) = dialog.findChildren(QSpinBox)
    number.setValue(4)
    press(dialog, "Set")
    await eventually(lambda: engine.steered.limit == 4)
    await eventually(lambda: buttons(window)["At most 4 at once, set by you"])


async def test_what_was_learned_is_offered_and_any_number_again(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.hear((SteeringChanged(Steering(learned=7)),))
    buttons(window)["No limit; fal runs 7 at once"].click()
    dialog = await dialog_of(window, LimitDialog)
    press(dialog, "Use 7")
    press(dialog, "Set")
    await eventually(lambda: engine.steered.limit == 7)
    await turns()
    window.actions_by_id["limit"].trigger()
    dialog = await dialog_of(window, LimitDialog)
    dialog.findChildren(QRadioButton)[0].click()
    press(dialog, "Set")
    await eventually(lambda: engine.steered.limit == 0)


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    (bar,) = window.queue.findChildren(SteeringBar)
    return {each.text() or each.accessibleName(): each for each in bar.findChildren(QPushButton)}


async def test_the_pause_in_the_head_says_what_it_means_for_money(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    pause = buttons(window)["Pause all"]
    assert "nothing new is charged" in pause.toolTip()
    pause.click()
    await eventually(lambda: engine.steered.paused)
    go_on = buttons(window)["Go on"]
    await eventually(lambda: go_on.isVisibleTo(window))
    assert not pause.isVisibleTo(window)
    assert "is charged" in go_on.toolTip()


def test_before_the_engine_is_there_nothing_is_steered(window: MainWindow) -> None:
    assert not any(each.isEnabled() for each in buttons(window).values())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "steering",
    [Steering(paused=True, limit=100), Steering(learned=100), Steering(limit=100, learned=100)],
)
def test_the_head_of_the_queue_and_its_dialogs_have_their_room(
    window: MainWindow,
    qtbot: QtBot,
    dressed: QApplication,
    scheme: theme.Scheme,
    steering: Steering,
) -> None:
    theme.apply(dressed, scheme)
    show(window, qtbot, SIZES[0])
    window.queue.show_steering(steering)
    now = datetime.now(UTC)
    later = LaterDialog(window, count=99, run_at=now + timedelta(days=9), now=now, releases=True)
    for dialog in (later, LimitDialog(window, steering)):
        dialog.open()
        settle(dressed)
        assert cut_off(dialog) == []
        dialog.close()
    settle(dressed)
    assert cut_off(window) == []
