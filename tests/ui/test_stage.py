from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from kling_desktop.domain.catalog import Task
from kling_desktop.ui.incoming import Source
from kling_desktop.ui.parts import Caption
from kling_desktop.ui.stage import NO_PICTURE
from tests.helpers.clips import write_clip

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.stage import Stage

BOAT = Source(Path("kept.jpg"), "boat.jpg")


@pytest.fixture
def stage(window: MainWindow, qtbot: QtBot) -> Stage:
    with qtbot.waitExposed(window):
        window.show()
    return window.stage


def a_picture(width: int = 640, height: int = 480) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.darkGreen)
    return made


def caption(stage: Stage) -> str:
    (found,) = stage.findChildren(Caption)
    return found.toolTip()


def said(stage: Stage) -> str:
    return "\n".join(e.text() for e in stage.picture.findChildren(QLabel) if e.isVisible())


def button(stage: Stage, tip: str) -> QToolButton:
    return next(each for each in stage.findChildren(QToolButton) if each.toolTip() == tip)


def turn_to(stage: Stage, page: str) -> None:
    next(each for each in stage.findChildren(QPushButton) if each.text() == page).click()


def place(widget: QWidget, stage: Stage) -> QRect:
    return QRect(widget.mapTo(stage, QPoint(0, 0)), widget.size())


def test_a_clip_from_a_picture_invites_one(stage: Stage) -> None:
    assert "Drop a picture here" in said(stage)


def test_a_clip_from_text_asks_for_no_picture(stage: Stage, window: MainWindow) -> None:
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert "Drop a picture here" not in said(stage)
    assert "No picture is needed" in said(stage)
    window.compose.choose(Task.IMAGE_TO_VIDEO.value, "pro")
    assert "Drop a picture here" in said(stage)


@pytest.mark.parametrize("task", [Task.EFFECTS, Task.ELEMENTS, Task.LIPSYNC])
def test_a_clip_of_files_in_the_form_is_not_said_to_be_made_from_words(
    stage: Stage, window: MainWindow, task: Task
) -> None:
    window.compose.choose(task.value, "pro")
    assert window.compose.endpoint.task is task
    assert "go into the form" in said(stage)
    assert "words" not in said(stage)


def test_that_a_picture_is_missing_is_said_until_there_is_one(stage: Stage) -> None:
    stage.show_brush(wanted=True)
    assert stage.notice.text == NO_PICTURE
    stage.show_picture(a_picture(), BOAT)
    assert stage.notice.text == ""


def test_a_picture_that_a_clip_from_text_does_not_use_says_so(
    stage: Stage, window: MainWindow
) -> None:
    stage.show_picture(a_picture(), BOAT)
    assert caption(stage).startswith("boat.jpg")
    window.compose.choose(Task.TEXT_TO_VIDEO.value, "pro")
    assert caption(stage).startswith("Not used by this model: boat.jpg")


def test_only_a_picture_can_be_replaced_and_removed(stage: Stage, tmp_path: Path) -> None:
    buttons = [button(stage, tip) for tip in ("Use another picture", "Remove the picture")]
    assert not any(each.isVisible() for each in buttons)
    stage.show_picture(a_picture(), BOAT)
    assert all(each.isVisible() for each in buttons)
    stage.show_clip(str(write_clip(tmp_path / "clip.mp4", frames=2)))
    assert not any(each.isVisible() for each in buttons)


def test_the_buttons_of_a_picture_ask_for_what_they_say(stage: Stage, qtbot: QtBot) -> None:
    stage.show_picture(a_picture(), BOAT)
    with qtbot.waitSignal(stage.picture.open_asked):
        button(stage, "Use another picture").click()
    with qtbot.waitSignal(stage.remove_asked):
        button(stage, "Remove the picture").click()


def test_without_its_picture_the_stage_invites_again(stage: Stage) -> None:
    stage.show_picture(a_picture(), BOAT)
    stage.clear_picture()
    assert stage.source is None
    assert stage.picture.is_empty
    assert caption(stage) == ""
    assert "Drop a picture here" in said(stage)


def test_picture_and_clip_fill_the_same_rectangle(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    stage.show_picture(a_picture(), BOAT)
    stage.show_clip(str(write_clip(tmp_path / "clip.mp4", frames=2)))
    player = stage.player
    assert player is not None
    qtbot.wait(0)
    of_the_clip = place(player.view, stage)
    turn_to(stage, "Picture")
    qtbot.wait(0)
    assert place(stage.picture, stage) == of_the_clip


def test_a_clip_that_is_not_the_chosen_jobs_rests_and_says_so(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = str(write_clip(tmp_path / "clip.mp4", frames=20))
    stage.show_clip(path)
    player = stage.player
    assert player is not None
    qtbot.waitUntil(lambda: player.is_playing)
    stage.show_no_clip()
    stage.show_no_clip()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert caption(stage) == "Of another job: clip.mp4"
    stage.show_clip(path)
    assert caption(stage) == "clip.mp4"
    player.rest()
