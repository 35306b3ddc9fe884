"""Waiting jobs in the window: hold, release, move, edit, pause all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from kling_desktop.domain.events import JobChanged, SteeringChanged
from kling_desktop.domain.jobs import Job, JobId, JobState
from kling_desktop.domain.line import Steering
from kling_desktop.domain.outlook import Outlook
from kling_desktop.ui.line import NOTHING_TO_MOVE
from kling_desktop.ui.queue.model import OutlookRole, QueueModel
from kling_desktop.ui.queue.waiting import Where
from tests.helpers.fakes import START
from tests.helpers.worlds import I2V, T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import generate_button, notice

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

S = JobState
popping_up = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)


def numbered(number: int, state: JobState = S.INTENT, **facts: object) -> Job:
    return a_job(state, id=JobId(f"job-{number}"), place=float(number), **facts)


def shown(model: QueueModel, row: int) -> str:
    return str(model.index(row, 0).data(Qt.ItemDataRole.DisplayRole)).partition(": ")[2]


def menu_of(window: MainWindow, row: int) -> dict[str, QAction]:
    table = window.queue.table
    place = table.visualRect(window.queue.model.index(row, 0)).center()
    table.customContextMenuRequested.emit(place)
    menu = window.queue.findChildren(QMenu)[-1]
    return {each.text(): each for each in menu.actions()}


def paused_line(window: MainWindow) -> bool:
    labels = window.queue.findChildren(QLabel)
    (line,) = (each for each in labels if each.text().startswith("Paused"))
    return line.isVisibleTo(window)


def test_a_waiting_row_says_what_it_waits_for() -> None:
    model = QueueModel(now=lambda: START)
    at = START + timedelta(days=1)
    model.reset([numbered(3, run_at=at), numbered(2), numbered(1), numbered(0, S.HELD)])
    assert shown(model, 2) == "Starting"
    model.show_steering(Steering(limit=1))
    assert shown(model, 3).startswith("Begins at 2026-01-0")
    assert shown(model, 2) == "Waits for its turn, 1 ahead"
    assert shown(model, 1) == "Waits for its turn, first in line"
    assert shown(model, 0) == "On hold"
    model.show_steering(Steering(paused=True))
    assert shown(model, 1) == "Paused, first in line"
    model.take(JobChanged(replace(numbered(1), cancel_asked=True)))
    assert shown(model, 1) == "Asked to stop, may still finish"


def test_a_held_row_says_before_which_time_it_does_not_begin() -> None:
    model = QueueModel(now=lambda: START)
    model.reset([numbered(0, S.HELD, run_at=START + timedelta(days=1))])
    assert shown(model, 0).startswith("Held, then 2026-01-0")
    tip = str(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "nothing of it is sent or charged before" in tip
    assert "until you release it" in tip


def test_a_paused_row_still_says_when_it_begins_and_is_ahead_of_nobody() -> None:
    model = QueueModel(now=lambda: START)
    model.reset([numbered(1), numbered(0, run_at=START + timedelta(days=1))])
    model.show_steering(Steering(paused=True))
    assert shown(model, 0).startswith("Paused; begins at 2026-01-0")
    assert shown(model, 1) == "Paused, first in line"


def test_the_ways_of_a_waiting_job_lead_to_its_neighbours() -> None:
    model = QueueModel()
    jobs = [numbered(n, S.HELD if n == 2 else S.INTENT) for n in (3, 2, 1)]
    model.reset([*jobs, numbered(4, S.RUNNING)])
    last, middle, first = jobs
    assert model.ways_of(first) == {Where.DOWN: last.id}
    assert model.ways_of(middle) == {Where.FRONT: first.id, Where.UP: first.id, Where.DOWN: None}
    assert model.ways_of(last) == {Where.FRONT: first.id, Where.UP: middle.id}
    assert model.ways_of(numbered(4, S.RUNNING)) == {}


@popping_up
async def test_the_menu_offers_what_suits_the_job(studio: Studio, window: MainWindow) -> None:
    window.queue.reset([numbered(2, S.RUNNING), numbered(1, S.HELD), numbered(0)])
    window.resize(1280, 800)
    offered = {"Hold", "Release", "Edit\N{HORIZONTAL ELLIPSIS}", *map(str, Where)}
    edit = "Edit\N{HORIZONTAL ELLIPSIS}"
    assert menu_of(window, 0).keys() & offered == set()
    assert menu_of(window, 2).keys() & offered == {"Release", edit, Where.FRONT, Where.UP}
    assert menu_of(window, 1).keys() & offered == {"Hold", Where.DOWN}


@popping_up
async def test_the_entries_of_the_menu_do_what_they_say(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(1, S.HELD), numbered(0)])
    menu_of(window, 0)["Hold"].trigger()
    menu_of(window, 1)["Release"].trigger()
    menu_of(window, 1)["Move up"].trigger()
    menu_of(window, 0)["Move down"].trigger()
    await eventually(lambda: len(engine.on_move.calls) == 2)
    assert engine.on_hold.calls == [("job-0",)]
    assert engine.on_release.calls == [("job-1",)]
    assert engine.on_move.calls == [(("job-1",), "job-0"), (("job-0",), None)]


async def test_the_keys_act_on_the_chosen_job(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.queue.reset([numbered(1, S.HELD), numbered(0)])
    window.actions_by_id["hold"].trigger()
    window.actions_by_id["later"].trigger()
    window.queue.choose(JobId("job-0"))
    window.actions_by_id["hold"].trigger()
    window.actions_by_id["up"].trigger()
    window.actions_by_id["down"].trigger()
    await eventually(lambda: engine.on_move.calls)
    assert engine.on_hold.calls == [("job-0",)]
    assert engine.on_move.calls == [(("job-0",), None)]


async def test_a_pause_is_seen_and_ended_at_its_line(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    assert not paused_line(window)
    window.actions_by_id["pause"].trigger()
    await eventually(lambda: paused_line(window))
    assert engine.steered.paused
    assert window.actions_by_id["pause"].text() == "&Go on with all"
    buttons = window.queue.findChildren(QPushButton)
    next(each for each in buttons if each.text() == "Go on").click()
    await eventually(lambda: not paused_line(window))
    assert not engine.steered.paused


async def test_what_another_program_paused_is_seen_too(studio: Studio, window: MainWindow) -> None:
    studio.hear((SteeringChanged(Steering(paused=True)),))
    assert paused_line(window)


async def test_a_held_job_is_edited_in_the_panels_and_saved_to_itself(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    held = numbered(1, S.HELD, params={"prompt": "a ship", "duration": "10"})
    window.queue.reset([held])
    window.queue.choose(held.id)
    window.actions_by_id["edit"].trigger()
    assert window.compose.values()["prompt"] == "a ship"
    assert window.compose.endpoint.id == T2V
    assert generate_button(window).text().startswith("Save to the held job")
    window.compose.set_values({"prompt": "two ships"})
    studio.generate()
    await eventually(lambda: "still on hold" in notice(window))
    (job_id, draft), *others = engine.on_edit.calls
    assert (job_id, draft.values["prompt"], others) == (held.id, "two ships", [])
    assert engine.drafts == []
    assert generate_button(window).text().startswith("Generate")


async def test_an_edit_that_is_begun_while_another_is_saved_is_saved_too_and_makes_no_clip(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    first, second = numbered(1, S.HELD), numbered(2, S.HELD)
    gate = asyncio.Event()

    async def once_it_is_open(*_: object) -> Job:
        await gate.wait()
        return first

    engine.on_edit.then(once_it_is_open)
    window.queue.edit_asked.emit(first)
    studio.generate()
    await eventually(lambda: engine.on_edit.calls)
    window.queue.edit_asked.emit(second)
    gate.set()
    await eventually(lambda: "still on hold" in notice(window))
    assert generate_button(window).text().startswith("Save to the held job")
    studio.generate()
    await eventually(lambda: len(engine.on_edit.calls) == 2)
    assert [job_id for job_id, _ in engine.on_edit.calls] == [first.id, second.id]
    assert engine.drafts == []


async def test_a_picture_from_elsewhere_stays_that_of_the_edited_job(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    there = {"prompt": "a ship", "image_url": "https://example.com/a.png"}
    window.queue.edit_asked.emit(numbered(1, S.HELD, endpoint=I2V, params=there))
    studio.generate()
    await eventually(lambda: engine.on_edit.calls)
    assert engine.on_edit.calls[0][1].values["image_url"] == "https://example.com/a.png"


async def test_settings_of_the_form_do_not_leak_into_an_edited_job(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.compose.set_values({"negative_prompt": "blood"})
    window.queue.edit_asked.emit(numbered(1, S.HELD, params={"prompt": "a ship"}))
    studio.generate()
    await eventually(lambda: engine.on_edit.calls)
    assert "blood" not in str(engine.on_edit.calls[0][1].values)


async def test_an_edit_can_be_left_and_ends_when_the_job_is_held_no_more(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    held = numbered(1, S.HELD)
    window.queue.edit_asked.emit(held)
    window.compose.edit_ended.emit()
    assert generate_button(window).text().startswith("Generate")
    window.queue.edit_asked.emit(held)
    studio.hear((JobChanged(replace(held, state=S.CANCELLED)),))
    assert generate_button(window).text().startswith("Generate")
    studio.generate()
    await eventually(lambda: engine.drafts)
    await turns()
    assert engine.on_edit.calls == []


async def test_what_this_window_does_not_offer_it_does_not_edit(
    studio: Studio, window: MainWindow
) -> None:
    window.queue.edit_asked.emit(numbered(1, S.HELD, endpoint="fal-ai/another/model"))
    assert "jobs edit" in notice(window)
    assert generate_button(window).text().startswith("Generate")


async def test_a_late_request_says_so_in_its_tip_and_when_it_is_chosen(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    queued = numbered(1, S.QUEUED)
    late = Outlook("This has been in the queue for 14 min. You can wait.", is_late=True)
    engine.on_outlooks.habit = {queued.id: late}
    window.queue.reset([queued])
    studio._wheel.look_out()
    model = window.queue.model
    tip = Qt.ItemDataRole.ToolTipRole
    await eventually(lambda: "14 min" in str(model.index(0, 0).data(tip)))
    assert model.index(0, 0).data(OutlookRole) == late
    window.queue.job_chosen.emit(queued)
    assert "14 min" in notice(window)
    assert engine.on_cancel.calls == []
    studio.hear((JobChanged(replace(queued, state=S.DONE)),))
    assert "14 min" not in str(model.index(0, 0).data(tip))


async def test_a_move_is_taken_back_by_the_keys_for_undo_while_the_queue_has_them(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    window.activateWindow()
    window.queue.reset([numbered(number) for number in (3, 2, 1, 0)])
    undo, redo = window.actions_by_id["undo"], window.actions_by_id["redo"]
    ids = [JobId("job-2"), JobId("job-3")]
    window.queue.move_asked.emit(ids, JobId("job-0"))
    await eventually(lambda: len(engine.on_move.calls) == 1)
    assert not undo.isEnabled()
    window.queue.table.setFocus()
    await eventually(undo.isEnabled)
    assert undo.text() == "&Undo move of 2 jobs"
    moved = [replace(numbered(2), place=-2.0), replace(numbered(3), place=-1.0)]
    window.queue.reset([numbered(1), numbered(0), *moved])
    undo.trigger()
    await eventually(lambda: len(engine.on_move.calls) == 3)
    assert engine.on_move.calls[1:] == [(("job-3",), None), (("job-2",), "job-3")]
    redo.trigger()
    await eventually(lambda: len(engine.on_move.calls) == 4)
    assert engine.on_move.calls[3] == (("job-2", "job-3"), "job-0")
    window.compose.focus_prompt()
    await eventually(lambda: not undo.isEnabled())


async def test_a_move_of_jobs_that_were_sent_since_is_not_taken_back(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.show()
    window.activateWindow()
    window.queue.reset([numbered(1), numbered(0)])
    window.queue.move_asked.emit([JobId("job-1")], JobId("job-0"))
    await eventually(lambda: engine.on_move.calls)
    window.queue.table.setFocus()
    await eventually(window.actions_by_id["undo"].isEnabled)
    window.queue.reset([numbered(1, S.QUEUED), numbered(0)])
    window.actions_by_id["undo"].trigger()
    await eventually(lambda: notice(window) == NOTHING_TO_MOVE)
    assert len(engine.on_move.calls) == 1
