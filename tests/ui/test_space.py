from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.events import JobAdded
from kling_desktop.domain.jobs import Job, JobId, JobState
from tests.helpers.clips import write_clip
from tests.helpers.fakes import a_clip
from tests.helpers.worlds import a_job
from tests.ui.fakes import FakeEngine, eventually, turns
from tests.ui.looks import from_text, generate_button

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.player.player import Player
    from kling_desktop.ui.studio import Studio

LEFT, SPACE = Qt.MouseButton.LeftButton, Qt.Key.Key_Space
# Said once a process where there is no graphics card, which a test has not.
pytestmark = pytest.mark.qt_log_ignore("No RHI backend", extend=True)


@pytest.fixture
def clip_job(tmp_path: Path) -> Job:
    clip = write_clip(tmp_path / "clip.mp4", frames=20)
    return a_job(JobState.DONE, id=JobId("other"), clips=(a_clip(str(clip)),))


async def playing(studio: Studio, window: MainWindow, job: Job) -> Player:
    """A window in front whose stage plays a clip."""
    window.show()
    window.activateWindow()
    await eventually(window.isActiveWindow)
    from_text(window)
    studio.hear((JobAdded(job),))
    window.queue.choose(job.id)
    player = window.stage.player
    assert player is not None
    await eventually(lambda: player.is_playing)
    return player


def press_space(window: MainWindow) -> None:
    focused: QWidget | None = window.focusWidget()
    QTest.keyClick(window if focused is None else focused, SPACE)


async def test_after_a_click_on_generate_space_is_the_clips_and_orders_nothing(
    studio: Studio, window: MainWindow, engine: FakeEngine, clip_job: Job
) -> None:
    player = await playing(studio, window, clip_job)
    QTest.mouseClick(generate_button(window), LEFT)
    await eventually(lambda: engine.drafts)
    press_space(window)
    await eventually(lambda: not player.is_playing)
    await turns()
    assert len(engine.drafts) == 1


async def test_generate_that_was_reached_by_tab_is_pressed_once(
    studio: Studio, window: MainWindow, engine: FakeEngine, clip_job: Job
) -> None:
    player = await playing(studio, window, clip_job)
    generate_button(window).setFocus(Qt.FocusReason.TabFocusReason)
    press_space(window)
    await eventually(lambda: engine.drafts)
    press_space(window)
    await eventually(lambda: not player.is_playing)
    await turns()
    assert len(engine.drafts) == 1


async def test_a_button_that_the_mouse_pressed_leaves_space_to_the_clip(
    studio: Studio, window: MainWindow, clip_job: Job
) -> None:
    player = await playing(studio, window, clip_job)
    for each in window.compose.findChildren(QPushButton):
        if each.isVisible() and each.text() in {"10", "Standard", "More settings"}:
            QTest.mouseClick(each, LEFT)
            assert not each.hasFocus()
    press_space(window)
    await eventually(lambda: not player.is_playing)


async def test_a_click_on_the_clip_takes_space_from_the_prompt(
    studio: Studio, window: MainWindow, clip_job: Job
) -> None:
    player = await playing(studio, window, clip_job)
    prompt = window.compose.findChild(QPlainTextEdit)
    assert isinstance(prompt, QPlainTextEdit)
    prompt.setFocus()
    press_space(window)
    assert prompt.toPlainText().startswith(" ")
    assert player.is_playing
    QTest.mouseClick(window.windowHandle(), LEFT, pos=middle_of(player.view, window))
    assert not prompt.hasFocus()
    press_space(window)
    await eventually(lambda: not player.is_playing)


def middle_of(widget: QWidget, window: MainWindow) -> QPoint:
    """The click must come by the window, which alone moves the focus."""
    return widget.mapTo(window, widget.rect().center())


async def test_with_the_picture_in_sight_space_plays_nothing(
    studio: Studio, window: MainWindow, clip_job: Job
) -> None:
    player = await playing(studio, window, clip_job)
    switch = next(e for e in window.stage.findChildren(QPushButton) if e.text() == "Picture")
    switch.click()
    await eventually(lambda: not player.is_playing)
    window.stage.setFocus()
    press_space(window)
    await turns()
    assert not player.is_playing
    assert window.compose.endpoint.task is Task.TEXT_TO_VIDEO
