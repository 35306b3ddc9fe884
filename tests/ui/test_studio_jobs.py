from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from kling_desktop.domain.errors import (
    AccountLocked,
    InvalidParams,
    Problem,
)
from kling_desktop.domain.events import JobAdded, JobChanged
from kling_desktop.domain.jobs import Job, JobId, JobState, Trouble
from kling_desktop.paths import resource
from kling_desktop.ui.trouble.words import NOTHING_TO_KEEP
from tests.helpers.clips import write_clip
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import I2V, T2V, a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import from_text, generate_button, notice, problems_shown

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio
    from tests.helpers.guards import LogGuard

BOAT = resource("samples/boat.jpg")


# What goes out


async def test_without_a_picture_nothing_is_sent_and_the_notice_says_so(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    window.compose.set_values({"prompt": "the boat drifts"})
    studio.generate()
    await eventually(lambda: notice(window))
    assert notice(window).startswith("A picture is needed.")
    assert "Nothing was sent" in notice(window)
    assert engine.drafts == []


async def test_a_draft_has_what_the_panels_show(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    studio.take_file(BOAT)
    await eventually(lambda: not window.stage.picture.is_empty)
    window.compose.set_values({"prompt": "the boat drifts", "duration": "10"})
    generate_button(window).click()
    await eventually(lambda: engine.drafts)
    (draft,) = engine.drafts
    assert draft.endpoint == I2V
    assert draft.values == window.compose.values() | {"image_url": str(BOAT)}


async def test_text_needs_no_picture(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    window.actions_by_id["generate"].trigger()
    await eventually(lambda: engine.drafts)
    assert engine.drafts[0].endpoint == T2V
    assert "image_url" not in engine.drafts[0].values


async def test_a_second_press_while_the_first_is_on_its_way_orders_nothing(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    gate = asyncio.Event()

    async def slowly(draft: Any) -> Job:
        await gate.wait()
        return a_job(endpoint=draft.endpoint)

    engine.on_generate.habit = slowly
    from_text(window)
    studio.generate()
    await eventually(lambda: engine.drafts)
    studio.generate()
    await turns()
    gate.set()
    await turns()
    assert len(engine.drafts) == 1
    studio.generate()
    await eventually(lambda: len(engine.drafts) == 2)


async def test_invalid_values_are_shown_at_their_fields(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(InvalidParams((Problem("prompt", "is empty"),)))
    studio.generate()
    await eventually(lambda: problems_shown(window))
    assert problems_shown(window) == ["Is empty"]
    assert notice(window) == ""


async def test_a_problem_without_a_field_lands_in_the_notice(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(InvalidParams((Problem("dynamic_masks", "needs a path"),)))
    studio.generate()
    await eventually(lambda: notice(window))
    assert notice(window).startswith("dynamic_masks needs a path. Nothing was sent")


async def test_a_new_try_takes_the_old_complaints_away(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(
        InvalidParams((Problem("prompt", "is odd"), Problem("image_url", "is missing")))
    )
    studio.generate()
    await eventually(lambda: notice(window) and not studio.tasks.is_busy("generate"))
    studio.generate()
    await eventually(lambda: len(engine.drafts) == 2)
    assert notice(window) == ""
    assert problems_shown(window) == []


async def test_other_errors_land_in_the_notice_with_what_they_mean_for_money(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_generate.then(AccountLocked())
    studio.generate()
    await eventually(lambda: notice(window))
    assert "out of credit" in notice(window)
    assert "nothing will be charged" in notice(window)


async def test_an_unexpected_error_opens_the_dialog_that_says_what_was_kept(
    studio: Studio, window: MainWindow, engine: FakeEngine, expected_log: LogGuard
) -> None:
    expected_log("task failed")
    from_text(window)
    engine.on_generate.then(ZeroDivisionError())
    studio.generate()
    await eventually(lambda: studio.trouble.dialog is not None)
    dialog = studio.trouble.dialog
    assert dialog is not None
    await eventually(lambda: NOTHING_TO_KEEP in dialog.text)


# What is heard

# Said once a process where there is no graphics card, which a test has not.
playing = pytest.mark.qt_log_ignore("No RHI backend", extend=True)


def finished(folder: Path, job_id: str = "mine") -> Job:
    clip = write_clip(folder / f"{job_id}.mp4", frames=20)
    return a_job(JobState.DONE, id=JobId(job_id), clips=(a_clip(str(clip)),))


@playing
async def test_a_finished_job_of_this_window_plays(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    from_text(window)
    studio.generate()
    await turns()
    studio.hear((JobAdded(a_job(id=JobId("mine"))), JobChanged(finished(tmp_path))))
    assert window.queue.chosen is not None
    assert window.queue.chosen.id == "mine"
    player = window.stage.player
    assert player is not None
    await eventually(lambda: player.view.frames_shown + player.view.frames_dropped)
    player.rest()


NO_KEY = Trouble("key_refused", "No user found", "no")


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.REFUSED])
async def test_why_a_job_of_this_window_came_to_nothing_is_said_unasked(
    studio: Studio, window: MainWindow, state: JobState
) -> None:
    from_text(window)
    studio.generate()
    await turns()
    ended = a_job(state, id=JobId("mine"), trouble=NO_KEY)
    studio.hear((JobAdded(a_job(id=JobId("mine"))), JobChanged(ended)))
    assert "fal did not accept the API key." in notice(window)
    assert "Check the key in your fal dashboard." in notice(window)


async def test_why_a_job_of_another_window_came_to_nothing_interrupts_nobody(
    studio: Studio, window: MainWindow
) -> None:
    studio.hear((JobChanged(a_job(JobState.FAILED, id=JobId("other"), trouble=NO_KEY)),))
    assert notice(window) == ""


async def test_a_finished_job_of_another_window_does_not_interrupt(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    studio.hear((JobChanged(finished(tmp_path, "other")),))
    assert window.queue.model.rowCount() == 1
    assert window.stage.player is None


@playing
async def test_choosing_a_job_with_a_clip_plays_it_and_space_pauses_it(
    studio: Studio, window: MainWindow, tmp_path: Path
) -> None:
    studio.hear((JobAdded(finished(tmp_path, "other")),))
    window.queue.choose(JobId("other"))
    player = window.stage.player
    assert player is not None
    await eventually(lambda: player.is_playing)
    window.actions_by_id["play"].trigger()
    await eventually(lambda: not player.is_playing)


async def test_choosing_a_job_without_a_clip_shows_nothing_new(
    studio: Studio, window: MainWindow
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.queue.choose(JobId("job-1"))
    assert window.stage.player is None


@pytest.mark.parametrize("keys", [("X", True), ("Delete", False)], ids=str)
async def test_the_keys_cancel_the_chosen_job(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot, keys: tuple[str, bool]
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.show()
    window.activateWindow()
    window.queue.choose(JobId("job-1"))
    window.queue.table.setFocus()
    await eventually(window.isActiveWindow)
    name, shift = keys
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(window.queue.table, getattr(Qt.Key, f"Key_{name}"), modifier)
    await eventually(lambda: engine.on_cancel.calls)
    assert engine.on_cancel.calls == [(JobId("job-1"),)]


@pytest.mark.parametrize("job", [None, a_job(JobState.DONE)])
async def test_what_is_over_or_not_there_is_not_cancelled(
    studio: Studio, engine: FakeEngine, job: Job | None
) -> None:
    studio.cancel(job)
    await turns()
    assert engine.on_cancel.calls == []


async def test_the_keys_of_the_queue_write_in_the_prompt_as_ever(
    studio: Studio, window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    studio.hear((JobAdded(a_job()),))
    window.show()
    window.activateWindow()
    window.queue.choose(JobId("job-1"))
    prompt = window.compose.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    prompt.setFocus()
    await eventually(window.isActiveWindow)
    QTest.keyClicks(prompt, "a X")
    QTest.keyClick(prompt, Qt.Key.Key_Left)
    QTest.keyClick(prompt, Qt.Key.Key_Delete)
    await turns()
    assert prompt.toPlainText() == "a "
    assert engine.on_cancel.calls == []
